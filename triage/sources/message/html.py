"""HTML mail to plain text: blocks become lines, quotes get "> " before them, what is not shown is dropped.

Nothing is ever fetched. Gmail's and Apple's quotes are blockquotes; after Outlook's reply header all is quoted. What a
program marks as the signature gets "| " before it: it is not typed for this mail, but its numbers may be looked for.
"""

import re
from typing import TYPE_CHECKING

from triage.core.words.quotes import is_postscript, is_quoted

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

    Attributes = dict[str, str | None]

MOST_HTML = 64 * 1024  # the parser needs quadratic time for elements nested without end
MOST_NODES = 20_000
DEEPEST_QUOTE = 5
LONGEST_STYLE = 2000

_BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "center",
        "dd",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "li",
        "main",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "table",
        "tbody",
        "tfoot",
        "thead",
        "tr",
        "ul",
    ]
)
_UNSEEN = frozenset(
    [
        "script",
        "style",
        "head",
        "title",
        "noscript",
        "template",
        "svg",
        "math",
        "object",
        "embed",
        "iframe",
        "audio",
        "video",
        "select",
        "textarea",
        "-comment",
        "_comment",
    ]
)
_CELLS = frozenset({"td", "th"})
_HIDDEN = re.compile(r"display\s{0,3}:\s{0,3}none|visibility\s{0,3}:\s{0,3}hidden|mso-hide\s{0,3}:\s{0,3}all")
_OUTLOOK_REPLY = re.compile(r"border-top\s{0,3}:\s{0,3}solid\s{1,3}#(?:e1e1e1|b5c4df)")
_OUTLOOK_IDS = frozenset(
    {
        "divrplyfwdmsg",
        "appendonsend",
        "x_divrplyfwdmsg",
        "x_appendonsend",
        "olk_src_body_section",
        "mail-editor-reference-message-container",
    }
)
_INDENTED = re.compile(
    r"border\s{0,3}:\s{0,3}none|^\s{0,3}margin-top:\s?0[^;]{0,2};\s?margin-bottom:\s?0[^;]{0,2};?\s{0,3}$"
)
# Apple's is not among them: what is typed below it gets its mark too.
_SIGNATURES = frozenset(
    {
        "gmail_signature",
        "gmail_signature_prefix",
        "moz-signature",
        "signature",
        "ms-outlook-mobile-signature",
        "protonmail_signature_block",
        "k9mail-signature",
        "sh-signature",
        "messagesignaturesection",
        "__sig_pre__",
        "__sig_post__",
    }
)
_SIGNATURE_SIGNS = ("ignature", "__SIG_")
_MARKS = ("id", "class", "name", "data-marker")
_LONGEST_SIGNATURE = 20  # lines; what is longer is a mail
_SPACE = re.compile(r"[ \t\r\n\f\xa0](?:(?<! )[ \t\r\n\f\xa0]*|[ \t\r\n\f\xa0]+)")  # a single blank stays
_PADDING = "\u200b\u200c\u200d\u2060\u034f\ufeff\u00ad\u2007\0"
_EMPTY_LINES = re.compile(r"\n\n\n+")


class _Page:
    """Lines as they grow."""

    def __init__(self, *, signed: bool) -> None:
        self.lines: list[str] = []
        self.line: list[str] = []
        self.size = 0
        self.rest_is_quoted = False
        self.signed = signed
        self.typed = False  # is there anything yet that is no quote?

    def write(self, text: str, *, as_it_stands: bool) -> None:
        self.size += len(text)
        plain = as_it_stands or ("  " not in text and text.isprintable())
        self.line.append(text if plain else _SPACE.sub(" ", text))

    def end_line(self, quote: int, *, forced: bool = False) -> None:
        line = "".join(self.line)
        text = line.strip(" ")
        if text == "--" and line.endswith(" "):
            text = line  # the blank tells a signature from other dashes
        self.line = []
        if text or forced:
            depth = max(quote, int(self.rest_is_quoted))
            self.typed = self.typed or (bool(text) and not depth)
            self.lines += [(">" * depth + " " + line if depth else line) for line in text.split("\n")]

    def leave(self, quote: int, signed: int | None) -> None:
        """Behind a block; `signed` is the line its signature began with, if it is one."""
        self.end_line(quote)
        if signed is not None and len(self.lines) - signed <= _LONGEST_SIGNATURE:
            self._set_apart(signed)

    def _set_apart(self, start: int) -> None:
        """Mark the lines of a signature, up to what must have been typed there: a question, a postscript."""
        for place in range(start, len(self.lines)):
            line = self.lines[place]
            if line.endswith("?") or is_postscript(line):
                break
            if line and not is_quoted(line):
                self.lines[place] = "| " + line.rstrip(" |")  # a bar at both ends would be a table's row


