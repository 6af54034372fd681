"""What was said: the record of turns, what citizens thought of the answers, and what staff make of it."""
