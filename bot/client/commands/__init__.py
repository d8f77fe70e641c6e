"""The slash commands and message menus: a file for each group of them."""

from bot.client.commands.tree import Commands

__all__ = ["Commands"]
