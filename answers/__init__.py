"""From facts to channel-neutral replies in a language."""
