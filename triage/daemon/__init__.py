"""The daemon: an event in, the board looked at, a notice out, and the moment to look again."""