def html_text(html: str, most: int) -> str:
    """The text a reader of the HTML sees, at most `most` characters."""
    from selectolax.lexbor import LexborHTMLParser

    body = LexborHTMLParser(html[:MOST_HTML]).body
    if body is None:
        return ""
    page = _Page(signed=any(sign in html for sign in _SIGNATURE_SIGNS))
    _walk(body, page, most)
    text = "\n".join(page.lines)
    for sign in _PADDING:
        text = text.replace(sign, "")
    return _EMPTY_LINES.sub("\n\n", text).strip()[:most]


def _walk(body: "LexborNode", page: _Page, most: int) -> None:
    """Every shown node in document order, without recursion: mail nests deeper than Python may."""
    node, quote, pre = body.child, 0, False
    outer: list[tuple[LexborNode | None, int, bool, bool, int | None]] = []
    for _ in range(MOST_NODES):
        if page.size > most * 2:
            break
        if node is None:
            if not outer:
                break
            node, outer_quote, pre, block, signed = outer.pop()
            if block or signed is not None:
                page.leave(quote, signed)
            quote = outer_quote
            continue
        tag = node.tag or ""
        if tag == "-text":
            page.write(node.text_content or "", as_it_stands=pre)
        elif tag == "br":
            page.end_line(quote, forced=True)
        elif tag not in _UNSEEN:
            attributes = node.attributes
            style = _style_of(attributes) if attributes else ""
            if "hidden" not in attributes and not (style and _HIDDEN.search(style)):
                block = tag in _BLOCKS
                signed = page.signed and (tag == "signature" or _is_signature(attributes))
                if block or signed:
                    page.end_line(quote)
                elif tag in _CELLS:
                    page.write(" ", as_it_stands=True)
                if attributes and _starts_outlook_quote(attributes, style):
                    page.rest_is_quoted = True
                outer.append((node.next, quote, pre, block, len(page.lines) if signed and page.typed else None))
                quote = min(DEEPEST_QUOTE, quote + _is_quote(tag, attributes, style))
                pre = pre or tag == "pre"
                node = node.child
                continue
        node = node.next
    page.end_line(quote)


def _style_of(attributes: "Attributes") -> str:
    return (attributes.get("style") or "")[:LONGEST_STYLE].lower()


def _is_quote(tag: str, attributes: "Attributes", style: str) -> bool:
    """A blockquote quotes, unless a writer used it to indent his own words; Yahoo wraps its quotes in a div."""
    if tag == "div":
        return "yahoo_quoted" in (attributes.get("class") or "")
    return tag == "blockquote" and (attributes.get("type") == "cite" or not _INDENTED.search(style))


def _is_signature(attributes: "Attributes") -> bool:
    marks = (attributes[name] or "" for name in _MARKS if name in attributes)
    return any(not _SIGNATURES.isdisjoint(mark[:LONGEST_STYLE].lower().split()) for mark in marks)


def _starts_outlook_quote(attributes: "Attributes", style: str) -> bool:
    return (attributes.get("id") or "").lower() in _OUTLOOK_IDS or bool(_OUTLOOK_REPLY.search(style))
