"""Groundings that passed, kept as reviewable JSON beside the test."""
