"""Where `ovbot` and `python -m bot` start."""

from bot import signals


def main() -> None:
    """Run the command line."""
    signals.install()
    from bot.cli import main as run_command

    run_command()


if __name__ == "__main__":
    main()
