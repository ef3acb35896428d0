"""The web UI: components are small functions, pages compose them; neither asks the database."""
