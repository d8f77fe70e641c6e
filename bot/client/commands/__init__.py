"""The slash commands, message menus and buttons: a Cog for each group of them."""
