"""Maildirs: a tree of them, their files, and how they are told apart from one look to the next."""
