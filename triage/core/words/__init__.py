"""What a text says in its own words: language, quotes, sentences, asks, promises, moments named."""
