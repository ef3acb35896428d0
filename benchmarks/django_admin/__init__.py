"""A Django admin of our own making: a bookshop's back office, for the benchmark of the same name."""
