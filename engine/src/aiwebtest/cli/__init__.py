"""The command line."""

import typer

__all__ = ["main"]

app = typer.Typer(no_args_is_help=True, add_completion=True, pretty_exceptions_enable=False)


def main() -> None:
    """Run the command line."""
    app()
