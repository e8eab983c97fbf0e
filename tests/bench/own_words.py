"""How exactly own_words() finds what the sender wrote, on labelled replies: TRIAGE_DATA names their folder.

Exact means equal after whitespace is made one blank. "over" lost a word the label has, "under" kept one it has not.
"against" are labels that hold what the issue wants cut away (`AGAINST` says what); beside stands the figure without.
Run: TRIAGE_DATA=… python -m tests.bench.own_words [--misses]
"""

import ast
import collections
import email
import email.policy
import html
import json
import os
import re
import sys
import tarfile
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from selectolax.lexbor import LexborHTMLParser

from triage.core.words.quotes import own_words
from triage.sources.message.html import html_text

MOST = 16_384
Pair = tuple[str, str, str]  # where, the text or HTML, what the sender wrote
Files = dict[str, str]
TALON_REPLY = "Hi. I am fine.\n\nThanks,\nAlex"


def is_page(source: str) -> bool:
    return bool(re.search(r"<(?:div|p|br|body|blockquote|html|span)[\s>/]", source))


def text_of(source: str) -> str:
    return html_text(source, MOST) if is_page(source) else source


def words(text: str) -> list[str]:
    return text.split()


def quagga(folder: Path) -> Iterator[Pair]:
    for line in (folder / "replies/quagga_train_eval.jsonl").open():
        row = json.loads(line)
        yield row["id"], row["text"], row["new_text"]


def literal(node: ast.AST, names: dict[str, Any]) -> Any:
    """The value of a constant expression or of a name given one before, else None."""
    if isinstance(node, ast.Name):
        return names.get(node.id)
    try:
        return ast.literal_eval(node)
    except ValueError:
        return None


def calls(tree: ast.AST, wanted: str) -> Iterator[tuple[str, ast.Call, dict[str, Any]]]:
    """Every call of that name in a test, with the constants known there."""
    for test in ast.walk(tree):
        if isinstance(test, ast.FunctionDef):
            names: dict[str, Any] = {}
            for node in (inner for line in test.body for inner in ast.walk(line)):
                if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                    names[node.targets[0].id] = literal(node.value, names)
                elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith(wanted):
                    yield test.name, node, dict(names)


def talon(files: Files, path: str, function: str, *, plain: bool) -> Iterator[Pair]:
    """eq_(expected, …function(text)); an HTML answer is compared as text."""
    for where, call, names in calls(ast.parse(files[path]), "eq_"):
        inner = next(
            (node for node in ast.walk(call) if isinstance(node, ast.Call) and function in ast.unparse(node.func)), None
        )
        expected = call.args[0] if not isinstance(call.args[0], ast.Call) else call.args[0].args[-1]
        source, wanted = inner and literal(inner.args[0], names), literal(expected, names)
        if isinstance(wanted, tuple):
            wanted = wanted[0]
        if isinstance(source, str) and isinstance(wanted, str):
            yield where, source, wanted if plain else html.unescape(re.sub(r"<[^>]*>", " ", wanted))


def talon_files(files: Files) -> Iterator[Pair]:
    for path, content in files.items():
        if "/html_replies/" in path and path.startswith("reply_talon"):
            yield path, content, TALON_REPLY
        elif "/standard_replies/" in path and path.endswith(".eml"):
            message = email.message_from_string(content, policy=email.policy.default)
            body = message.get_body(("plain",))
            yield path, body.get_content() if body else "", files.get(path[:-4] + "_reply_text", "Hello")


def quotequail(files: Files) -> Iterator[Pair]:
    """The last element of each case lists (is it own, text) with introductions on the quote's side."""
    for path in ("test_quote.py", "test_quote_html.py"):
        tree = ast.parse(files["reply_quotequail/tests/" + path])
        for node in ast.walk(tree):
            if isinstance(node, ast.Tuple) and len(node.elts) == 3 and isinstance(value := literal(node, {}), tuple):
                source, _, parts = value
                if not all(isinstance(part, tuple) and len(part) == 2 for part in parts):
                    continue
                own = " ".join(part for is_own, part in parts if is_own)
                yield path, source, html.unescape(re.sub(r"<[^>]*>", " ", own)) if "html" in path else own


