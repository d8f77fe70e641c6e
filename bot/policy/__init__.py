"""What a server's moderators allow: who may talk to the bot, where, and how much."""
