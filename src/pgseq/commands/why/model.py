"""The facts about a sequence, the evidence, and the report of `why`: frozen values. Pure."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct
from msgspec.structs import force_setattr

from pgseq.model.answer import Answer
from pgseq.model.diagnosis import Diagnosis
from pgseq.model.exit_code import ExitCode
from pgseq.model.jumps import Jump
from pgseq.model.reports import DatabaseReport, SequenceReport
from pgseq.model.sequences import Feed, Problem, Sequence
from pgseq.model.server import Subscribed
from pgseq.text.secrets import redact

Cause = Literal[
    "explicit_ids",
    "import",
    "setval",
    "restart",
    "replication",
    "stray_id",
    "shared",
    "repointed",
    "replaced",
    "lost_default",
]
Kind = Literal["insert", "copy", "update", "setval", "restart", "truncate"]
#: How the ids ahead of a sequence came about, as far as counters tell: handed out by it, or brought along.
Origin = Literal["drawn", "supplied", "unclear"]


class Evidence(Struct, frozen=True, kw_only=True):
    """One thing that speaks for a cause."""

    cause: Cause
    text: str
    #: Where it was seen: a catalog, a view, the rows themselves.
    source: str
    #: How far it goes, 0 to 100: 90 where nothing else explains what is stored, 50 where it is one possibility.
    weight: int
    #: What would look the same.
    limit: str = ""

    def __post_init__(self) -> None:
        # Of what was run somewhere.
        force_setattr(self, "text", redact(self.text))


class StatisticsSettings(Struct, frozen=True, kw_only=True):
    """The row of settings.sql: which sources there are."""

    #: When this database's counters begin; None: never reset since the server's last loss of them.
    stats_reset: str | None
    log_statement: str
    #: Quoted schema of the extension pg_stat_statements; None where it is not created in this database.
    statements_schema: str | None
    statements_loaded: bool
    statements_track: str | None
    track_utility: str | None
    #: The extension has the view pg_stat_statements_info (1.9 and later).
    statements_info: bool


class FedTable(Struct, frozen=True, kw_only=True):
    """A row of tables.sql: the table of a feed, or one below it."""

    #: The feed's table, and the table itself.
    root: int
    relid: int
    schema: str
    name: str
    sql: str
    #: Without partitions below it: it holds rows.
    holds_rows: bool
    #: Live columns in order.
    columns: tuple[str, ...]
    #: Relations of the same name in other schemas.
    namesakes: int
    #: Rows inserted since the counters began, rolled back ones included.
    inserts: int
    #: It was made in one transaction and hung below its parent in another.
    attached: bool
    #: It no longer has the file that it was created with, as after TRUNCATE.
    rewritten: bool = False
    #: The transaction that created it, raw; None for a view.
    created: int | None = None


class SequenceFile(Struct, frozen=True, kw_only=True):
    """A row of sequences.sql: what the server keeps about a sequence beside its definition."""

    oid: int
    namesakes: int
    #: Blocks fetched since the counters began, without scans. Every nextval() and setval() is at least one, and so is
    #: every reading of the position by a function.
    accesses: int
    #: It no longer has the file that it was created with.
    rewritten: bool
    #: The table and column that own it.
    owner_relid: int | None
    owner: str | None
    #: The transaction that created it, raw.
    created: int | None = None


class OwnedSequence(Struct, frozen=True, kw_only=True):
    """A row of owned.sql: a sequence that a column owns."""

    relid: int
    column: str
    sequence: int
    sql: str


class StoredRow(Struct, frozen=True, kw_only=True):
    """A stored value, the transaction that wrote its row version, and the table that holds it."""

    value: int
    xid: int
    relid: int


class FeedSample(Struct, frozen=True, kw_only=True):
    """Some of the values of one feed, in the sequence's direction: `ahead` from its next value on, `behind` the last
    ones before it."""

    feed: Feed
    ahead: tuple[StoredRow, ...] = ()
    behind: tuple[StoredRow, ...] = ()
    #: The first ones beyond the position whether on the sequence's grid or not; read where INCREMENT is not 1.
    beyond: tuple[StoredRow, ...] = ()
    #: Values ahead, counted up to a bound.
    count: int = 0
    #: The two furthest values, the furthest last.
    last: tuple[int, ...] = ()


class Effect(Struct, frozen=True, kw_only=True):
    """The effect of a statement on an id column or a sequence."""

    kind: Kind
    #: What it names, as written; `relation` None: the text does not say.
    schema: str | None
    relation: str | None
    #: Columns listed; None: all, in order.
    columns: tuple[str, ...] | None = None
    #: How many values a row has; None: as many as there are columns.
    width: int | None = None
    #: Places at which DEFAULT or nextval() stands.
    drawn: frozenset[int] = frozenset()
    #: setval() to a number rather than to what a query computes.
    constant: bool = True
    #: Arguments of setval().
    arguments: int = 0
    #: Other tables that the statement reads.
    reads: frozenset[str] = frozenset()
    #: Done by EXPLAIN ANALYZE: the server does not count its rows.
    explained: bool = False
    #: The statement without its values.
    text: str = ""


class StatementStats(Struct, frozen=True, kw_only=True):
    """A row of statements.sql: a text, who ran it, how often, and how many rows came of it."""

    role: str
    query: str
    calls: int
    rows: int


class StatementUse(Struct, frozen=True, kw_only=True):
    """A statement that was run, and one of its effects."""

    effect: Effect
    statement: StatementStats


class SequenceFacts(Struct, frozen=True, kw_only=True):
    """All that was read about one sequence and what may have moved it."""

    diagnosis: Diagnosis
    file: SequenceFile
    tables: tuple[FedTable, ...] = ()
    owned: tuple[OwnedSequence, ...] = ()
    subscribed: tuple[Subscribed, ...] = ()
    samples: tuple[FeedSample, ...] = ()
    #: pg_sequence's log_cnt; None where it could not be read.
    log_count: int | None = None
    statement_uses: tuple[StatementUse, ...] = ()
    #: How it moved without nextval(), by samples of its position.
    jumps: tuple[Jump, ...] = ()

    @property
    def sequence(self) -> Sequence:
        return self.diagnosis.sequence

    @property
    def ahead(self) -> int:
        """How many rows were seen ahead of the sequence."""
        return sum(sample.count for sample in self.samples)

    def below(self, feed: Feed) -> tuple[FedTable, ...]:
        """A feed's table and those below it."""
        return tuple(table for table in self.tables if table.root == feed.relid)


class SequenceCauses(Struct, frozen=True, kw_only=True):
    """A sequence with the evidence for its causes, the strongest first."""

    report: SequenceReport
    evidence: tuple[Evidence, ...] = ()
    #: What could not be read for this sequence.
    problems: tuple[Problem, ...] = ()


class WhyReport(Answer, frozen=True, kw_only=True):
    """The report of `why` on one database."""

    database_report: DatabaseReport
    sequences: tuple[SequenceCauses, ...]
    #: The sources that were read, in words: since when, and how much.
    sources: tuple[str, ...] = ()
    #: Sources that could not be read, with the hint.
    problems: tuple[Problem, ...] = ()
    #: What to switch on, so that there is more evidence next time.
    advice: tuple[str, ...] = ()

    @property
    def exit_code(self) -> ExitCode:
        """As of the check."""
        return self.database_report.exit_code
