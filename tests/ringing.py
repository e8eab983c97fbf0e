"""Invented calls, and a house with a telephone: a mailbox, a voicemail folder and a call log."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path

from tests.planning import at
from tests.rounds import House, batch, configured, settled_house
from triage.core.cases.state import Standing, standings
from triage.model.calls import Call, Contact, Way, Wording
from triage.model.cases import State
from triage.settings import CallLog, Config, SourceSettings

JANET = "2025550123"
OKAFOR = "(202) 555-0177"
ADA_CARD = Contact(
    name="Ada King", numbers=("+12025550199", "+12025550198"), addresses=("ada@home.example", "ada@client.example")
)
ADA_RINGS = "202-555-0199"


def voicemail(key: str, moment: datetime, number: str = JANET, **more: object) -> Call:
    """A message of 34 seconds without a transcript, in the folder."""
    fields: dict[str, object] = {"source": "phone", "seconds": 34, "mailbox": "1001@default", **more}
    return Call(key=f"call:{key}", at=moment, way=Way.VOICEMAIL, number=number, **fields)  # type: ignore[arg-type]


def said(key: str, moment: datetime, words: str, number: str = JANET, **more: object) -> Call:
    """The same with a transcript."""
    return voicemail(key, moment, number, transcript=words, wording=Wording.OK, **more)


def rang_back(key: str, moment: datetime, number: str = JANET, seconds: int = 240, **more: object) -> Call:
    """I rang them; without seconds nobody was there."""
    fields: dict[str, object] = {"source": "calls", "way": Way.OUT, "answered": seconds > 0, **more}
    return Call(key=f"call:{key}", at=moment, number=number, seconds=seconds, **fields)  # type: ignore[arg-type]


def rang(key: str, moment: datetime, number: str = JANET, seconds: int = 0, **more: object) -> Call:
    """They rang; without seconds I missed it."""
    return rang_back(key, moment, number, seconds, **{"way": Way.IN, **more})


def with_telephone(folder: Path, **more: object) -> Config:
    config = configured(folder)
    (folder / "contacts").mkdir()
    return replace(
        config,
        sources=(
            *config.sources,
            SourceSettings(name="phone", kind="voicemail", path=folder / "voicemail"),
            SourceSettings(name="calls", kind="call_log", path=folder / "Master.csv", call_log=CallLog()),
        ),
        contacts=(folder / "contacts",),
        **more,  # type: ignore[arg-type]
    )


class Office(House):
    """A house in which the telephone rings."""

    def ring(self, now: datetime, *calls: Call, source: str = "", gone: tuple[str, ...] = ()) -> datetime | None:
        """A pass of each source that brings its calls."""
        wake = None
        for name in dict.fromkeys([*(call.source for call in calls), *([source] if source else [])]):
            own = tuple(call for call in calls if call.source == name)
            gone_there = tuple(f"call:{each}" for each in gone) if name == source else ()
            wake = self.step(batch(source=name, calls=own, calls_gone=gone_there), now)
        return wake

    def knows(self, *contacts: Contact) -> None:
        """Cards in the address book from now on."""
        for place, who in enumerate(contacts):
            lines = [
                f"FN:{who.name}",
                *(f"TEL:{one}" for one in who.numbers),
                *(f"EMAIL:{one}" for one in who.addresses),
            ]
            text = "\n".join(["BEGIN:VCARD", "VERSION:4.0", *lines, "END:VCARD", ""])
            (self.config.contacts[0] / f"{place}.vcf").write_text(text)
        self.step(None, self.now)

    def knows_nobody(self) -> None:
        """The address book is taken out of the configuration."""
        self.with_config(contacts=(), digest="without contacts")
        self.restart()

    def callers(self, now: datetime | None = None) -> dict[str, Standing]:
        """Every case there ever was, by the name of its cause."""
        moment = now or self.now
        from triage.store import reads

        board = reads.board(self.database, moment, whole=True)
        assert board is not None
        return {one.cause.key.removeprefix("call:"): one for one in standings(board, moment)}

    def stands(self, now: datetime | None = None) -> dict[str, State]:
        return {name: one.state for name, one in self.callers(now).items()}


def office(folder: Path, now: datetime | None = None, **more: object) -> Office:
    """Read whole on the Friday before; nothing waits."""
    return settled_house(folder, now or at("mon 08:50"), config=with_telephone(folder, **more), kind=Office)  # type: ignore[return-value]
