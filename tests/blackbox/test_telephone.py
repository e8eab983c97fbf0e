"""A day with a telephone, through the installed command: the spool of an Asterisk, its mail, its call log."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from stat import S_IMODE
from typing import Any

import pytest

from tests.blackbox.homes import ADA, Home, ago, letter, maildir, put
from triage.sinks.opening import SOUNDS

JANET, OKAFOR, ADA_RINGS = "2025550123", "2025550177", "2025550199"
CARD = """BEGIN:VCARD
VERSION:3.0
FN:Ada King
TEL;TYPE=CELL:(202) 555-0199
EMAIL:ada@bakery.example
END:VCARD
"""


class Office(Home):
    """A home with a telephone system."""

    @property
    def spool(self) -> Path:
        return self.root / "spool" / "default" / "1001"

    def wire(self, more: str = "") -> None:
        """One mailbox, one voicemail folder, one call log, an address book."""
        self.spool.mkdir(parents=True)
        (self.root / "cdr").mkdir()
        (self.root / "contacts").mkdir()
        phone = (
            f'[[source]]\nname = "phone"\nkind = "voicemail"\npath = "{self.spool}"\npoll = "1h"\nstale_after = "2h"'
        )
        log = (
            f'[[call_log]]\npath = "{self.root}/cdr/Master.csv"\npreset = "asterisk"\noutside_prefix = ["9"]\n'
            'timezone = "UTC"\npoll = "1h"\nstale_after = "2h"'
        )
        cards = f'[contacts]\npaths = ["{self.root}/contacts"]'
        self.configure(maildir("mail", self.mail), phone, log, cards, more=more)
        put(self.mail / "Sent", letter("Old", at=ago(days=20)), ago(days=20))
        put(self.mail / "INBOX", letter("Newsletter", sender="noreply@shop.example", at=ago(days=3)), ago(days=3))

    def voicemail(self, place: int, at: datetime, callerid: str, *, seconds: int = 34, folder: str = "INBOX") -> None:
        """As app_voicemail leaves it: the recording, then the text that makes it complete."""
        inbox = self.spool / folder
        inbox.mkdir(exist_ok=True)
        (inbox / f"msg{place:04}.wav").write_bytes(b"RIFF" + bytes(2000))
        (inbox / f"msg{place:04}.txt").write_text(
            ";\n; Message Information file\n;\n[message]\norigmailbox=1001\ncontext=macro-vm\nexten=s-NOANSWER\n"
            f"rdnis=unknown\npriority=2\ncallerchan=PJSIP/trunk-{place:08x}\ncallerid={callerid}\n"
            f"origdate={at:%a %b %e %r UTC %Y}\norigtime={int(at.timestamp())}\ncategory=\n"
            f"msg_id={int(at.timestamp())}-{place:08}\nflag=\nduration={seconds}\n"
        )

    def log(self, dst: str, at: datetime, talk: int, *, src: str = "1001") -> None:
        """A row of Master.csv."""
        told, answer = ("ANSWERED", f'"{at:%Y-%m-%d %H:%M:%S}"') if talk else ("NO ANSWER", "")
        with (self.root / "cdr" / "Master.csv").open("a") as file:
            file.write(
                f'"","{src}","{dst}","from-internal","""Robin"" <{src}>","PJSIP/{src}-1","PJSIP/trunk-2","Dial",'
                f'"PJSIP/{dst}@trunk,300","{at:%Y-%m-%d %H:%M:%S}",{answer},"{at:%Y-%m-%d %H:%M:%S}",{talk + 9},{talk},'
                f'"{told}","DOCUMENTATION","{at.timestamp()}",""\n'
            )

    def owed(self) -> dict[str, Any]:
        """Read everything; who is owed, by name or number."""
        seen = self.triage("poll", "--json")
        assert seen.code == 0, seen
        return {one["who"]["name"] or one["who"]["phone"]: one for one in seen.json["owed"]}


@pytest.fixture
def office(tmp_path: Path) -> Office:
    made = Office(tmp_path)
    made.wire()
    assert made.triage("poll").code == 0
    return made


def test_owed_tried_called_back_and_closed(office: Office) -> None:
    office.voicemail(0, ago(hours=3), f'"ACME LLC" <{JANET}>')
    (case,) = office.owed().values()
    assert (case["channel"], case["state"], case["who"]["phone"]) == ("voicemail", "owed", "+12025550123")
    assert (case["subject"], case["attempts"], case["source"]) == ("call, 0:34, no transcript", [], "phone")

    office.log(f"9{JANET}", ago(hours=2), 0)
    assert len(office.owed()["ACME LLC"]["attempts"]) == 1
    assert "tried" in office.triage("status").out

    office.log(f"91{JANET}", ago(hours=1), 251)
    assert office.owed() == {}
    seen = office.triage("status", "--json").json
    assert (seen["counts"]["answered_today"], seen["clear"]) == (1, True)
    assert "1 of them called back" in office.triage("status").out
    (back,) = office.triage("list", "--state", "answered", "--json").json["cases"]
    assert back["channel"] == "voicemail"
    shown = office.triage("show", back["ref"][:8]).out
    assert all(words in shown for words in ("left a message, 0:34", "you tried", "you spoke, 4 min"))


