"""Shipped doubles: scripted model, demo shop and its broken twins."""
