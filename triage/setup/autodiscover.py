"""Where a domain says that its Exchange server is (Autodiscover)."""

import json
from urllib.parse import quote, urlsplit

from triage.config import values
from triage.setup.discovery import Network


def endpoint(address: str, network: Network) -> str:
    """The domain's EWS address, or nothing. Asked for without a password, over connections that prove themselves.

    This is the second version of Autodiscover, which Exchange 2016 and later speak. A server that sends us to another
    domain's is not followed: a password would go there.
    """
    domain = address.lower().rpartition("@")[2]
    question = f"/autodiscover/autodiscover.json?Email={quote(address)}&Protocol=EWS"
    for host in (f"autodiscover.{domain}", domain):
        try:
            found = values.endpoint(json.loads(network.get(f"https://{host}{question}"))["Url"])
        except (ValueError, LookupError, TypeError):
            continue
        there = (urlsplit(found).hostname or "").lower()
        if there == domain or there.endswith(f".{domain}"):
            return found
    return ""
