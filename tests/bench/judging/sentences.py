"""What is measured on words alone: asks, own words, and the invented promises and cold mails of the tests."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from tests.bench import asks, own_words
from tests.bench.judging.rows import HOURS, Row
from tests.bench.train_asks import labelled
from triage.core.cases.state import COLD, MAYBE_COLD
from triage.core.judging.judge import judge
from triage.core.people import People
from triage.core.words.promises import promised
from triage.core.words.sentences import sentences
from triage.model.entries import Correspondence, Entry
from triage.model.mail import Address, Message
from triage.settings import Me

INVENTED = Path(__file__).parents[2] / "core"
MONDAY = datetime(2026, 11, 16, 10, tzinfo=UTC)
# A hundred that sell and a hundred that do not, from before there was a rule.
WRITTEN_FIRST = 200
_ROBIN = Address(name="Robin Vale", address="robin@example.com")
_STRANGER = Address(name="Lee Sun", address="lee@seller.example")


def asked(folder: Path) -> Row:
    """Requests among sentences, each judged by a model that never saw its fold."""
    rows = labelled(folder)
    found = asks.across(rows, asks.shuffled(rows))
    wrong = [text for (score, gold), text in zip(found, _in_folds(rows), strict=True) if (score >= 0.5) != gold]
    baseline = asks.f1([(asks.one_line(text), gold) for text, gold in rows])
    return Row("asks, F1 in 5 folds", f"{asks.f1(found):.3f}", f"{baseline:.3f}", "0.80", wrong)


def _in_folds(rows: list[tuple[str, bool]]) -> Iterator[str]:
    for fold in asks.shuffled(rows):
        yield from (rows[number][0] for number in fold)


def own(folder: Path) -> Iterator[Row]:
    """What the sender wrote himself: the hand-zoned mails, and the fixtures of seven libraries."""
    fixtures: list[own_words.Pair] = []
    for name, pairs in own_words.sets(folder):
        if name == "quagga":
            yield _exact("own words exact, quagga", pairs)
        else:
            fixtures += pairs
    yield _exact("own words exact, fixtures", fixtures)


def _exact(measure: str, pairs: list[own_words.Pair]) -> Row:
    kinds = [(own_words.outcome(source, wanted.split())[0], where) for where, source, wanted in pairs]
    whole = sum("".join(own_words.text_of(source).split()) == "".join(wanted.split()) for _, source, wanted in pairs)
    exact = sum(kind == "exact" for kind, _ in kinds)
    return Row(
        f"{measure} (n={len(pairs)})",
        f"{exact / len(pairs):.3f}",
        f"nothing cut {whole / len(pairs):.3f}",
        "0.90",
        [f"{kind}: {where}" for kind, where in kinds if kind != "exact"],
    )


def promises() -> Row:
    """Sentences of a person's own mail, invented and labelled: does it promise to come back?"""
    lines = [line.split("\t") for line in (INVENTED / "promises.tsv").read_text("utf-8").splitlines()]
    found = [(label == "yes", bool(promised(sentences(text), MONDAY, HOURS)), text) for label, text in lines]
    right = sum(meant and heard for meant, heard, _ in found)
    precision, recall = (right / max(1, sum(one[place] for one in found)) for place in (1, 0))
    wrong = [text for meant, heard, text in found if meant != heard]
    return Row(
        f"promises, precision / recall (n={len(found)})", f"{precision:.2f} / {recall:.2f}", "", "0.90 / 0.80", wrong
    )


def cold() -> Iterator[Row]:
    """Invented first mails that sell or recruit, and others: who of them rings only at the last stages?"""
    taught, held = _mails("cold.tsv"), _mails("cold_held.tsv")
    yield _ringing("invented cold mails that ring early", taught[:WRITTEN_FIRST])
    yield _ringing("the same, written since", taught[WRITTEN_FIRST:])
    yield _ringing("the same, held out", held)


def _mails(file: str) -> list[tuple[str, str, str]]:
    """Is it cold or genuine, the subject, the text."""
    lines = (INVENTED / file).read_text("utf-8").split("\n")
    label_subject_text = (line.replace("\\n", "\n").split("\t") for line in lines if line)
    return [(label, subject, text) for label, subject, text in label_subject_text]


def _ringing(measure: str, mails: list[tuple[str, str, str]]) -> Row:
    late = [(label, subject, bool(_rules(subject, text) & {COLD, MAYBE_COLD})) for label, subject, text in mails]
    early_cold = [subject for label, subject, is_late in late if label == "cold" and not is_late]
    late_genuine = [subject for label, subject, is_late in late if label == "genuine" and is_late]
    colds = sum(label == "cold" for label, _, _ in late)
    return Row(
        measure,
        f"{len(early_cold)} of {colds}",
        f"genuine that ring late {len(late_genuine)} of {len(late) - colds}",
        "0",
        [*early_cold, *late_genuine],
    )


def _rules(subject: str, text: str) -> set[str]:
    """The rules that speak of a stranger's first mail."""
    message = Message(
        key="id:<a>", message_id="<a>", received=MONDAY, sender=_STRANGER, to=(_ROBIN,), subject=subject, text=text
    )
    entry = Entry(message=message, source="office", seen=MONDAY, mailboxes=("INBOX",))
    people = People(me=Me(addresses=(_ROBIN.address,), name=_ROBIN.name), correspondence=Correspondence())
    return {reason.rule for reason in judge(entry, [entry], people, hours=HOURS).reasons}
