"""HTML as mail programs write it: of a reply, only what its writer typed is own; no structure hides typed words."""

import time

import pytest

from triage.core.words.quotes import own_words
from triage.sources.message.html import html_text

MOST = 65_536
WHO = "Bo Vale &lt;<a href='mailto:bo@x.example'>bo@x.example</a>&gt;"
GMAIL_QUOTE = (
    f"<br><div class='gmail_quote'><div dir='ltr' class='gmail_attr'>On Mon, Nov 16, 2026 at 9:12 AM {WHO} wrote:<br>"
    "</div><blockquote class='gmail_quote' style='margin:0px 0px 0px 0.8ex;border-left:1px solid rgb(204,204,204)'>"
    "<div>Is it final?</div></blockquote></div>"
)
HEADS = "<b>From:</b> Bo<br><b>Sent:</b> Monday, November 16, 2026 9:12 AM<br><b>To:</b> Ada<br><b>Subject:</b> Roof"


def own(page: str) -> str:
    return own_words(html_text(page, MOST))


@pytest.mark.parametrize(
    "below",
    [
        pytest.param(GMAIL_QUOTE, id="Gmail"),
        pytest.param(
            "<div><br></div><span class='gmail_signature_prefix'>-- </span><br><div class='gmail_signature'>"
            "<div>Ada King</div><div>555-0142</div></div>" + GMAIL_QUOTE,
            id="Gmail, signed",
        ),
        pytest.param(f"<div class='gmail_signature'>Ada King<br>555-0142</div>{GMAIL_QUOTE}", id="Gmail, no dashes"),
        pytest.param(
            "<div><div style='border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0in 0in 0in'>"
            f"<p class=MsoNormal>{HEADS}<o:p></o:p></p></div></div><p class=MsoNormal>Is it final?</p>",
            id="Outlook",
        ),
        pytest.param(
            "<div id='Signature'><p>Ada King</p><p>King Roofs | 555-0142 |</p></div><div id='appendonsend'></div><hr>"
            f"<div id='divRplyFwdMsg'><font>{HEADS}</font></div><div>Is it final?</div>",
            id="Outlook on the web",
        ),
        pytest.param(
            "<div id='ms-outlook-mobile-signature'><div>Ada King</div><div>King Roofs</div></div>"
            f"<div id='mail-editor-reference-message-container'><hr><div>{HEADS}</div>Is it final?</div>",
            id="Outlook for phones",
        ),
        pytest.param(
            "<div><br><blockquote type='cite'><div>On 16 Nov 2026, at 09:12, Bo wrote:</div><br><div>Is it final?</div>"
            "</blockquote></div>",
            id="Apple Mail",
        ),
        pytest.param(
            "<div dir='ltr'><br>Sent from my iPhone</div><div dir='ltr'><br><blockquote type='cite'>On Nov 16, 2026, "
            f"at 9:12 AM, {WHO} wrote:<br><br></blockquote></div><blockquote type='cite'>Is it final?</blockquote>",
            id="iPhone",
        ),
        pytest.param(
            "<div class='moz-cite-prefix'>On 16/11/2026 09:12, Bo wrote:<br></div><blockquote type='cite' cite='mid:1'>"
            "<p>Is it final?</p></blockquote><div class='moz-signature'>-- <br>Ada King<br>555-0142</div>",
            id="Thunderbird",
        ),
        pytest.param(
            "<div id='composer_signature'><div>Sent from my Galaxy</div></div><div><br></div><div>-------- Original "
            "message --------</div><div>From: Bo &lt;bo@x.example&gt; </div><div>Date: 16/11/2026  09:12  (GMT+00:00) "
            "</div><div>To: ada@x.example </div><div>Subject: Roof </div><div><br></div>Is it final?",
            id="Samsung",
        ),
        pytest.param(
            "<div id='ydp9yahoo_quoted_1' class='ydp9yahoo_quoted'><div>Bo, Monday:</div><div>Is it final?</div></div>",
            id="Yahoo",
        ),
        pytest.param(
            "<div class='protonmail_signature_block'><div class='protonmail_signature_block-user'>Ada King</div><div>"
            "Sent with <a href='https://proton.example'>Proton Mail</a> secure email.</div></div><div "
            f"class='protonmail_quote'>On Monday, November 16th, 2026 at 9:12 AM, {WHO} wrote:<br><blockquote "
            "class='protonmail_quote' type='cite'>Is it final?</blockquote></div>",
            id="Proton",
        ),
        pytest.param(
            "<div name='quote'><div><b>Gesendet:</b>&nbsp;Montag, 16. November 2026<br><b>Von:</b>&nbsp;Bo "
            "&lt;bo@x.example&gt;<br><b>An:</b> Ada<br><b>Betreff:</b>&nbsp;Dach</div><div>Is it final?</div></div>",
            id="GMX",
        ),
        pytest.param(
            "<div name='messageSignatureSection'><br>Ada King<br>King Roofs</div><div name='messageReplySection'>On 16 "
            f"Nov 2026 at 9:12 AM +0100, {WHO}, wrote:<br><blockquote type='cite'>Is it final?</blockquote></div>",
            id="Spark",
        ),
        pytest.param(
            f"<signature>Ada King<br>555-0142</signature><div>On Nov 16 2026, at 9:12 am, {WHO} wrote:</div>"
            "<blockquote>Is it final?</blockquote>",
            id="Mailspring",
        ),
        pytest.param(
            "<div data-marker='__SIG_PRE__'><div>Ada King</div></div><hr data-marker='__DIVIDER__'><div "
            f"data-marker='__HEADERS__'>{HEADS}</div><div data-marker='__QUOTED_TEXT__'>Is it final?</div>",
            id="Zimbra",
        ),
        pytest.param(
            "<div>--------&nbsp;原始邮件&nbsp;--------</div><div><div><b>发件人: </b>&nbsp;Bo;</div>"
            "<div><b>发送时间: </b>&nbsp;2026年11月16日</div><div><b>收件人: </b>陈;</div></div><div>好吗？</div>",
            id="QQ",
        ),
    ],
)
def test_only_what_was_typed_is_own(below: str) -> None:
    assert own(f"<html><body><div dir='ltr'>Can you come?</div>{below}</body></html>") == "Can you come?"


