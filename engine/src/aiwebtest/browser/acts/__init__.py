"""The actions, each a small function of an `Act`. `aiwebtest.browser.perform` has the table."""
