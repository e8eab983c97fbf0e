"""From an address and a password to a daemon that starts with the session: asking, finding, writing, installing."""
