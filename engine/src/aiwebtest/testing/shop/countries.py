"""Countries that the profile's combobox offers."""

from __future__ import annotations

__all__ = ["COUNTRIES"]

COUNTRIES = (
    "Argentina", "Australia", "Austria", "Belgium", "Brazil", "Canada", "Chile", "Czechia", "Denmark", "Egypt",
    "Estonia", "Finland", "France", "Germany", "Greece", "Iceland", "India", "Indonesia", "Ireland", "Italy",
    "Japan", "Kenya", "Latvia", "Lithuania", "Mexico", "Morocco", "Netherlands", "New Zealand", "Nigeria", "Norway",
    "Peru", "Poland", "Portugal", "Romania", "Slovakia", "Slovenia", "South Africa", "South Korea", "Spain",
    "Sweden", "Switzerland", "Türkiye", "Ukraine", "United Kingdom", "United States", "Viet Nam",
)  # fmt: skip
