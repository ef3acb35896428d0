"""The editor: a test as lines of sentences, each with how it is understood beside it; the same test as YAML."""

from app.web.pages.editor.new import new
from app.web.pages.editor.page import show

__all__ = ["new", "show"]
