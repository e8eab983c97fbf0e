"""A call log of a telephone system as a source: tailed, read by its columns, its rows brought together to calls."""
