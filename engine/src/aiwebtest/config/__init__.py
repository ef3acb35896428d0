"""Settings: where they come from, what they may be, and what is wrong with them."""

from aiwebtest.config.load import Project, load_project
from aiwebtest.config.providers import ProviderSettings
from aiwebtest.config.settings import REPORTS, Config

__all__ = ["REPORTS", "Config", "Project", "ProviderSettings", "load_project"]
