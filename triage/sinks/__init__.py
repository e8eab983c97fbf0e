"""Where notices go: the desktop, a terminal, a command of the user."""
