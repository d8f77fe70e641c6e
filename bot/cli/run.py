"""`ovbot run`: the bot on Discord; `ovbot health`: whether it is connected."""

from __future__ import annotations

from bot.cli.options import Device, EngineName, LogLevel, ModelDir, settings_with


def run(
    model_dir: ModelDir = None,
    engine: EngineName = None,
    device: Device = None,
    log_level: LogLevel = None,
) -> None:
    """Run the bot on Discord until Ctrl-C."""
    import logging

    from bot import signals
    from bot.cli.log import set_up_logging
    from bot.settings import check_token

    settings = settings_with(model_dir=model_dir, engine=engine, device=device, log_level=log_level)
    check_token(settings)
    set_up_logging(settings.log_level)

    from bot.app import run_bot

    signals.run(run_bot(settings), until_stopped=True)
    logging.getLogger(__name__).info("Stopped")


def health() -> None:
    """Say whether the bot that runs in this folder is connected and ready; exit code 1 if it is not."""
    import typer

    from bot.health import check

    typer.echo(check().state)
