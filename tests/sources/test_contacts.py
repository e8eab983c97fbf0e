"""Address books: vCards of three versions, in folders and exports, however badly written."""

import os
from pathlib import Path

import pytest

from triage.errors import SourceUnreachable
from triage.sources.contacts import Card, cards, read, stamp

V2 = (
    b"BEGIN:VCARD\r\nVERSION:2.1\r\nN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:M=C3=BCller;J=C3=BCrgen;;;\r\n"
    b"FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:J=C3=BCrgen =\r\nM=C3=BCller\r\n"
    b"TEL;CELL:030 123456\r\nTEL;WORK;FAX:030 999999\r\nEMAIL;INTERNET:Juergen@Example.org\r\nEND:VCARD\r\n"
)
V3 = (
    b"BEGIN:VCARD\nVERSION:3.0\nFN:Ada King\\, Countess\nORG:King\\; Co;Engines\n"
    b"item1.TEL;TYPE=CELL,VOICE:(202) 555-01\n 99\nitem1.X-ABLabel:mobile\n"
    b"EMAIL;TYPE=WORK:ada@client.example\nEND:VCARD\n"
)
V4 = (
    b'BEGIN:VCARD\r\nVERSION:4.0\r\nN:Oni;Ben;;;\r\nTEL;VALUE=uri;TYPE="voice,work:x":tel:+34-91-123-4567;ext=102\r\n'
    b"TEL:tel:+1-202-555-0144\r\nEMAIL:mailto:ben@example.org\r\nEND:VCARD\r\n"
)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        pytest.param(
            V2, Card(name="Jürgen Müller", numbers=("030 123456",), addresses=("juergen@example.org",)), id="2.1"
        ),
        pytest.param(
            V3,
            Card(
                name="Ada King, Countess",
                company="King; Co",
                numbers=("(202) 555-0199",),
                addresses=("ada@client.example",),
            ),
            id="3.0",
        ),
        pytest.param(
            V4,
            Card(
                name="Ben Oni",
                numbers=("+34-91-123-4567;ext=102", "+1-202-555-0144"),
                addresses=("ben@example.org",),
            ),
            id="4.0",
        ),
    ],
)
def test_a_card(content: bytes, expected: Card) -> None:
    assert list(read(content)) == [expected]


def test_a_bad_card_hides_no_other() -> None:
    broken = b"BEGIN:VCARD\nFN\n;;;:\nTEL\nBEGIN:VCARD\nnonsense\x00\xff\n"
    assert [one.name for one in read(broken + V3 + b"garbage\n" + V4)] == ["Ada King, Countess", "Ben Oni"]


def test_a_company_without_a_person_and_a_card_without_anything() -> None:
    company = b"BEGIN:VCARD\nFN:\nORG:ACME LLC\nTEL:2025550123\nEND:VCARD\n"
    nothing = b"BEGIN:VCARD\nFN:Nobody\nEND:VCARD\n"
    assert [(one.name, one.company) for one in read(company + nothing)] == [("", "ACME LLC")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_in_any_encoding(encoding: str) -> None:
    card = "BEGIN:VCARD\nFN:Jürgen\nTEL:030123456\nEND:VCARD\n"
    assert [one.name for one in read(card.encode(encoding))] == ["Jürgen"]


def test_a_folder_of_collections_and_a_single_export(tmp_path: Path) -> None:
    (tmp_path / "contacts" / "work").mkdir(parents=True)
    (tmp_path / "contacts" / "work" / "a.vcf").write_bytes(V2)
    (tmp_path / "contacts" / "work" / ".a.vcf.tmp").write_bytes(V4)
    (tmp_path / "contacts" / "readme.txt").write_text("BEGIN:VCARD")
    (tmp_path / "export.vcf").write_bytes(V3 + V4)
    found = cards((tmp_path / "contacts", tmp_path / "export.vcf"))
    assert [one.name for one in found] == ["Jürgen Müller", "Ada King, Countess", "Ben Oni"]


def test_a_replaced_file_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "a.vcf"
    path.write_bytes(V3)
    before = stamp((tmp_path,))
    assert stamp((tmp_path,)) == before
    new = tmp_path / "new"
    new.write_bytes(V4)
    new.rename(path)
    os.utime(tmp_path, ns=(1, 1))
    assert stamp((tmp_path,)) != before


def test_a_book_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(SourceUnreachable, match="contacts"):
        cards((tmp_path / "gone.vcf",))


def test_a_huge_card_costs_little() -> None:
    assert list(read(b"BEGIN:VCARD\n" + b"X:" + b"a" * 1_000_000 + b"\n" + b"TEL:1\n" * 20_000 + b"FN:x\nEND:VCARD\n"))
