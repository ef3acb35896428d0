"""The project's configuration and settings."""
