"""The web UI: components are small functions, pages compose them; neither asks the database."""

from app.web.mounting import install

__all__ = ["install"]
