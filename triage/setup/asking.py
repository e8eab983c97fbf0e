"""One question at a time: answered by an option, by the default where nobody is to be asked, or by a person."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import click

from triage.errors import UsageError

T = TypeVar("T")
Table = dict[str, object]  # what answers come to: keys of config.toml
NONE = "none"


@dataclass(frozen=True, slots=True)
class Asking:
    """`given` are the options of the call by name; those left out are None. `silent`: nobody answers."""

    given: Mapping[str, object] = field(default_factory=dict)
    silent: bool = False

    def ask(self, name: str, question: str, default: str, read: Callable[[str], T]) -> T:
        """The answer, read. `read` raises ValueError with what it expected; a person is asked again then.

        UsageError where an option, or the default with nobody to ask, cannot be read.
        """
        option = self.given.get(name)
        if option is not None or self.silent:
            return self._taken(name, default if option is None else _written(option), read)
        answer: T = click.prompt(question, default=default or None, value_proc=_reader(read))
        return answer

    def agreed(self, name: str, question: str, *, default: bool) -> bool:
        """Yes or no."""
        option = self.given.get(name)
        if option is not None or self.silent:
            return default if option is None else bool(option)
        return click.confirm(question, default=default)

    def secret(self, question: str) -> str:
        """Typed without being shown, never taken from an option: those stand in the list of processes."""
        answer: str = click.prompt(question, hide_input=True)
        return answer

    def say(self, text: str = "") -> None:
        """Something to read between the questions."""
        click.echo(text)

    def _taken(self, name: str, text: str, read: Callable[[str], T]) -> T:
        option = f"--{name.replace('_', '-')}"
        if not text:
            raise UsageError(f"{option} is needed here", hint="triage init --help tells what it takes")
        try:
            return read(text)
        except ValueError as error:
            raise UsageError(f"{option}: {error}", hint="triage init --help tells what it takes") from error


def _written(option: object) -> str:
    return ", ".join(map(str, option)) if isinstance(option, tuple | list) else str(option)


def _reader(read: Callable[[str], T]) -> Callable[[str], T]:
    """In the form click asks again by."""

    def reading(text: str) -> T:
        try:
            return read(text.strip())
        except ValueError as error:
            raise click.UsageError(str(error)) from error

    return reading


def one_of(*words: str) -> Callable[[str], str]:
    """One of these words, or as much of it as tells it from the others."""

    def read(text: str) -> str:
        found = [word for word in words if word.startswith(text.casefold())] if text else []
        exact = [word for word in found if word == text.casefold()]
        if len(found) == 1 or exact:
            return (exact or found)[0]
        raise ValueError(f"answer one of {', '.join(words)}")

    return read


def listed(text: str) -> tuple[str, ...]:
    """What commas separate; `none` is nothing."""
    parts = [part.strip() for part in text.split(",")]
    return () if text.casefold() == NONE else tuple(part for part in parts if part)


def or_none(read: Callable[[str], T]) -> Callable[[str], T | None]:
    """As `read`, but `none` is an answer too."""
    return lambda text: None if text.casefold() == NONE else read(text)


def numbered(names: Sequence[str]) -> Callable[[str], tuple[str, ...]]:
    """A choice of several by their numbers in a list that was shown, or by their names."""

    def read(text: str) -> tuple[str, ...]:
        found = []
        for word in listed(text):
            place = int(word) if word.isdecimal() else 0
            found.append(names[place - 1] if 1 <= place <= len(names) else word)
        if not found:
            raise ValueError("name at least one")
        return tuple(dict.fromkeys(found))

    return read
