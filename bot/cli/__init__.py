"""The command line: `ovbot run | demo | chat | bench | health | model`.

It starts quickly: what a command needs is imported when the command runs.
"""

from __future__ import annotations

import errno
import os
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

_CANNOT_WRITE = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO)

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
    """Run the command line.

    An OvbotError is printed as one line and sets the exit code. Output that cannot be written is told in one
    line, with exit code 1.
    """
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # for terminals that cannot show every character
    try:
        app()
    except OvbotError as error:
        for line in str(error).splitlines():
            typer.echo(f"ovbot: {line}", err=True)
        sys.exit(error.exit_code)
    except OSError as error:
        if error.errno not in _CANNOT_WRITE:
            raise
        typer.echo(f"ovbot: Not all could be written: {error.strerror}.", err=True)
        _drop_output()
        sys.exit(1)


def _drop_output() -> None:
    """Send what Python still holds for standard output nowhere: it would try, and fail, again at its end."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)
