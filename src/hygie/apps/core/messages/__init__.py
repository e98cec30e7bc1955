"""Messages to people: what may be written, to whom, when, and what became of it."""
