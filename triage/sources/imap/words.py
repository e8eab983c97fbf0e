"""What an IMAP server says, fit to be shown."""


def said(text: str | bytes) -> str:
    """What a server said, safe for one line: short, no control characters."""
    words = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    words = words.removeprefix("b'").removesuffix("'")
    return "".join(sign if sign.isprintable() else " " for sign in words[:200]).strip()
