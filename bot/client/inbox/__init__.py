"""What comes in: which messages are for the bot, who may ask, what a message says and refers to."""
