"""Speed and memory, measured from outside: the same messages to the bot and to stock Rasa, over HTTP, in one run."""
