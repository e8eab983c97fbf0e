"""`triage doctor` on paper, at 80 columns and at 50."""

from dataclasses import replace

import pytest

from triage.model.findings import Finding, broken, look, ok
from triage.report.checkup import as_json, text
from triage.report.lines import cells


def part(name: str, *findings: Finding) -> list[Finding]:
    return [replace(one, part=name).told() for one in findings]


ROUND = [
    *part("config", ok("~/.config/triage/config.toml, 2 sources, 1 rule")),
    *part(
        "office",
        ok("signed in to {host} as {user}", host="imap.example.com", user="robin@example.com"),
        look(
            "the server's certificate runs out in 4 days, on 2026-11-28",
            "tell whoever runs the server: afterwards no mail can be read",
        ),
        broken(
            "no Sent mailbox was found: your answers cannot be seen, everybody will look unanswered",
            'name it in this source:  sent = ["..."]',
        ),
    ),
    *part("会議室の郵便", ok("reads 1 of 12 mailboxes: INBOX"), ok("last read whole 3 min ago")),
    *part("holidays", ok("none", 'for a country\'s: holidays = "US"')),
]
WIDE = """\
triage 0.1.0, Python 3.11.2, Linux 6.1

  config      ok     ~/.config/triage/config.toml, 2 sources, 1 rule
  office      ok     signed in to imap.example.com as robin@example.com
              look   the server's certificate runs out in 4 days, on 2026-11-28
                       tell whoever runs the server: afterwards no mail can be
                       read
              broken no Sent mailbox was found: your answers cannot be seen,
                     everybody will look unanswered
                       name it in this source: sent = ["..."]
  会議室の郵… ok     reads 1 of 12 mailboxes: INBOX
              ok     last read whole 3 min ago
  holidays    ok     none
                       for a country's: holidays = "US"

1 thing is broken, 1 thing is worth a look."""
NARROW = """\
triage 0.1.0, Python 3.11.2, Linux 6.1

config
  ok     ~/.config/triage/config.toml, 2 sources,
         1 rule
office
  ok     signed in to imap.example.com as
         robin@example.com
  look   the server's certificate runs out in 4
         days, on 2026-11-28
           tell whoever runs the server:
           afterwards no mail can be read
  broken no Sent mailbox was found: your answers
         cannot be seen, everybody will look
         unanswered
           name it in this source: sent = ["..."]
会議室の郵便
  ok     reads 1 of 12 mailboxes: INBOX
  ok     last read whole 3 min ago
holidays
  ok     none
           for a country's: holidays = "US"

1 thing is broken, 1 thing is worth a look."""
ABOUT = "triage 0.1.0, Python 3.11.2, Linux 6.1"


@pytest.mark.parametrize(("width", "page"), [(80, WIDE), (50, NARROW)], ids=["80 columns", "50 columns"])
def test_the_whole_round(width: int, page: str) -> None:
    told = text(ROUND, about=ABOUT, width=width, colour=False)
    assert told == page
    assert max(map(cells, told.splitlines())) <= width


def test_only_what_is_not_well_stands_out() -> None:
    told = text(ROUND, about=ABOUT, width=80, colour=True)
    assert told.count("\x1b[33m") == 2
    assert told.replace("\x1b[33m", "").replace("\x1b[0m", "") == WIDE


@pytest.mark.parametrize(
    ("findings", "said"),
    [
        pytest.param([ok("well")], "Everything is in order.", id="well"),
        pytest.param([look("odd", "look")], "1 thing is worth a look.", id="odd"),
        pytest.param([broken("bad", "mend")] * 2, "2 things are broken.", id="broken"),
    ],
)
def test_the_last_line_sums_up(findings: list[Finding], said: str) -> None:
    assert text(findings, about="", width=80, colour=False).endswith(f"\n\n{said}")


def test_what_strangers_wrote_commands_no_terminal() -> None:
    seen = part("office", broken("{error}", "mend", error="\x1b]0;title\x07 no \x1b[31mway"))
    assert "\x1b" not in text(seen, about="", width=80, colour=False)


def test_json_holds_every_finding_and_whether_all_is_well() -> None:
    told = as_json(ROUND, about={"triage": "0.1.0"})
    assert (told["about"], told["ok"]) == ({"triage": "0.1.0"}, False)
    assert told["findings"][-1] == {  # type: ignore[index]
        "part": "holidays",
        "level": "ok",
        "what": "none",
        "hint": 'for a country\'s: holidays = "US"',
    }
    assert as_json([look("odd", "look")], about={})["ok"] is True
