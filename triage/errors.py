"""Errors a person can act on: what happened, what to do next, and the exit code of the contract."""


class TriageError(Exception):
    """Base of every expected failure; the command line prints it without a traceback.

    `hint` is one line on what to do next, or empty where nothing can be done.
    """

    exit_code = 1

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageError(TriageError):
    """The command was called in a way it cannot be answered."""

    exit_code = 2


class ConfigError(TriageError):
    """The configuration is missing or wrong; `problems` lists every fault with its place."""

    exit_code = 3

    def __init__(self, message: str, *, problems: tuple[str, ...] = (), hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.problems = problems


class SecretMissing(TriageError):
    """No password could be had for a source; asking again later may help (a locked keyring)."""

    exit_code = 4


class SourceUnreachable(TriageError):
    """The server or folder could not be read this time; trying again later may help.

    `wait`: the server asked to be left alone for so many seconds.
    """

    def __init__(self, message: str, *, hint: str = "", wait: float = 0.0) -> None:
        super().__init__(message, hint=hint)
        self.wait = wait


class SourceRejected(TriageError):
    """The server understood us and said no; trying again with the same credentials will not help."""

    exit_code = 4


class TokenRefused(SourceUnreachable):
    """The mail server did not take a token its provider had just given; that may pass, or take somebody to change."""

    exit_code = 4


class StoreError(TriageError):
    """The state database cannot be used; the message names the file, the hint the way out."""

    exit_code = 5


class StoreUnavailable(StoreError):
    """For the moment: the disk is full or fails, or another process holds the database. Trying again may help."""


class SinkUnavailable(TriageError):
    """The notice was not accepted by whoever shows it; it may be tried again."""
