"""Discord: what the bot hears there, and how its replies are shown."""
