"""The nouns of this wing: what was seen, changes as values, and what became of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pgseq.commands.guard.rows import Attached, Column, Default, Drawing, Schema, Trigger
from pgseq.model.exit_code import ExitCode
from pgseq.model.reports import DatabaseReport, SequenceReport
from pgseq.model.sequences import Feed, Problem, Sequence, Server

#: The schema that holds all that this wing installs.
SCHEMA = "pgseq"

Result = Literal["done", "unchanged", "refused", "failed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What was read of one feed."""

    column: Column
    attached: Attached
    drawing: Drawing


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """Everything that planning needs to know of one database."""

    report: DatabaseReport
    #: By table and column name.
    columns: dict[tuple[int, str], Column]
    #: By sequence.
    attached: dict[int, Attached]
    #: By table and sequence.
    drawing: dict[tuple[int, int], Drawing]
    defaults: dict[int, tuple[Default, ...]]
    triggers: tuple[Trigger, ...]
    schema: Schema
    #: Subscriptions by table.
    subscribed: dict[int, str]
    #: Whether the selection leaves anything out.
    selected: bool

    @property
    def server(self) -> Server:
        return self.report.server

    @property
    def feeds(self) -> tuple[tuple[SequenceReport, Feed], ...]:
        """Every feed with its sequence, in the order of the report."""
        return tuple((one, feed) for one in self.report.sequences for feed in one.sequence.feeds)

    def parts(self, one: SequenceReport, feed: Feed) -> Parts | None:
        """What was read of a feed; None where table or sequence were dropped, renamed or made anew since the check."""
        column = self.columns.get((feed.relid, feed.column))
        attached = self.attached.get(one.sequence.oid)
        drawing = self.drawing.get((feed.relid, one.sequence.oid))
        if column is None or attached is None or drawing is None:
            return None
        if column.tree[0] != feed.table_sql or attached.sql != one.sequence.sql:
            return None
        return Parts(column=column, attached=attached, drawing=drawing)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One planned change as a value; what is shown, written to a script and run are the same bytes."""

    description: str
    #: Locks that it takes, in words.
    lock: str
    #: What is different afterwards, for applications too.
    effect: str
    #: Statements of one transaction, without BEGIN and COMMIT.
    statements: tuple[str, ...]
    #: The statements that take it back.
    undoing: tuple[str, ...]
    #: SET LOCAL statements at the head of both.
    settings: tuple[str, ...]

    @property
    def sql(self) -> str:
        """The whole transaction as a script."""
        return self._script(self.statements)

    @property
    def undo(self) -> str:
        """The script that takes it back."""
        return self._script(self.undoing)

    def _script(self, statements: tuple[str, ...]) -> str:
        return "\n".join(f"{text};" for text in ("BEGIN", "; ".join(self.settings), *statements, "COMMIT"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What became of a change."""

    result: Result
    reason: str = ""
    hint: str = ""
    #: Nothing more can be done over this connection.
    lost: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One thing that was asked for: what is planned, or why it is refused; neither where nothing is needed."""

    #: What it is about: `identity`, `trigger`, `OWNED BY` and the like, and the quoted name of a column or sequence.
    what: str
    label: str
    #: The sequence and the table's column, where it is about those.
    sequence: Sequence | None = None
    feed: Feed | None = None
    change: Change | None = None
    refused: Problem | None = None
    #: Why nothing is needed.
    remark: str = ""
    done: Done | None = None

    @property
    def left(self) -> bool:
        """Whether it is still to be done."""
        if self.done is not None:
            return self.done.result in ("refused", "failed")
        return self.change is not None or self.refused is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """What one run of this wing planned or did in one database."""

    server: Server
    cases: tuple[Case, ...]

    @property
    def exit_code(self) -> ExitCode:
        """0: nothing is left to be done; 1: something is."""
        return ExitCode.WRONG if any(case.left for case in self.cases) else ExitCode.OK


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """One installed guard, and what is not whole about it."""

    name: str
    #: Column and sequence as its trigger names them; None where no trigger is left.
    column: str | None
    sequence: str | None
    tables: tuple[str, ...]
    faults: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """The guards of one database, and the schema that holds them."""

    server: Server
    guards: tuple[Condition, ...]
    #: The schema's owner; None where it is missing.
    owner: str | None
    #: Who could take the guards away or meddle with them.
    faults: tuple[str, ...]

    @property
    def exit_code(self) -> ExitCode:
        """0: all are whole; 1: one is not, or the schema is open to others."""
        return ExitCode.WRONG if self.faults or any(one.faults for one in self.guards) else ExitCode.OK