def test_a_voicemail_that_came_by_mail_too_is_one(office: Office) -> None:
    at = ago(hours=2)
    office.voicemail(0, at, f'"ACME LLC" <{JANET}>')
    told = letter(
        "[PBX]: New message 1 in mailbox 1001",
        sender="Asterisk PBX <asterisk@pbx.example>",
        text="Dear Robin:\n\n\tyou were just left a 0:34 long message (number 1)\nin mailbox 1001 from ACME LLC, on "
        f"{at:%A, %B %d, %Y at %I:%M:%S %p} so you might want to check it when you get a chance. Thanks!\n",
        at=ago(hours=2, seconds=-40),
        x_asterisk_callerid=JANET,
        x_asterisk_calleridname="ACME LLC",
    )
    put(office.mail / "INBOX", told, ago(hours=2, seconds=-40))
    owed = office.owed()
    assert list(owed) == ["ACME LLC"]
    assert (owed["ACME LLC"]["chasers"], len(owed["ACME LLC"]["message_ids"])) == (0, 1)
    assert [one["channel"] for one in office.triage("list", "--all", "--json").json["cases"]].count("voicemail") == 1


def test_withheld_callers_wait_each_for_himself(office: Office) -> None:
    office.voicemail(0, ago(hours=3), "Anonymous")
    office.voicemail(1, ago(hours=2), '"Unknown" <unknown>')
    seen = office.triage("poll", "--json").json["owed"]
    assert [(one["who"]["phone"], one["who"]["name"]) for one in seen] == [(None, None)] * 2
    assert office.triage("status").out.count("number withheld") == 2


def test_heard_moved_and_deleted_still_waits(office: Office) -> None:
    at = ago(hours=3)
    office.voicemail(0, at, f'"ACME LLC" <{JANET}>')
    assert list(office.owed()) == ["ACME LLC"]
    for name in ("msg0000.txt", "msg0000.wav"):
        (office.spool / "Old").mkdir(exist_ok=True)
        (office.spool / "INBOX" / name).rename(office.spool / "Old" / name)
    assert list(office.owed()) == ["ACME LLC"]
    assert "heard" in office.triage("show", "acme").out


def test_called_by_mobile_and_taken_back(office: Office) -> None:
    office.voicemail(0, ago(hours=3), f'"Mrs Okafor" <{OKAFOR}>')
    office.owed()
    assert office.triage("called", "okafor", "no-answer").out.startswith("No answer, still open: Mrs Okafor")
    assert len(office.owed()["Mrs Okafor"]["attempts"]) == 1
    assert office.triage("called", "okafor").out.startswith("Called back: Mrs Okafor")
    assert office.owed() == {}
    assert office.triage("called", "1", "no-answer").out.startswith("No answer: Mrs Okafor")
    office.triage("undo")
    assert "Undone: called" in office.triage("undo").out
    assert list(office.owed()) == ["Mrs Okafor"]
    assert office.triage("called", "nobody").code == 1
    assert office.triage("called", "no-answer").code == 2


def test_who_wrote_and_rang_has_two_cases_side_by_side(office: Office) -> None:
    (office.root / "contacts" / "ada.vcf").write_text(CARD)
    office.voicemail(0, ago(hours=2), ADA_RINGS)
    office.voicemail(1, ago(hours=2, minutes=30), JANET)
    put(office.mail / "INBOX", letter(sender=ADA, at=ago(hours=3)), ago(hours=3))
    seen = office.triage("poll", "--json").json["owed"]
    assert [one["who"]["name"] for one in seen] == ["Ada King", "Ada King", None]
    assert {one["channel"] for one in seen[:2]} == {"email", "voicemail"}
    assert office.triage("status", "--short").out.startswith("2 wait")

    office.log(f"91{ADA_RINGS}", ago(hours=1), 240)
    (mail, other) = office.triage("poll", "--json").json["owed"]
    assert (mail["channel"], other["who"]["phone"]) == ("email", "+12025550123")
    shown = office.triage("show", str(mail["id"])).out
    assert "you spoke, 4 min" in shown
    assert f"triage done {mail['id']}" in shown


def test_an_earlier_moment_knew_no_call_back(office: Office) -> None:
    office.voicemail(0, ago(hours=3), JANET)
    office.log(f"91{JANET}", ago(hours=1), 251)
    assert office.owed() == {}
    then = office.triage("status", "--json", "--at", ago(hours=2).isoformat()).json
    assert [one["who"]["phone"] for one in then["owed"]] == ["+12025550123"]


