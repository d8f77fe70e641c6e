"""`ovbot run`: the bot on Discord; `ovbot health`: whether it is connected."""

from __future__ import annotations

from bot.cli.options import (
    Device,
    EngineName,
    LogLevel,
    ModelDir,
    run_until_done,
    set_up_logging,
    settings_with,
)
from bot.errors import SettingsError

_NO_TOKEN = (
    "DISCORD_TOKEN is not set: put the bot's token (Developer Portal > your application > Bot > Reset Token) "
    "into .env or the environment. To try the bot without Discord: ovbot demo"
)


def run(
    model_dir: ModelDir = None,
    engine: EngineName = None,
    device: Device = None,
    log_level: LogLevel = None,
) -> None:
    """Run the bot on Discord until Ctrl-C."""
    settings = settings_with(model_dir=model_dir, engine=engine, device=device, log_level=log_level)
    if settings.discord_token is None:
        raise SettingsError(_NO_TOKEN)
    set_up_logging(settings.log_level)

    from bot.app import run_bot

    run_until_done(run_bot(settings))


def health() -> None:
    """Say whether the bot that runs here is connected and ready; exit code 1 where it is not."""
    import typer

    from bot.health import check

    typer.echo(check().state)
