"""A board and a moment in words: text and JSON."""
