"""Regular expressions of name patterns, matched in time linear in the name. Pure.

Python's `re` tries one way after the other: `(a+)+b` on a name of 62 letters takes ages. Here all ways are followed at
once, as sets of states (Thompson's construction), each set and character but once.

The language is the part of PostgreSQL's (documentation, "POSIX Regular Expressions") that a pattern of psql can hold:
`|`, `()`, `+`, `{m,n}`, `.`, `^`, brackets with classes, backslash escapes of characters and of the classes d, s and w.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from msgspec import Struct

#: Characters of an expression, parentheses inside one another, repetitions of one part (PostgreSQL's DUPMAX), and
#: states that all of it comes to.
LONGEST: Final = 1000
DEEPEST: Final = 50
REPEATED: Final = 255
LARGEST: Final = 2000
#: Steps that are remembered.
REMEMBERED: Final = 10_000

Test = Callable[[str], bool]
#: A class's ranges of ASCII characters.
_CLASSES: Final = {
    "alpha": "azAZ",
    "digit": "09",
    "alnum": "azAZ09",
    "lower": "az",
    "upper": "AZ",
    "space": "\t\r  ",
    "blank": "\t\t  ",
    "punct": "!/:@[`{~",
    "xdigit": "09afAF",
}
_ESCAPES: Final[dict[str, Test]] = {
    "d": str.isdecimal,
    "s": str.isspace,
    "w": lambda c: c.isalnum() or c == "_",
}
_BOUNDS: Final = re.compile(r"\{([0-9]+)(?:(,)([0-9]+)?)?\}")


class Unreadable(ValueError):
    """An expression that is not understood; says what and where."""


class _Part(Struct, frozen=True):
    """A part of an expression: a character, the start of the name, or several parts: one behind the other in each of
    the branches, which are alternatives."""

    test: Test | None = None
    start: bool = False
    branches: tuple[tuple[_Repeated, ...], ...] = ()


class _Repeated(Struct, frozen=True):
    part: _Part
    low: int = 1
    #: None: without end.
    high: int | None = 1


@dataclass(slots=True)
class _State:
    """A character that leads on; without one, states that are reached at once (`start`: only before all characters)."""

    test: Test | None
    targets: list[int]
    start: bool = False


class _Reached(dict[str, "_Reached"]):
    """States that need a character, and the end (0); by each character known so far, those that it leads to."""

    def __init__(self, states: frozenset[int], step: Callable[[frozenset[int], str], _Reached]) -> None:
        self.states = states
        self._step = step

    def __missing__(self, c: str) -> _Reached:
        self[c] = following = self._step(self.states, c)
        return following


@dataclass(slots=True, unsafe_hash=True)
class Matcher:
    """An expression that whole names are compared with; what changes are the steps that it remembers."""

    expression: str
    _states: list[_State] = field(compare=False, repr=False)
    _first: int = field(compare=False, repr=False)
    _start: _Reached | None = field(compare=False, repr=False, default=None)
    _known: dict[frozenset[int], _Reached] = field(compare=False, repr=False, default_factory=dict)
    _steps: int = field(compare=False, repr=False, default=0)

    def fullmatch(self, name: str) -> bool:
        """Whether all of `name` is matched."""
        if self._start is None or self._steps >= REMEMBERED:
            self._known, self._steps = {}, 0
            self._start = self._known_as(self._reached([self._first], start=True))
        now = self._start
        for c in name:
            now = now[c]
        return 0 in now.states

    def _step(self, now: frozenset[int], c: str) -> _Reached:
        self._steps += 1
        states = (state for state in map(self._states.__getitem__, now) if state.test is not None and state.test(c))
        return self._known_as(self._reached(target for state in states for target in state.targets))

    def _known_as(self, states: frozenset[int]) -> _Reached:
        return self._known.setdefault(states, _Reached(states, self._step))

    def _reached(self, targets: Iterable[int], *, start: bool = False) -> frozenset[int]:
        """The states that need a character, and the end, which are reached from there without one."""
        todo, reached = list(targets), set[int]()
        while todo:
            number = todo.pop()
            state = self._states[number]
            if number not in reached and (start or not state.start):
                reached.add(number)
                todo += state.targets if state.test is None else ()
        return frozenset(number for number in reached if number == 0 or self._states[number].test is not None)


@lru_cache(maxsize=64)
def compile(expression: str) -> Matcher:
    """Raises Unreadable."""
    if len(expression) > LONGEST:
        raise Unreadable(f"it has more than {LONGEST} characters")
    reader = _Reader(expression)
    whole = reader.alternatives(0)
    if reader.at < len(expression):
        raise reader.error("unbalanced parenthesis")
    builder = _Builder()
    return Matcher(expression, builder.states, builder.part(whole, 0))


class _Builder:
    """Makes states, from the end (state 0) to the start."""

    def __init__(self) -> None:
        self.states = [_State(None, [])]
        self._work = 0

    def part(self, part: _Part, following: int) -> int:
        """The state from which `part` leads to the state `following`."""
        self._work += 1
        if self._work > LARGEST:
            raise Unreadable("its repetitions come to too much")
        if part.test is not None or part.start:
            return self._add(_State(part.test, [following], part.start))
        return self._add(_State(None, [self._row(row, following) for row in part.branches]))

    def _row(self, row: tuple[_Repeated, ...], following: int) -> int:
        for part in reversed(row):
            following = self._repeated(part, following)
        return following

    def _repeated(self, part: _Repeated, following: int) -> int:
        if part.high is None:
            loop = self._add(_State(None, [following]))
            self.states[loop].targets.append(self.part(part.part, loop))
            following = loop
        for _ in range(part.low, part.low if part.high is None else part.high):
            following = self._add(_State(None, [following, self.part(part.part, following)]))
        for _ in range(part.low):
            following = self.part(part.part, following)
        return following

    def _add(self, state: _State) -> int:
        self.states.append(state)
        return len(self.states) - 1


class _Reader:
    """Reads an expression from left to right."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    def error(self, what: str, at: int | None = None) -> Unreadable:
        return Unreadable(f"{what} at position {self.at if at is None else at}")

    def _take(self, what: str) -> bool:
        """Whether `what` stands here; it is passed then."""
        taken = self.text.startswith(what, self.at)
        self.at += len(what) * taken
        return taken

    def alternatives(self, depth: int) -> _Part:
        """Branches up to the parenthesis that ends them, or the end."""
        if depth > DEEPEST:
            raise self.error(f"more than {DEEPEST} parentheses inside one another")
        branches: list[tuple[_Repeated, ...]] = []
        row: list[_Repeated] = []
        while self.at < len(self.text) and self.text[self.at] != ")":
            if self._take("|"):
                branches.append(tuple(row))
                row = []
            else:
                row.append(self._repeated(self._part(depth)))
        return _Part(branches=(*branches, tuple(row)))

    def _part(self, depth: int) -> _Part:
        begin = self.at
        if self._take("("):
            inner = self.alternatives(depth + 1)
            if not self._take(")"):
                raise self.error("missing ), unterminated subpattern", begin)
            return inner
        if self._take("^"):
            return _Part(start=True)
        if self._take("."):
            return _Part(test=lambda c: True)
        if self._take("["):
            return _Part(test=self._bracket(begin))
        if self.text[self.at] in "+*?" or _BOUNDS.match(self.text, self.at):
            raise self.error("nothing to repeat")
        return _Part(test=self._character())

    def _repeated(self, part: _Part) -> _Repeated:
        begin = self.at
        if self._take("*"):
            low, high = 0, None
        elif self._take("+"):
            low, high = 1, None
        elif bounds := _BOUNDS.match(self.text, self.at):
            self.at = bounds.end()
            low = int(bounds[1])
            high = int(bounds[3]) if bounds[3] else None if bounds[2] else low
            if max(low, high or 0) > REPEATED or (high is not None and high < low):
                raise self.error(f"bounds that are not from 0 to {REPEATED}", begin)
        else:
            return _Repeated(part)
        if part.start or self.text[self.at : self.at + 1] in ("*", "+", "?") or _BOUNDS.match(self.text, self.at):
            raise self.error("multiple repeat" if not part.start else "nothing to repeat", begin)
        return _Repeated(part, low, high)

    def _character(self) -> Test:
        """One character, as it is or escaped."""
        begin = self.at
        if not self._take("\\"):
            return self._next().__eq__
        c = self._next("bad escape (end of pattern)", begin)
        if c in _ESCAPES:
            return _ESCAPES[c]
        if c.isalnum():
            raise self.error(f"bad escape \\{c}", begin)
        return c.__eq__

    def _next(self, missing: str = "unterminated", begin: int = 0) -> str:
        if self.at >= len(self.text):
            raise self.error(missing, begin)
        self.at += 1
        return self.text[self.at - 1]

    def _bracket(self, begin: int) -> Test:
        """What stands in brackets, up to the one that closes them."""
        unless = self._take("^")
        tests: list[Test] = []
        while not tests or not self._take("]"):
            tests.append(self._item(begin))
        return lambda c: any(test(c) for test in tests) != unless

    def _item(self, begin: int) -> Test:
        missing = "unterminated character set"
        if self._take("[:"):
            name, closed, _ = self.text[self.at :].partition(":]")
            if not closed or name not in _CLASSES:
                raise self.error("unknown character class", begin)
            self._take(f"{name}:]")
            ends = _CLASSES[name]
            return lambda c: any(low <= c <= high for low, high in zip(ends[::2], ends[1::2], strict=True))
        if self._take("[.") or self._take("[="):
            raise self.error("a collating element is not understood", begin)
        at = self.at
        if self._take("\\"):
            self.at = at
            return self._character()
        low = self._next(missing, begin)
        if self.text[self.at : self.at + 1] != "-" or self.text[self.at + 1 : self.at + 2] in ("", "]"):
            return low.__eq__
        self.at += 1
        high = self._next(missing, begin)
        if high == "\\" or (high == "[" and self.text[self.at : self.at + 1] in (":", ".", "=")) or high < low:
            raise self.error("bad character range", at)
        return lambda c: low <= c <= high
