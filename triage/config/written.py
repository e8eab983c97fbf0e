"""Rules as they are written in the file: for an export, and for whoever puts them into another file."""

import json
from datetime import timedelta
from typing import Any

from triage.config.values import written
from triage.settings import Config, ReplyWithin, Rule

_PLAIN = ("class", "reply_within")


def rules(config: Config) -> list[dict[str, Any]]:
    """The rules of a configuration, in its order."""
    return [_rule(one) for one in config.rules]


def as_toml(rule: dict[str, Any]) -> str:
    """A rule as a [[rule]]."""
    match = ", ".join(f"{key} = {_text(value)}" for key, value in sorted(rule["match"].items()))
    rest = [f"{key} = {_text(rule[key])}" for key in _PLAIN if key in rule]
    return "\n".join(["[[rule]]", f"match = {{ {match} }}", *rest, ""])


def _rule(rule: Rule) -> dict[str, Any]:
    return {
        "match": dict(rule.match),
        **({"class": rule.class_} if rule.class_ else {}),
        **({"reply_within": _within(rule.reply_within)} if rule.reply_within else {}),
    }


def _within(within: ReplyWithin) -> str:
    if within.named:
        return within.named.value
    return f"{within.days}d" if within.days else _working_time(within.span or timedelta())


def _working_time(span: timedelta) -> str:
    """Without days: those would be working days."""
    hours, rest = divmod(span, timedelta(hours=1))
    return f"{hours}h{written(rest) if rest else ''}" if hours else written(span)


def _text(value: object) -> str:
    """A basic string of TOML; JSON escapes one the same way."""
    return json.dumps(str(value), ensure_ascii=False)
