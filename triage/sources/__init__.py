"""The only rooms that speak to servers or watch folders."""
