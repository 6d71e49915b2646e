"""The values of guards: the inventory of a database, and what is planned and done for each thing that was asked for."""

from __future__ import annotations

from msgspec import Struct, field
from msgspec.structs import replace

from pgseq.commands.guard.bringers import Journal
from pgseq.commands.guard.rows import ColumnRow, DefaultRow, OwnerPrivileges, Schema, SequenceExtras, Trigger
from pgseq.core.selection import Scope
from pgseq.model.answer import Answer
from pgseq.model.changes import Alteration, ItemResult
from pgseq.model.exit_code import ExitCode
from pgseq.model.hints import Command, Compose, bare
from pgseq.model.reports import DatabaseReport, SequenceReport
from pgseq.model.sequences import Feed, Problem, Sequence
from pgseq.model.server import Server

#: The schema that holds every installed guard.
SCHEMA = "pgseq"


class Parts(Struct, frozen=True, kw_only=True):
    """The rows read for one feed."""

    column: ColumnRow
    extras: SequenceExtras
    owner_privileges: OwnerPrivileges


class Inventory(Struct, frozen=True, kw_only=True):
    """Everything in a database that planning depends on."""

    report: DatabaseReport
    #: By table and column name.
    columns: dict[tuple[int, str], ColumnRow]
    #: By sequence.
    extras: dict[int, SequenceExtras]
    #: By table and sequence.
    owner_privileges: dict[tuple[int, int], OwnerPrivileges]
    defaults: dict[int, tuple[DefaultRow, ...]]
    triggers: tuple[Trigger, ...]
    schema: Schema
    #: Subscriptions by table.
    subscribed: dict[int, str]
    #: What was asked for.
    scope: Scope = field(default_factory=Scope)
    #: Tables of frameworks and migration tools.
    journals: tuple[Journal, ...] = ()

    @property
    def server(self) -> Server:
        return self.report.server

    @property
    def feeds(self) -> tuple[tuple[SequenceReport, Feed], ...]:
        """Every feed with its sequence, in the order of the report."""
        return tuple((report, feed) for report in self.report.sequences for feed in report.sequence.feeds)

    @property
    def asked_for(self) -> tuple[tuple[SequenceReport, Feed], ...]:
        """Those of them that were asked for: of a sequence that feeds several tables, those of the tables named."""
        return tuple(
            (report, feed) for report, feed in self.feeds if self.scope.selects(replace(report.sequence, feeds=(feed,)))
        )

    def parts(self, report: SequenceReport, feed: Feed) -> Parts | None:
        """The rows of a feed; None where table or sequence were dropped, renamed or made anew since the check."""
        column = self.columns.get((feed.relid, feed.column))
        extras = self.extras.get(report.sequence.oid)
        owner_privileges = self.owner_privileges.get((feed.relid, report.sequence.oid))
        if column is None or extras is None or owner_privileges is None:
            return None
        if column.tree[0] != feed.table_sql or extras.sql != report.sequence.sql:
            return None
        return Parts(column=column, extras=extras, owner_privileges=owner_privileges)


class GuardItem(Struct, frozen=True, kw_only=True):
    """One thing that was asked for."""

    #: What it is about: `identity`, `trigger`, `OWNED BY` and the like, and the quoted name of a column or sequence.
    what: str
    label: str
    #: The sequence and the table's column, where it is about those.
    sequence: Sequence | None = None
    feed: Feed | None = None
    #: What is planned, or why it is refused; None where nothing is needed.
    plan: Alteration | Problem | None = None
    #: Why nothing is needed.
    remark: str = ""
    result: ItemResult | None = None

    def calling(self, compose: Compose) -> GuardItem:
        """The same with the commands to run next as `compose` writes them."""
        return self if self.plan is None else replace(self, plan=self.plan.calling(compose))

    def of(self, database: str) -> GuardItem:
        """The same, whose undo does nothing in another database."""
        return replace(self, plan=replace(self.plan, database=database)) if isinstance(self.plan, Alteration) else self

    @property
    def change(self) -> Alteration | None:
        """What is planned."""
        return self.plan if isinstance(self.plan, Alteration) else None

    @property
    def refused(self) -> Problem | None:
        """Why nothing is planned although something is needed."""
        return self.plan if isinstance(self.plan, Problem) else None

    @property
    def left(self) -> bool:
        """Whether it is still to be done."""
        if self.result is not None:
            return self.result.status in ("refused", "failed")
        return self.plan is not None


class GuardReport(Answer, frozen=True, kw_only=True):
    """What was planned or done in one database."""

    server: Server
    items: tuple[GuardItem, ...]
    #: Words that name the database on a command line, psql's too.
    target: tuple[str, ...] = ()

    @property
    def changes(self) -> tuple[Alteration, ...]:
        """What is planned, in order."""
        return tuple(item.change for item in self.items if item.change is not None)

    @property
    def refused(self) -> int:
        """How many items are refused."""
        return sum(item.refused is not None for item in self.items)

    @property
    def exit_code(self) -> ExitCode:
        """0: nothing is left to be done; 1: something is."""
        return ExitCode.WRONG if any(item.left for item in self.items) else ExitCode.OK


class InstalledGuard(Struct, frozen=True, kw_only=True):
    """One installed guard, and what is damaged about it."""

    name: str
    #: Column and sequence as its trigger names them; None where no trigger is left.
    column: str | None
    sequence: str | None
    tables: tuple[str, ...]
    faults: tuple[str, ...]


class GuardStatus(Answer, frozen=True, kw_only=True):
    """The guards of one database, and the schema that holds them."""

    server: Server
    guards: tuple[InstalledGuard, ...]
    #: The schema's owner; None where it is missing.
    owner: str | None
    #: Who could take the guards away or meddle with them.
    faults: tuple[str, ...]
    compose: Compose = bare

    def calling(self, compose: Compose) -> GuardStatus:
        """The same with the commands to run next as `compose` writes them."""
        return replace(self, compose=compose)

    @property
    def next(self) -> tuple[str, ...]:
        """The commands that mend the damaged guards, or take them away."""
        tables = tuple(dict.fromkeys(table for one in self.guards if one.faults for table in one.tables))
        verbs = ("guard trigger", "guard remove") if tables else ("guard remove",)
        return tuple(self.compose(Command(verb, tables)) for verb in verbs) if self._damaged else ()

    @property
    def _damaged(self) -> bool:
        return any(one.faults for one in self.guards)

    @property
    def exit_code(self) -> ExitCode:
        """0: all are intact; 1: one is damaged, or the schema is open to others."""
        return ExitCode.WRONG if self.faults or self._damaged else ExitCode.OK