def parsed(files: Files, room: str, suite: str, emails: str) -> Iterator[Pair]:
    """Ports of one Ruby library: a test names a file, then the reply that parse_reply() must give."""
    case = re.compile(
        r"(?:test/emails/|FIXTURE_PATH\.join\(\"|getFixtures\('|get_email\(')([\w-]+?)(?:\.txt)?['\"].{0,400}?"
        r"(?:parse_?reply\(|assert(?:_equal|Equals|Equal|True)\(?\s*)\s*(?:\(\w+\) \$fragments\[0\], )?"
        r"(\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'|static::COMMON_FIRST_FRAGMENT)"
        r"(?:,\s*(?:EmailReplyParser(?:\.|::)parse_?[rR]eply|trim\()|\s*== mail\.replies\[0\]\.body)",
        re.DOTALL,
    )
    source = files[f"{room}/{suite}"]
    common = re.search(r"COMMON_FIRST_FRAGMENT = '(.*?)';", source, re.DOTALL)
    for test in re.split(r"\n\s+(?:def|public function) ", source):
        if found := case.search(test):
            name, wanted = found.groups()
            quoted = (
                common.group(1)
                if common and wanted.startswith("static")
                else ast.literal_eval(wanted[0] * 2 + wanted + wanted[0] * 2)
            )
            yield name, files[f"{room}/{emails}/{name}.txt"], quoted


def griddler(files: Files) -> Iterator[Pair]:
    source = files["reply_griddler/spec/griddler/email_spec.rb"]
    case = (
        r"it '([^'\n]*)' do\s+body = <<-EOF[.\w]*\n(.*?)\n\s+EOF[^\n]*\n"
        r"\s+expect\(body_from_email\((?:text|html): body\)\)\.to eq '([^']*)'"
    )
    for where, source_text, wanted in re.findall(case, source, re.DOTALL):
        yield where, textwrap.dedent(re.sub(r"(?:\\x[0-9A-F]{2})+", escaped, source_text)), wanted


def escaped(found: re.Match[str]) -> str:
    """What Ruby reads in a here-document for bytes written as escapes."""
    return bytes.fromhex(found[0].replace("\\x", "")).decode("utf-8", "replace")


def sets(folder: Path) -> Iterator[tuple[str, list[Pair]]]:
    yield "quagga", list(quagga(folder))
    with tarfile.open(folder / "replies/fixtures.tar.xz") as archive:
        read = ((member.name, archive.extractfile(member)) for member in archive if member.isfile())
        files = {name: file.read().decode("utf-8", "replace") for name, file in read if file}
    tests = "reply_talon/tests/"
    yield "talon text", [*talon(files, tests + "text_quotations_test.py", "extract_from_plain", plain=True)]
    yield "talon html", [*talon(files, tests + "html_quotations_test.py", "extract_from_html", plain=False)]
    yield "talon mails", list(talon_files(files))
    yield "talon signatures", [*talon(files, tests + "signature/bruteforce_test.py", "extract_signature", plain=True)]
    yield "quotequail", list(quotequail(files))
    yield (
        "github",
        [*parsed(files, "reply_github_email_reply_parser", "test/email_reply_parser_test.rb", "test/emails")],
    )
    yield "zapier", list(parsed(files, "reply_zapier", "test/test_email_reply_parser.py", "test/emails"))
    yield (
        "mail_parser",
        list(parsed(files, "reply_mail_parser_reply", "test/test_email_reply_parser.py", "test/emails")),
    )
    php = "tests/EmailReplyParser/Tests/"
    yield (
        "willdurand",
        [
            *parsed(files, "reply_willdurand", php + "Parser/EmailParserTest.php", "tests/Fixtures"),
            *parsed(files, "reply_willdurand", php + "EmailReplyParserTest.php", "tests/Fixtures"),
        ],
    )
    yield "griddler", list(griddler(files))


