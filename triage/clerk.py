"""The clerk: stores what arrives and keeps the opinions true. The only writer, on one thread.

Facts and what follows from them land in one transaction, so that a crash leaves neither without the other.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from importlib.metadata import version

from triage.core.cases.clear import OPEN
from triage.core.cases.folding import Policy
from triage.core.cases.gather import gather
from triage.core.cases.inviting import inviting
from triage.core.cases.notes import note
from triage.core.cases.silences import silenced
from triage.core.cases.state import Standing, doubted, standings
from triage.core.cases.threads import bare_subject
from triage.core.judging.headers import from_people
from triage.core.notices.stages import passed
from triage.core.people import People
from triage.core.times.hours import Hours
from triage.core.words.quotes import own_words
from triage.freedays import hours as hours_around
from triage.model.board import Board, Rung
from triage.model.cases import Case, Outcome, State
from triage.model.entries import Entry
from triage.model.mail import Batch, Elsewhere, Outage
from triage.model.marks import MarkKind
from triage.settings import Config
from triage.sources.around import KINDS
from triage.store.exporting import Document
from triage.store.forgetting import Ways
from triage.store.writer import Store
from triage.telephone import CALL, Telephone

_UNSETTLED = {State.OWED, State.PROMISED, State.WAITING, State.SNOOZED}
_REVIEWED = timedelta(days=30)
_AROUND_EACH = timedelta(days=1)
_READ_PATH = timedelta(days=60)


@dataclass
class Clerk:
    """Keeps one store true to one configuration. For one thread, that of the lock's holder."""

    config: Config
    store: Store
    telephone: Telephone = field(init=False)
    _silenced: frozenset[str] = field(default=frozenset(), init=False)
    _day: date | None = field(default=None, init=False)
    _zone: str = field(default="", init=False)

    def __post_init__(self) -> None:
        self.telephone = Telephone(self.store)

    def begin(self, now: datetime) -> None:
        """Make the sources known, and judge by this configuration from now on."""
        with self.store.transaction():
            self.store.register(self.config.sources, now)
            self.telephone.begin(self.config)
            self._agree(now)
        self._day = None
        self.keep_house(now)

    def keep_house(self, now: datetime) -> None:
        """The address books and the zone if they changed; once a day what readers need of the calendar, and forgetting
        the words of closed cases.
        """
        if (self.config.contacts or self.telephone.knows_people) and self.telephone.reread_cards(self.config):
            with self.store.transaction():
                self._review(now)
        hours = self.hours(now)
        if hours.zone.key != self._zone:
            with self.store.transaction():
                self._agree(now)
        today = hours.day(now)
        if today == self._day:
            return
        near = sorted(day.isoformat() for day in hours.days_off if abs(day - today) <= _READ_PATH)
        span = [(today - _READ_PATH).isoformat(), (today + _READ_PATH).isoformat()]
        self.store.keep("days_off", {"digest": self.config.digest, "span": span, "days": near})
        # A question of mine that nobody answered rests after a while, without a mark or a mail.
        self._settle(self.store.board(now), now, self.store.folded())
        self.store.drop_old_text(now - self.config.closed_text)
        self._day = today

    def hours(self, now: datetime) -> Hours:
        """Working time as configured, with the zone as the system has it at this moment."""
        return hours_around(self.config.workday, around=now.date())

    def take(self, batch: Batch, now: datetime) -> None:
        """Store a batch and everything that follows from it."""
        with self.store.transaction():
            known = self.store.first_complete(batch.source)
            keys = self.store.add(batch, now, bare=bare_subject, own_words=own_words)
            called = self.store.add_calls(batch, now, numbers_of=self.telephone.numbers_of)
            if called:
                keys |= called | self.telephone.mail_of(called)
            if known is None and self._backlog_moved(batch, now):
                keys |= self.store.reviewable_keys(now - _REVIEWED)
            if keys:
                self._judge(keys, now)

    def wants_a_look(self, source: str, now: datetime) -> bool:
        """Is it time to look into the mailboxes of this source that are not read? Once a day, and once the source was
        read whole; asking counts as looking, so that what cannot be looked into is not tried all day.
        """
        kind = next((one.kind for one in self.config.sources if one.name == source), "")
        if kind not in KINDS or self.store.first_complete(source) is None:
            return False
        last = self.store.kept(f"around:{source}")
        known = last if isinstance(last, dict) and last.get("digest") == self.config.digest else None
        if known and now - datetime.fromisoformat(known["at"]) < _AROUND_EACH:
            return False
        self._keep_around(source, known["found"] if known else (), now)
        return True

    def look(self, seen: Elsewhere, now: datetime) -> None:
        """Keep in which of those mailboxes people lately wrote, those with most first."""
        if seen.found is None:
            return
        people = self._people()
        keys = frozenset(message.key for _, messages in seen.found for message in messages)
        known = {entry.message.key for entry in self.store.conversation(keys)}
        counts = {
            name: sum(one.key not in known for one in from_people(messages, people, source=seen.source))
            for name, messages in seen.found
        }
        written = sorted((name for name, count in counts.items() if count), key=lambda name: (-counts[name], name))
        self._keep_around(seen.source, written, now)

    def _keep_around(self, source: str, found: Sequence[str], now: datetime) -> None:
        told = {"digest": self.config.digest, "at": now.isoformat(), "found": list(found)}
        self.store.keep(f"around:{source}", told)

    def note(self, outage: Outage, now: datetime) -> None:
        """Store that a source could not be read, and when: whoever waits for a pass beside the daemon asks for it."""
        with self.store.transaction():
            self.store.outage(outage, now)
            self.store.keep(f"failed:{outage.source}", {"at": now.isoformat(), "locked": outage.locked})

    def heed(self, now: datetime) -> bool:
        """Take the marks given since the last time into account; tells whether there were any."""
        self.store.scrub()
        if self.store.newest_mark() == self.store.folded():
            return False
        with self.store.transaction():
            upto = self.store.newest_mark()
            left = self.store.forget(Ways(is_me=self._is_me, own_words=own_words))
            if left:
                self._judge(left, now)
            self.store.put(_new_notes(self.store.board(now)), now)
            self._agree(now)
            self._settle(self.store.board(now), now, upto)
        self.store.scrub()
        return True

    def take_in(self, found: Document, now: datetime) -> None:
        """Add a checked export to the facts, and everything that follows from it."""
        with self.store.transaction():
            keys = self.store.take_in(found)
            if keys:
                self._judge(keys, now)
            self.heed(now)

    def _is_me(self, address: str) -> bool:
        return People(me=self.config.me, correspondence=self.store.correspondence()).is_me(address)

    def board(self, now: datetime) -> Board:
        """What stands now."""
        return self.store.board(now)

    def ring(self, rows: Iterable[Rung], now: datetime) -> None:
        """Record that a notice with these rows was accepted."""
        self.store.rung(rows, now)

    def _backlog_moved(self, batch: Batch, now: datetime) -> bool:
        """Did a first read end on another day than it began, so that what was judged meanwhile is judged again?"""
        name = f"began:{batch.source}"
        began = self.store.kept(name)
        if not isinstance(began, str):
            self.store.keep(name, now.isoformat())
            return False
        hours = self.hours(now)
        return batch.complete and hours.day(datetime.fromisoformat(began)) != hours.day(now)

    def _agree(self, now: datetime) -> None:
        """If the configuration, the zone, the dismissed senders or this program changed since cases were judged, judge
        the open ones again.
        """
        self._silenced, self._zone = silenced(self.store.board(now).marks), self.hours(now).zone.key
        by = {"config": self.config.digest, "silenced": sorted(self._silenced), "program": _program()}
        by["zone"] = self._zone
        if self.store.kept("judged_by") != by:
            self._review(now)
            self.store.keep("judged_by", by)

    def _review(self, now: datetime) -> None:
        """Judge again what may be open. What becomes owed by that rings for no stage that has passed."""
        before = _owed(self.store.board(now), now)
        self._judge(self.store.reviewable_keys(now - _REVIEWED), now)
        hours = self.hours(now)
        new = (seen for ref, seen in _owed(self.store.board(now), now).items() if ref not in before)
        rows = [row for seen in new for row in passed(seen, now, hours=hours, reminders=self.config.reminders)]
        self.store.rung(rows, now, silent=True)

    def _judge(self, keys: frozenset[str], now: datetime) -> None:
        """Mail first: what answered a mail answers no call."""
        called = frozenset(key for key in keys if key.startswith(CALL))
        entries = self.store.conversation(keys - called)
        guests = self.store.guests(entries)
        if entries:
            self._judge_mail(entries, guests, now)
        written_to = self.telephone.numbers_written_to((*entries, *guests))
        if called or written_to:
            self._judge_calls(called, written_to, now)

    def _judge_mail(self, entries: tuple[Entry, ...], guests: tuple[Entry, ...], now: datetime) -> None:
        people = self._with_history(self._people(), entries)
        policy = self._policy((entry.source for entry in entries), now)
        talks = self.telephone.talks(entries, policy)
        cases = gather(entries, guests=guests, people=people, policy=policy, talks=talks)
        forgotten = _forgotten(entries, now - self.config.closed_text)
        cases = tuple(_without_debts(case, forgotten) for case in cases)
        self._put(cases, [entry.message.key for entry in entries], now)

    def _people(self) -> People:
        return People(
            me=self.config.me,
            correspondence=self.store.correspondence(),
            silenced=self._silenced,
            contacts=self.telephone.contacts,
            rules=self.config.rules,
        )

    def _judge_calls(self, called: frozenset[str], more: frozenset[str], now: datetime) -> None:
        found, sightings = self.telephone.touched(called, more)
        policy = self._policy((one.call.source for one in sightings), now)
        if self.telephone.knows_people:
            policy = replace(policy, written_to=self.store.correspondence().written_to)
        cases = self.telephone.cases(found, sightings, policy, forgotten=now - self.config.closed_text)
        self._put(cases, [key for group in found for key in group.keys], now)

    def _put(self, cases: Iterable[Case], judged: Sequence[str], now: datetime) -> None:
        # Small numbers go to those who are shown.
        cases = tuple(sorted(cases, key=lambda one: (all(debt.backlog for debt in one.debts), one.latest.received)))
        self.store.put(cases, now, judged=judged)
        self._settle(Board(cases=cases, marks=self.store.marks_on(cases)), now, self.store.folded())

    def _with_history(self, people: People, entries: Iterable[Entry]) -> People:
        """What I did with earlier mail of those who wrote these."""
        senders = {entry.message.sender.address for entry in entries if entry.message.sender and not entry.outgoing}
        whom = {*senders, *map(people.house, senders), ""}
        known = replace(people.correspondence, exchanges=self.store.exchanges(whom))
        return replace(people, correspondence=known)

    def _policy(self, sources: Iterable[str], now: datetime) -> Policy:
        # Also of sources no longer configured: what they brought stays what it was.
        first = {name: self.store.first_complete(name) or now for name in set(sources)}
        return replace(policy(self.config, self.hours(now), first), silenced=self._silenced)

    def _settle(self, board: Board, now: datetime, upto: int) -> None:
        """Put what marks closed to rest, write its outcomes, and take back the outcomes of what is open again."""
        seen = standings(board, now)
        unsettled = [standing for standing in seen if standing.state in _UNSETTLED]
        still_open = {standing.case.thread for standing in (*unsettled, *doubted(seen, now), *inviting(seen, now))}
        # A note whose adding was undone stands nowhere, and is closed by that.
        closed = [case.thread for case in board.cases if case.thread not in still_open]
        outcomes = [outcome for standing in seen for outcome in standing.ended]
        open_again = [debt.key for standing in unsettled for debt in standing.debts]
        self.store.settle(closed, [*self._reversals(open_again), *outcomes], upto, now)

    def _reversals(self, causes: Sequence[str]) -> list[Outcome]:
        standing = {outcome.cause: outcome for outcome in self.store.outcomes_of(causes)}
        return [replace(outcome, reversed_=True) for outcome in standing.values() if not outcome.reversed_]


