"""The bot's channels and the engine behind them."""