AGAINST = (
    ("a signature", re.compile(r"^--\s?$", re.MULTILINE)),
    ("a mail program's footer", re.compile(r"^sent (?:from|with|via) [^,.?\n]{1,60}$", re.MULTILINE | re.IGNORECASE)),
    ("a quote", re.compile(r"^>(?!.*<$)", re.MULTILINE)),
    ("a forward", re.compile(r"^-{2,} ?(?:forwarded|original) message", re.MULTILINE | re.IGNORECASE)),
    (
        "an introduction",
        re.compile(r"^(?:on|le|am) .{1,120}\d.{1,120}(?:wrote|écrit|schrieb) ?:$", re.MULTILINE | re.IGNORECASE),
    ),
    ("a divider at the end", re.compile(r"\n\s*[-_]{10,}\s*\Z")),
    (
        "a disclaimer",
        re.compile(r"confidential.{1,400}recipient|intended.{1,400}confidential", re.DOTALL | re.IGNORECASE),
    ),
)


def against(source: str, wanted: str) -> str:
    """What the label counts as the sender's although the issue cuts it away, by the label and the source alone."""
    found = next((what for what, sign in AGAINST if sign.search(wanted)), "")
    return found or ("a quote" if set(words(wanted)) - set(words(unquoted(source))) and is_page(source) else "")


def unquoted(page: str) -> str:
    """The text of HTML outside every blockquote."""
    tree = LexborHTMLParser(page)
    for quote in tree.css("blockquote"):
        quote.decompose()
    return tree.body.text(separator=" ") if tree.body else ""


def outcome(source: str, label: list[str]) -> tuple[str, list[str]]:
    own = words(own_words(text_of(source)))
    lost, kept = (
        collections.Counter(label) - collections.Counter(own),
        collections.Counter(own) - collections.Counter(label),
    )
    return ("exact" if "".join(own) == "".join(label) else "over" if lost else "under" if kept else "order"), own


def measure(name: str, pairs: list[Pair], *, misses: bool) -> collections.Counter[str]:
    count: collections.Counter[str] = collections.Counter()
    for where, source, wanted in pairs:
        label, reason = words(wanted), against(source, wanted)
        kind, own = outcome(source, label)
        count.update([kind, *(["against", "against " + kind] if reason else [])])
        if misses and kind != "exact":
            print(f"  {kind} {where}" + (f" (the label holds {reason})" if reason else ""))
            print(f"    wanted {' '.join(label)[-300:]!r}\n    found  {' '.join(own)[-300:]!r}")
    told(name, count)
    return count


def told(name: str, count: collections.Counter[str]) -> None:
    whole = sum(count[kind] for kind in ("exact", "over", "under", "order"))
    rest, exact = whole - count["against"], count["exact"] - count["against exact"]
    print(
        f"{name:16} {whole:4}  exact {count['exact'] / max(1, whole):.3f}"
        f"  over {count['over']:3}  under {count['under']:3}"
        f"  without {count['against']:2} against {exact / max(1, rest):.3f}"
    )


def speed(texts: list[str]) -> None:
    started = time.process_time()
    for text in texts:
        own_words(text)
    spent = time.process_time() - started
    print(f"{spent / len(texts) * 1e6:.0f} us a message of {sum(map(len, texts)) // len(texts)} characters")


if __name__ == "__main__":
    if "TRIAGE_DATA" not in os.environ:
        sys.exit("skipped: TRIAGE_DATA names no folder of labelled mail")
    data = Path(os.environ["TRIAGE_DATA"])
    fixtures: collections.Counter[str] = collections.Counter()
    for name, pairs in sets(data):
        found = measure(name, pairs, misses="--misses" in sys.argv)
        fixtures.update(found if name != "quagga" else {})
    told("all fixtures", fixtures)
    speed([text for _, text, _ in quagga(data)])
