"""One message to a verdict: what rules look at, the rules, and their sum."""
