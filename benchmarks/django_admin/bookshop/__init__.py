"""The bookshop application."""
