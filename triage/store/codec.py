"""Frozen dataclasses to JSON and back: one codec for messages and cases, driven by their type hints.

Fields at their default are left out and unknown ones ignored, so that a model may gain a field without a migration.
Moments are ISO 8601 in UTC with six decimals, so that their texts sort like the moments.
"""

import json
from collections.abc import Callable, Hashable, Iterable
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from functools import cache
from types import UnionType
from typing import Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

T = TypeVar("T")
Turn = Callable[[Any], Any]


def dumps(value: Hashable) -> str:
    """The value as JSON that SQLite accepts: a lone surrogate, which UTF-8 cannot hold, becomes "?"."""
    text = json.dumps(_encoder(type(value))(value), ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "replace").decode("utf-8")


def loads(kind: type[T], text: str) -> T:
    """The value of this dataclass that `dumps` wrote."""
    value: T = _decoder(cast(Hashable, kind))(json.loads(text))
    return value


def stamp(moment: datetime) -> str:
    """The moment as stored in columns."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def moment(text: str) -> datetime:
    """The moment that `stamp` wrote."""
    return datetime.fromisoformat(text)


def optional_stamp(value: datetime | None) -> str | None:
    """`stamp`, or NULL."""
    return None if value is None else stamp(value)


def optional_moment(text: str | None) -> datetime | None:
    """`moment`, or None."""
    return None if text is None else datetime.fromisoformat(text)


def storable(text: str) -> str:
    """Text that a column accepts; lone surrogates are spelled out, so that two names that differ still differ."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def as_list(values: Iterable[str | int]) -> str:
    """Values for `IN (SELECT value FROM json_each(?))`: any number of them in one parameter."""
    return json.dumps([storable(value) if isinstance(value, str) else value for value in values])


@cache
def _encoder(kind: Hashable) -> Turn:
    if is_dataclass(kind):
        return _dataclass_encoder(kind)
    return _coder(kind, _encoder, {datetime: stamp, date: date.isoformat, timedelta: timedelta.total_seconds}, _name)


@cache
def _decoder(kind: Hashable) -> Turn:
    if is_dataclass(kind):
        return _dataclass_decoder(kind)
    return _coder(kind, _decoder, {datetime: moment, date: date.fromisoformat, timedelta: _seconds}, _member)


def _coder(kind: Any, coder_of: Callable[[Any], Turn], leaves: dict[Any, Turn], enum: Callable[[Any], Turn]) -> Turn:
    """How to turn a value of any hint but a dataclass."""
    if _is_optional(kind):
        inner = coder_of(_inner(kind))
        return _same if inner is _same else lambda value: None if value is None else inner(value)
    if get_origin(kind) is tuple:
        return _tuple_coder(kind, coder_of)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return enum(kind)
    return leaves.get(kind, _same)


def _name(_: type[Enum]) -> Turn:
    return lambda member: member.value


def _member(kind: type[Enum]) -> Turn:
    return {member.value: member for member in kind}.__getitem__


def _seconds(seconds: float) -> timedelta:
    return timedelta(seconds=seconds)


def _same(value: Any) -> Any:
    return value


def _dataclass_encoder(kind: Any) -> Turn:
    hints = get_type_hints(kind)
    parts = [(field.name, _encoder(hints[field.name]), _default(field)) for field in fields(kind)]

    def encode(value: Any) -> dict[str, Any]:
        found = {}
        for name, turn, default in parts:
            item = getattr(value, name)
            if item != default:
                found[name] = turn(item)
        return found

    return encode


def _dataclass_decoder(kind: Any) -> Turn:
    hints = get_type_hints(kind)
    turns = {field.name: _decoder(hints[field.name]) for field in fields(kind)}
    plain = frozenset(name for name, turn in turns.items() if turn is _same)

    def decode(found: dict[str, Any]) -> Any:
        return kind(
            **{name: item if name in plain else turns[name](item) for name, item in found.items() if name in turns}
        )

    return decode


def _default(field: Field[Any]) -> Any:
    if field.default_factory is not MISSING:
        return field.default_factory()
    return field.default


def _tuple_coder(kind: Any, coder_of: Callable[[Any], Turn]) -> Turn:
    """Codes `tuple[X, ...]` and `tuple[X, Y]`; JSON writes tuples as lists."""
    inner = get_args(kind)
    if len(inner) == 2 and inner[1] is Ellipsis:
        turn = coder_of(inner[0])
        return tuple if turn is _same else lambda values: tuple([turn(value) for value in values])
    turns = [coder_of(each) for each in inner]
    return lambda values: tuple(turn(value) for turn, value in zip(turns, values, strict=True))


def _is_optional(kind: Any) -> bool:
    return get_origin(kind) in (Union, UnionType) and type(None) in get_args(kind)


def _inner(kind: Any) -> Any:
    return next(each for each in get_args(kind) if each is not type(None))
