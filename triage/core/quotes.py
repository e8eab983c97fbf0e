"""What the sender wrote himself: quotes, forwarded blocks, signatures and mobile footers are cut away.

One pass over the lines and patterns that look at one bounded line each, so that no text takes more than linear time.
"""

import re

_LONGEST_LINE = 2000
_INTRO_START = re.compile(
    r"\s{0,3}(?:on\b|am\b|le\b|el\b|il\b|em\b|op\b|den\b|på\b|w dniu\b|dnia\b|в\b|\d{4}[-/年.]|\d{1,2}[-./]\d{1,2}[-./]|"
    r"[\w.\" '<>@,-]{1,120}(?:wrote|schrieb|writes|escribió|écrit)\b|quoting\b|at \d)",
    re.IGNORECASE,
)
_INTRO_END = re.compile(
    r"(?:wrote|writes|schrieb[^:]{0,120}|schreibt|geschrieben|a écrit|escribió|ha scritto|escreveu|schreef[^:]{0,120}|skrev"
    r"[^:]{0,120}|napisał\(?a?\)?|пишет|написал|写道|書きました|のメール)\s{0,3}[:\uff1a]\s{0,3}$",
    re.IGNORECASE,
)
_BAR = re.compile(
    r"\s{0,3}(?:-{2,}|_{2,}|={2,})\s{0,3}(?:original(?:e)? (?:message|appointment)|ursprüngliche nachricht|original-nachricht|"
    r"originalnachricht|message (?:d'origine|original)|mensaje original|messaggio originale|mensagem original|"
    r"oorspronkelijk bericht|ursprungligt meddelande|reply message|antwort-nachricht|原始邮件|forwarded (?:message|by)|"
    r"weitergeleitete nachricht|message transféré|mensaje reenviado|messaggio inoltrato|mensagem encaminhada|"
    r"doorgestuurd bericht|vidarebefordrat meddelande|转发邮件|転送メッセージ)",
    re.IGNORECASE,
)
_FORWARD_BAR = re.compile(
    r"\s{0,3}(?:-{2,}\s{0,3}(?:forwarded (?:message|by)|weitergeleitete nachricht|message transféré|mensaje reenviado|"
    r"messaggio inoltrato|mensagem encaminhada|doorgestuurd bericht|vidarebefordrat meddelande)|begin forwarded message:|"
    r"anfang der weitergeleiteten nachricht:)",
    re.IGNORECASE,
)
_BLOCK_FROM = re.compile(
    r"\s{0,3}\*{0,2}(?:from|von|de|da|van|från|od|发件人|差出人)\s{0,2}[:\uff1a]\*{0,2}\s*\S", re.IGNORECASE
)
_BLOCK_NEXT = re.compile(
    r"\s{0,3}\*{0,2}(?:sent|date|to|subject|cc|gesendet|datum|an|betreff|envoyé|à|objet|enviado(?: el)?|fecha|para|asunto|"
    r"inviato|data|a|oggetto|verzonden|aan|onderwerp|skickat|till|ämne|发送时间|收件人|送信日時)\s{0,2}[:\uff1a]",
    re.IGNORECASE,
)
_SIGNATURE = re.compile(r"--\s{0,2}$")
_FOOTER = re.compile(
    r"\s{0,3}(?:sent from my \w|sent from (?:outlook|mail for|yahoo|proton|samsung)|get outlook for |von meinem \w+ gesendet|"
    r"gesendet von (?:meinem |mail|outlook)|envoyé de mon |enviado desde mi |inviato da(?:l mio)? |verzonden vanaf mijn |"
    r"_{20,}\s{0,3}$|this (?:e-?mail|message) (?:and any|is confidential|may contain)|diese e-?mail enthält|"
    r"confidentiality notice|unsubscribe:? |to unsubscribe from this )",
    re.IGNORECASE,
)


def own_words(text: str) -> str:
    """The lines the sender typed, in order; what stands between the lines of a quote counts as typed."""
    lines = [line[:_LONGEST_LINE] for line in text.splitlines()]
    kept: list[str] = []
    place = 0
    while place < len(lines):
        line = lines[place]
        if _is_quoted(line):
            place += 1
        elif intro := _intro_lines(lines, place):
            place += intro
            if not _quoted_follows(lines, place):
                break
        elif _ends_own_words(lines, place):
            break
        else:
            kept.append(line)
            place += 1
    return "\n".join(kept).strip()


def holds_forward(text: str) -> bool:
    """Does an unquoted forwarded block stand in the text?"""
    return any(_FORWARD_BAR.match(line[:_LONGEST_LINE]) for line in text.splitlines())


def _is_quoted(line: str) -> bool:
    start = line[:4].lstrip()
    return start.startswith((">", "| "))


def _ends_own_words(lines: list[str], place: int) -> bool:
    line = lines[place]
    start = line[:4].lstrip()[:1]
    if not start:
        return False
    if start in "-_=" and (_SIGNATURE.match(line) or _BAR.match(line) or _FORWARD_BAR.match(line)):
        return True
    if _FOOTER.match(line) or (start in "baBA" and _FORWARD_BAR.match(line)):
        return True
    head = line[:16]
    if ":" not in head and "\uff1a" not in head:
        return False
    return bool(_BLOCK_FROM.match(line)) and any(_BLOCK_NEXT.match(after) for after in lines[place + 1 : place + 3])


def _intro_lines(lines: list[str], place: int) -> int:
    """How many lines an "On … wrote:" takes from here, 0 if there is none; mail programs wrap it over up to three."""
    for count in (1, 2, 3):
        if place + count > len(lines) or not (last := lines[place + count - 1].rstrip()):
            return 0
        if last.endswith((":", "\uff1a")):
            return count if _INTRO_END.search(last[-300:]) and _INTRO_START.match(lines[place]) else 0
    return 0


def _quoted_follows(lines: list[str], place: int) -> bool:
    """Does a line with a quote mark come next, blank ones aside?"""
    following = next((line for line in lines[place : place + 4] if line.strip()), "")
    return _is_quoted(following)
