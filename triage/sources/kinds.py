"""The table of kinds: which class reads a `[[source]]`. A new kind is one line here and one file beside it."""

from collections.abc import Callable
from importlib import import_module

from triage.model.access import Access
from triage.settings import SourceSettings
from triage.sources.base import Source

_KINDS = {
    "exchange": ("triage.sources.exchange.source", "Exchange"),
    "imap": ("triage.sources.imap.source", "Imap"),
    "maildir": ("triage.sources.maildir.source", "Maildir"),
    "voicemail": ("triage.sources.voicemail.folder", "Voicemail"),
    "call_log": ("triage.sources.call_log.log", "CallLog"),
}
_SIGNING_IN = {"imap"}
# What takes so much memory to read that it is done in a process of its own.
_APART = {"exchange"}


def open_source(
    settings: SourceSettings, password: Callable[[], str], tokens: Callable[[str], Access] | None = None
) -> Source:
    """The source for these settings. Imports its module only now; connects nowhere before the first fetch.

    `password` is asked at each sign-in, on the pump's thread; it may raise SecretMissing. Where signing in takes a
    token, `tokens` is asked instead, with the one that was refused or with nothing (`triage.oauth.tokens`).
    """
    module, name = _KINDS[settings.kind]
    if settings.kind in _APART:
        from triage.sources.apart import Apart

        return Apart(settings, password, module, name)
    build = getattr(import_module(module), name)
    source: Source = build(settings, password, tokens) if settings.kind in _SIGNING_IN else build(settings)
    return source
