"""The commands, by what the user is doing."""