def policy(config: Config, hours: Hours, first: Mapping[str, datetime]) -> Policy:
    """What this configuration says of deadlines and calls; `first` is when each source was first read to its end."""
    return Policy(
        rules=config.rules,
        workday=config.workday,
        hours=hours,
        backlog_before={name: backlog_before(moment, hours) for name, moment in first.items()},
        region=config.me.phone_region,
        least_talk={one.name: one.call_log.min_talk for one in config.sources if one.call_log},
        calls_close_mail=config.calls_close_mail,
    )


def backlog_before(first_read: datetime, hours: Hours) -> datetime:
    """What came before this is backlog: the start of the working day preceding the first complete read."""
    return hours.at(hours.previous_workday(hours.day(first_read)), time()).astimezone(UTC)


@cache
def _program() -> str:
    """The version whose rules judge: an upgrade may see things otherwise."""
    return version("inbox-triage")


def _forgotten(entries: Iterable[Entry], before: datetime) -> frozenset[str]:
    """The messages whose words were dropped: they rested by then, and must not be judged by their headers alone."""
    messages = (entry.message for entry in entries)
    return frozenset(
        message.key
        for message in messages
        if message.text is None and message.trouble is None and message.received < before
    )


def _without_debts(case: Case, keys: frozenset[str]) -> Case:
    if keys.isdisjoint(debt.key for debt in case.debts):
        return case
    return replace(case, debts=tuple(debt for debt in case.debts if debt.key not in keys))


def _new_notes(board: Board) -> list[Case]:
    stored = {case.thread for case in board.cases}
    return [note(mark) for mark in board.marks if mark.kind is MarkKind.ADD and mark.key not in stored]


def _owed(board: Board, now: datetime) -> dict[str, Standing]:
    return {seen.case.ref: seen for seen in standings(board, now) if seen.state in OPEN}
