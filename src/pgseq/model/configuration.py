"""What the user has configured: what counts, which columns a sequence feeds unseen, and where its values end."""

from __future__ import annotations

import os
from pathlib import Path
from typing import ClassVar

from msgspec import Struct, field

from pgseq.model.blocks import Block
from pgseq.model.obstacles import DeclaredLimit
from pgseq.names import Pattern
from pgseq.values import Value


class Ignore(Struct, frozen=True, kw_only=True):
    """A finding that does not count: its code, on which sequences (None: all), and why."""

    code: str
    sequence: Pattern | None = None
    reason: str = ""
    #: The command line says so, not a file.
    typed: bool = False

    def covers(self, code: str, schema: str, name: str) -> bool:
        """Whether it covers a finding of that code on that sequence."""
        return code == self.code and (self.sequence is None or self.sequence.matches(schema, name))


class Declared(Struct, frozen=True, kw_only=True):
    """A column that draws from a sequence without the catalog knowing it (ids given out by application or trigger)."""

    sequence: tuple[str, str]
    column: tuple[str, str, str]
    #: The ids that the application stores for one value; None: the file does not say.
    block: Block | None = None


class Mapped(Struct, frozen=True, kw_only=True):
    """A sequence of the source of a cut-over, and the sequence of the target that goes on from it."""

    source: tuple[str, str]
    target: tuple[str, str]


class Limited(Struct, frozen=True, kw_only=True):
    """Sequences whose values end sooner than the database knows."""

    sequence: Pattern
    limit: DeclaredLimit


class ConfigEffect(Struct, kw_only=True, eq=False):
    """What a configuration file has changed in the answer so far."""

    #: Codes of findings that it has taken out.
    codes: set[str] = field(default_factory=set)
    #: Declared feeds that a database has.
    feeds: set[Declared] = field(default_factory=set)
    #: Whether sequences were paired by its map.
    mapped: bool = False
    #: Limits that sequences have.
    limits: set[Limited] = field(default_factory=set)
    #: The line that has been written about it.
    told: str = ""


class Config(Value, frozen=True, kw_only=True):
    """The user's configuration."""

    unshown: ClassVar = ("effect",)
    uncompared: ClassVar = ("effect",)

    ignore: tuple[Ignore, ...] = ()
    feeds: tuple[Declared, ...] = ()
    map: tuple[Mapped, ...] = ()
    #: A collision further away than so many inserts is information; None: every one counts.
    within: int | None = None
    limits: tuple[Limited, ...] = ()
    #: A sequence that has used a greater part of its values is nearly used up, 0 to 1; None: as usual.
    nearly_used_up: float | None = None
    #: The file in which samples are kept; None: only `range` keeps any, in its usual one.
    history: Path | None = None
    #: The file it was read from; empty: none.
    source: str = ""
    #: A message for each file that was not used, since others could have written it.
    passed_over: tuple[str, ...] = ()
    effect: ConfigEffect = field(default_factory=ConfigEffect)

    @property
    def path(self) -> str | None:
        """The absolute path of the file it was read from."""
        return os.path.abspath(self.source) if self.source else None

    def reason(self, code: str, schema: str, name: str) -> str | None:
        """Why a finding of that code on that sequence does not count; None: it counts."""
        ignore = next((one for one in self.ignore if one.covers(code, schema, name)), None)
        if ignore is None:
            return None
        if not ignore.typed:
            self.effect.codes.add(code)
        return ignore.reason

    def limits_of(self, schema: str, name: str) -> tuple[DeclaredLimit, ...]:
        """The limits declared for a sequence."""
        limits = [one for one in self.limits if one.sequence.matches(schema, name)]
        self.effect.limits.update(limits)
        return tuple(one.limit for one in limits)
