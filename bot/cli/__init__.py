"""The command line: `ovbot run | demo | chat | bench | health | model`.

It starts quickly: what a command needs is imported when the command runs.
"""

from __future__ import annotations

import sys
from io import TextIOWrapper

import typer

from bot import __version__
from bot.cli.bench import bench
from bot.cli.chat import chat
from bot.cli.demo import demo
from bot.cli.model import app as model
from bot.cli.run import health, run
from bot.errors import OvbotError

app = typer.Typer(
    name="ovbot",
    help="A Discord assistant that streams a language model running with OpenVINO on your own machine.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command("run")(run)
app.command("demo")(demo)
app.command("chat")(chat)
app.command("health")(health)
app.command("bench")(bench)
app.add_typer(model, name="model")


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(__version__)
        raise typer.Exit


@app.callback()
def _options(
    version: bool = typer.Option(
        False, "--version", callback=_version, is_eager=True, help="Show the version and exit."
    ),
) -> None:
    pass


def main() -> None:
    """Run the command line; an OvbotError is printed as one line and sets the exit code."""
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # for terminals that cannot show every character
    try:
        app()
    except OvbotError as error:
        for line in str(error).splitlines():
            typer.echo(f"ovbot: {line}", err=True)
        sys.exit(error.exit_code)
