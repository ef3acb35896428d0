"""End-to-end web tests written as plain sentences and run in a real browser."""

from importlib.metadata import version

__all__ = ["__version__"]

__version__ = version("aiwebtest")
