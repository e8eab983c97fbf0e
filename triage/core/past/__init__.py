"""Days gone by: an archive lived through again, and days in figures."""
