"""What to ring, when, and for whom."""
