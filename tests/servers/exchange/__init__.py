"""An Exchange server as EWS clients see one, for the tests: HTTP(S) on loopback, with a memory of its own.

It was written from Microsoft's protocol documents and from answers recorded of real servers. It is not Exchange: what
passes against it is proven against that, and `docs/exchange.md` says so.
"""

from tests.servers.exchange.faults import busy, cut, cut_whole, fault, html, response, status
from tests.servers.exchange.http import PASSWORD, Exchange, running_exchange
from tests.servers.exchange.store import Mailbox, Stored

__all__ = [
    "PASSWORD",
    "Exchange",
    "Mailbox",
    "Stored",
    "busy",
    "cut",
    "cut_whole",
    "fault",
    "html",
    "response",
    "running_exchange",
    "status",
]
