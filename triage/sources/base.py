"""What every source of messages is to the rest of the house."""

from typing import Protocol

from triage.model.mail import Batch


class Source(Protocol):
    """A mailbox account or folder, read without leaving a trace.

    All methods but `wake` and `cut` are called from one thread, the source's pump. `fetch` goes on from the cursor of
    the last stored batch (None: never read) and returns soon: a first read comes as many batches, the last one
    `complete`. It raises SourceUnreachable (try again later), SourceRejected (do not), or SecretMissing (a locked
    keyring: try again later). After any error the same source may be asked again and starts from a fresh
    connection. Fetching twice from one cursor brings the same messages.
    """

    name: str

    def fetch(self, cursor: str | None) -> Batch:
        """The next batch after `cursor`."""
        ...

    def wait(self, seconds: float) -> None:
        """Return when something may have changed, when `wake` is called, or after `seconds`."""
        ...

    def wake(self) -> None:
        """End a running or the next `wait` at once; callable from any thread."""
        ...

    def cut(self) -> None:
        """Take connections for dead: what waits on one fails now, the next `fetch` makes a new one; from any thread."""
        ...

    def close(self) -> None:
        """Let go of connections and files; never raises."""
        ...
