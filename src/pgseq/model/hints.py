"""Commands to run next, as values in a text; they become words of a shell where it is known how pgseq was called."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextvars import ContextVar
from dataclasses import replace
from typing import Any, Final, Self

from pgseq.frozen import frozen_in_order
from pgseq.names import display, shell_words


@frozen_in_order
class Command:
    """A command of pgseq to run next: what it does, about which tables or sequences (their names in SQL), with which
    options of its own. Who completes it adds the database and what else was asked for."""

    verb: str
    relations: tuple[str, ...] = ()
    options: tuple[str, ...] = ()

    def __format__(self, spec: str) -> str:
        """Raises TypeError: in a plain text it could not be completed."""
        raise TypeError(f"make a Hint of {self!r}")


#: Writes a command as a shell takes it.
Compose = Callable[[Command], str]


def command(verb: str, relation: str = "", *options: str) -> Command:
    """`pgseq VERB -t RELATION OPTIONS`; `relation` is its name in SQL."""
    return Command(verb, (relation,) if relation else (), options)


#: What stands between two ways out of a hint.
SEPARATOR: Final = "; "
_OR: Final = "or "


def page(code: str) -> Command:
    """Prints the page of a check."""
    return Command("explain", options=(code,))


def bare(command: Command) -> str:
    """The command without a database: what the library says where it does not know one."""
    words = ("pgseq", *command.verb.split(), *selecting(command.relations), *command.options)
    return shell_words(words)


def selecting(relations: Iterable[str]) -> list[str]:
    """The options that select relations by their names in SQL, or by patterns.

    A quoted name is also a pattern that means itself. A control character would not survive display, and `?` stands
    for it.
    """
    return [word for relation in relations for word in ("-t", _visible(relation))]


def _visible(relation: str) -> str:
    if relation.isprintable():
        return relation
    return "".join(c if c.isprintable() else '"?"' for c in relation)


#: What writes the commands of hints that are made.
_composing: ContextVar[Compose] = ContextVar("composing", default=bare)


class Composing:
    """A context in which the commands of hints are written by `compose`; entered for each of many sequences."""

    __slots__ = ("_compose", "_token")

    def __init__(self, compose: Compose) -> None:
        self._compose = compose

    def __enter__(self) -> None:
        self._token = _composing.set(self._compose)

    def __exit__(self, *_: object) -> None:
        _composing.reset(self._token)


class Hint(str):
    """A text with commands in it. As a string it is complete; `completed` says who calls."""

    __slots__ = ("compose", "parts")
    parts: tuple[str | Command, ...]
    compose: Compose

    def __new__(cls, *parts: str | Command, compose: Compose | None = None) -> Self:
        """The text of parts, those of hints among them included; as `Composing` says, unless told otherwise."""
        compose = compose or _composing.get()
        flat: list[str | Command] = []
        for part in parts:
            flat += part.parts if isinstance(part, Hint) else (part,)
        hint = super().__new__(cls, "".join([part if isinstance(part, str) else compose(part) for part in flat]))
        hint.parts = tuple(flat)
        hint.compose = compose
        return hint

    def __reduce__(self) -> tuple[Callable[..., Hint], tuple[Any, ...]]:
        return _hint, (self.parts, self.compose)

    @property
    def commands(self) -> tuple[Command, ...]:
        """The commands in it."""
        return tuple(part for part in self.parts if isinstance(part, Command))

    @property
    def ways(self) -> tuple[Hint, ...]:
        """The ways out in it, one by one."""
        ways: list[list[str | Command]] = [[]]
        for part in self.parts:
            if part == SEPARATOR:
                ways.append([])
            elif not (part == _OR and not ways[-1]):
                ways[-1].append(part)
        return tuple(Hint(*parts, compose=self.compose) for parts in ways)

    def displayed(self) -> Hint:
        """The hint on one line, as `display` shows it."""
        parts = (display(part) if isinstance(part, str) else part for part in self.parts)
        return Hint(*parts, compose=self.compose)

    def about(self, patterns: tuple[str, ...]) -> Hint:
        """The hint with these patterns in each command that is about a relation."""
        parts = (
            replace(part, relations=patterns) if isinstance(part, Command) and part.relations else part
            for part in self.parts
        )
        return Hint(*parts, compose=self.compose)


def _hint(parts: tuple[str | Command, ...], compose: Compose) -> Hint:
    return Hint(*parts, compose=compose)


def completed(text: str, compose: Compose) -> str:
    """`text` with its commands as `compose` writes them."""
    return Hint(text, compose=compose) if isinstance(text, Hint) and text.compose is not compose else text


def completed_once(text: str, compose: Compose) -> str:
    """The same, but where somebody who knows more has written the commands already."""
    return text if isinstance(text, Hint) and text.compose is not bare else completed(text, compose)


def joined(texts: Iterable[str]) -> str:
    """The ways out in a row."""
    listed = list(texts)
    if len(listed) == 1:
        return listed[0]
    return Hint(*(part for number, text in enumerate(listed) for part in ((SEPARATOR, text) if number else (text,))))


def either(first: str, *others: str) -> str:
    """The ways out in a row, of which one is enough."""
    return joined((first, *(Hint(_OR, other) for other in others)))
