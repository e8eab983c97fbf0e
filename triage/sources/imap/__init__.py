"""IMAP accounts (RFC 3501, RFC 9051): signing in, looking, listening, reading without a trace."""