def test_a_caller_dismissed_for_good_waits_no_more_and_his_mail_is_left_alone(office: Office) -> None:
    (office.root / "contacts" / "ada.vcf").write_text(CARD)
    office.voicemail(0, ago(hours=2), ADA_RINGS)
    put(office.mail / "INBOX", letter(sender=ADA, at=ago(hours=3)), ago(hours=3))
    rang = next(one for one in office.triage("poll", "--json").json["owed"] if one["channel"] == "voicemail")
    assert "a caller has no domain" in office.triage("dismiss", str(rang["id"]), "--domain").err
    said = office.triage("dismiss", str(rang["id"]), "--sender").out
    assert "nothing from +12025550199 needs an answer" in said
    office.voicemail(1, ago(hours=1), ADA_RINGS)
    assert [one["channel"] for one in office.triage("poll", "--json").json["owed"]] == ["email"]
    assert "Silenced: +12025550199" in office.triage("list", "--state", "dismissed").out
    office.triage("reopen", str(rang["id"]))
    waiting = office.triage("poll", "--json").json["owed"]
    assert sorted(one["channel"] for one in waiting) == ["email", "voicemail"]


def test_a_caller_without_a_number_cannot_be_dismissed_for_good(office: Office) -> None:
    office.voicemail(0, ago(hours=2), "")
    office.owed()
    refused = office.triage("dismiss", "1", "--sender")
    assert (refused.code, "no sender to dismiss" in refused.err) == (1, True)


def test_a_voicemail_is_played(office: Office) -> None:
    """By the program the desktop has for it; ours only notes what it was given."""
    opened, programs = office.root / "opened", office.root / "bin"
    programs.mkdir()
    (programs / "xdg-open").write_text(f'#!/bin/sh\nprintf %s "$1" > {opened}\n')
    (programs / "xdg-open").chmod(0o755)
    office.voicemail(0, ago(hours=3), JANET)
    office.owed()
    path = f"{programs}:{office.env['PATH']}"
    done = office.triage("open", "1", env={"PATH": path})
    assert (done.code, opened.read_text()) == (0, (office.spool / "INBOX" / "msg0000.wav").as_uri())
    assert Path(opened.read_text()).suffix in SOUNDS


def test_nothing_is_changed_in_the_spool(office: Office) -> None:
    office.voicemail(0, ago(hours=3), JANET)
    before = {path: (path.stat().st_mtime_ns, S_IMODE(path.stat().st_mode)) for path in office.spool.rglob("*")}
    office.owed()
    office.triage("show", "1")
    after = {path: (path.stat().st_mtime_ns, S_IMODE(path.stat().st_mode)) for path in office.spool.rglob("*")}
    assert after == before


def test_a_spool_that_is_gone_is_stale_and_nothing_is_called_clear(office: Office) -> None:
    office.voicemail(0, ago(hours=3), JANET)
    assert len(office.owed()) == 1
    office.spool.rename(office.root / "unmounted")
    failed = office.triage("poll")
    assert failed.code == 1
    assert failed.err.splitlines() == ["triage: phone: not read", "the status above says why and what to do"]
    seen = office.triage("status", "--json").json
    assert len(seen["owed"]) == 1
    assert next(one for one in seen["sources"] if one["name"] == "phone")["ok"] is False


def test_the_daemon_hears_a_new_message(office: Office) -> None:
    with office.daemon() as running:
        running.wait_until(lambda: all(one["fresh_as_of"] for one in running.status()["sources"]))
        office.voicemail(0, datetime.now(UTC), JANET)
        running.wait_until(lambda: running.status()["counts"]["owed"] == 1)
        office.log(f"91{JANET}", datetime.now(UTC) + timedelta(seconds=2), 60)
        running.wait_until(lambda: running.status()["counts"]["owed"] == 0)


def test_who_only_rang_is_forgotten_by_the_address_book(office: Office) -> None:
    (office.root / "contacts" / "ada.vcf").write_text(CARD.replace("ada@", "bea@").replace("Ada King", "Bea Lane"))
    office.voicemail(0, ago(minutes=50), f'"Bea" <{ADA_RINGS}>')
    assert "Bea Lane" in office.owed()
    run = office.triage("forget", "bea@bakery.example", "--yes")
    assert (run.code, run.err) == (0, "")
    assert "bea@bakery.example: 1 call." in run.out
    assert "Bea Lane" not in office.owed()


def test_who_rings_and_is_written_to_twice_is_told_of_in_review_and_show(office: Office) -> None:
    (office.root / "contacts" / "ada.vcf").write_text(CARD)
    for place, hours in ((0, 5), (1, 3)):
        office.voicemail(place, ago(hours=hours), f'"Ada" <{ADA_RINGS}>')
        assert "Ada King" in office.owed()
        sent = letter(f"Your call {place}", sender="Robin Vale <robin@example.org>", to=ADA, at=ago(hours=hours - 1))
        put(office.mail / "Sent", sent, ago(hours=hours - 1))
        assert office.owed() == {}
    (found,) = [one for one in office.triage("review", "--json").json["findings"] if one["kind"] == "channel"]
    assert (found["who"], found["quote"]) == ("Ada King", "rang 2 times, and you wrote")
    (case,) = office.triage("list", "--state", "answered", "--json").json["cases"]
    assert "They rang 2 times, and you wrote" in " ".join(office.triage("show", case["ref"][:8]).out.split())