@pytest.mark.parametrize(
    ("page", "words"),
    [
        pytest.param(
            "<p>Yes.</p><div class='gmail_signature'>Ada<br>PS: please ring me</div>",
            "Yes.\nPS: please ring me",
            id="PS",
        ),
        pytest.param(
            "<p>Yes.</p><div id='Signature'>Ada<br>Can you come?</div>", "Yes.\nCan you come?", id="a question in it"
        ),
        pytest.param("<p>Yes.</p><div id='Signature'>Ada</div><p>Or no.</p>", "Yes.\nOr no.", id="words below it"),
        pytest.param("<div id='Signature'>Please come.</div>", "Please come.", id="all typed in it"),
        pytest.param(
            "<p>Hello</p><div id='Signature'>" + "<p>a line.</p>" * 30 + "</div>",
            "Hello" + "\na line." * 30,
            id="a mail typed in it",
        ),
        pytest.param("<p>Yes.</p><div id='AppleMailSignature'>Ring me.</div>", "Yes.\nRing me.", id="Apple's mark"),
        pytest.param(
            "My list:<blockquote style='margin-top:0;margin-bottom:0'>two desks</blockquote>When?",
            "My list:\ntwo desks\nWhen?",
            id="indented by Outlook on the web",
        ),
        pytest.param("<p>One.</p><hr><p>Two: can you?</p>", "One.\nTwo: can you?", id="a line drawn between"),
    ],
)
def test_typed_words_stay(page: str, words: str) -> None:
    assert own(page) == words


@pytest.mark.parametrize(
    "worst",
    [
        "<div class=signature>x",
        "<div class=signature>x</div>",
        "<blockquote>x</blockquote><div id=signature>x</div>",
        "<div class='" + "signature " * 50 + "'>",
    ],
)
def test_signatures_without_end_take_linear_time(worst: str) -> None:
    started = time.process_time()
    html_text("typed" + worst * 20_000, MOST)
    assert time.process_time() - started < 1
