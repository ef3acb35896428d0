"""`python -m aiwebtest`."""

from aiwebtest.cli import main

main()
