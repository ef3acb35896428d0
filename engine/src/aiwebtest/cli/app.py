"""The commands and their options. Only what the options need is imported here, so that `--help` is quick."""

from __future__ import annotations

import typer

from aiwebtest.cli import (
    browser,
    compare,
    demo,
    doctor,
    emulator,
    experiment,
    explain,
    init,
    lab,
    mutate,
    providers,
    run,
    schema,
    shop,
    suggest,
    usage,
    validate,
)

__all__ = ["app"]

app = typer.Typer(
    name="aiwebtest",
    help="End-to-end web tests as plain sentences, run in a real browser.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        from aiwebtest import __version__

        typer.echo(f"aiwebtest {__version__}")
        raise typer.Exit


@app.callback(epilog="Exit codes: 0 passed, 1 failed, 2 usage, 3 error, 5 nothing selected, 130 interrupted.")
def _common(
    version: bool = typer.Option(
        False, "--version", help="Print the version and end.", callback=_version, is_eager=True
    ),
) -> None:
    """End-to-end web tests as plain sentences, run in a real browser."""


app.command("run")(run.run)
app.command("validate")(validate.validate)
app.command("explain")(explain.explain)
app.command("init")(init.init)
app.command("demo")(demo.demo)
app.command("shop")(shop.shop)
app.command("providers")(providers.providers)
app.command("compare")(compare.compare)
app.add_typer(lab.app, name="lab")
app.command("mutate")(mutate.mutate)
app.command("experiment")(experiment.experiment)
app.command("suggest")(suggest.suggest)
app.command("doctor")(doctor.doctor)
app.command("usage")(usage.usage)
app.command("emulator")(emulator.emulator)
app.command("browser")(browser.browser)
app.command("schema")(schema.schema)
