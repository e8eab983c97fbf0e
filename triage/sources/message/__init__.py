"""RFC 5322 bytes to a Message: header fields, MIME parts, character sets, HTML, reports."""
