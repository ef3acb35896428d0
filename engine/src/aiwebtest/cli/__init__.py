"""The command line. Each command has a module of its own; what it needs is imported when it runs."""

from __future__ import annotations

import os
import sys

from aiwebtest.cli.exits import Exit

__all__ = ["Exit", "main"]


def main() -> None:
    """Run the command line and end the process with one of the codes of `Exit`.

    This is the one place where errors meant for people end: they are printed as fact and remedy, without a traceback.
    """
    from aiwebtest.cli.app import app
    from aiwebtest.core.errors import AiWebTestError, UsageError

    try:
        app()
    except UsageError as exc:
        complain(exc)
        code = Exit.USAGE
    except AiWebTestError as exc:
        complain(exc)
        code = Exit.ERROR
    except BrokenPipeError:  # the reader of a pipe has gone; nothing is left to say
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = Exit.ERROR
    except OSError as exc:
        if exc.filename is None:  # about no file that somebody named: a fault of ours
            raise
        complain(UsageError(f"{exc.filename}: {exc.strerror}.", mend="check the path and its permissions."))
        code = Exit.USAGE
    except KeyboardInterrupt:
        sys.stderr.write("Interrupted.\n")
        code = Exit.INTERRUPTED
    else:
        code = Exit.PASSED
    sys.exit(code)


def complain(error: Exception) -> None:
    """Print an error as fact and remedy."""
    from aiwebtest.core.errors import AiWebTestError

    assert isinstance(error, AiWebTestError)
    tell(f"error: {error.what}" + (f"\n  Try: {error.mend}" if error.mend else ""))


def tell(message: str) -> None:
    """Print a message to standard error: code in it in bold on a terminal, as it stands anywhere else."""
    if not sys.stderr.isatty():
        sys.stderr.write(f"{message}\n")
        return
    from rich.console import Console

    from aiwebtest.reporting.styled import styled

    console = Console(stderr=True, highlight=False)
    console.print(styled(message, console), soft_wrap=True)
