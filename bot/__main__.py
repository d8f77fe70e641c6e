"""`python -m bot` is `ovbot`."""

from bot.cli import main

if __name__ == "__main__":
    main()
