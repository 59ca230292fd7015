"""Training the model that matching reads titles by: `grounds vocabulary train`. Nothing of it runs with the bot."""
