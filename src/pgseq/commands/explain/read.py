"""What the names in an error stand for in a database, and where the sequences behind them stand. Reads only."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cached_property

from pgseq.commands.explain.drawing import Drawing
from pgseq.commands.explain.facts import Candidate, ColumnFacts, Fed, Held, Index, Relation, Scene
from pgseq.commands.explain.meaning import cut, models, same, values_apart
from pgseq.commands.explain.model import Reported
from pgseq.commands.explain.parse.statement import names
from pgseq.config import Config, Declared
from pgseq.core.diagnose import diagnose
from pgseq.core.inheritance import Child, Tree
from pgseq.core.preconditions import missing_feeds, refuse_missing_feeds
from pgseq.errors import QueryFailed
from pgseq.model.limits import Limits
from pgseq.model.sequences import Diagnosis, Feed, Sequence, Server
from pgseq.pg import owners
from pgseq.pg.catalog import read_sequences, read_server, within
from pgseq.pg.owners import read_plain
from pgseq.pg.pool import SessionPool
from pgseq.pg.read import read_all
from pgseq.pg.session import Rows, transaction
from pgseq.sql import load
from pgseq.sql.unchanged import Plain

Lacking = Callable[[tuple[Declared, ...]], None]

#: Candidates that are looked at for one error: a name may be the same in a thousand schemas.
MOST = 20
#: Questions about single errors, and how many times the limit of a scan is read for all of them: beyond it errors are
#: judged by what is asked for many at once.
QUESTIONS = 5000
SCANS = 10


@dataclass(kw_only=True)
class Lookup:
    """One database, asked about many errors; what serves all of them is read once."""

    crew: SessionPool
    limits: Limits
    config: Config = field(default_factory=Config)
    #: Told which declared feeds the database does not have.
    lacking: Lacking = refuse_missing_feeds
    #: What `prepare` has read for the errors that come next: indexes by name, and sequences by oid.
    _indexes_of: dict[str, list[Index]] = field(default_factory=dict)
    _diagnoses: dict[int, Diagnosis] = field(default_factory=dict)
    _asked: int = 0
    _scanned: int = 0

    @cached_property
    def server(self) -> Server:
        """Facts about the database."""
        return read_server(self.crew.primary)

    @cached_property
    def sequences(self) -> tuple[Sequence, ...]:
        """Every sequence with its feeds, declared ones included. Raises what `lacking` raises."""
        found = read_sequences(self.crew, self.server, self.limits, self.config.feeds)
        self.lacking(missing_feeds(found, self.config))
        return found

    @cached_property
    def drawing(self) -> Drawing:
        """Which sequence feeds what."""
        return Drawing(self.sequences, Tree(self._ask(within("parents", self.server)).into(Child)))

    @cached_property
    def sessions(self) -> int:
        """How many other sessions there are in the database."""
        return len(self._ask(load("older_sessions", self.server.major)).rows)

    def prepare(self, errors: Iterable[Reported]) -> None:
        """Ask for many errors at once what scene() needs. Raises QueryFailed, ConnectionFailed, ConfigError."""
        self._indexes_of.clear()
        self._diagnoses.clear()
        keys = (one.constraint for one in errors if one.kind in ("duplicate", "unique_build"))
        wanted = {cut(name) for name in keys if name}
        if not wanted:
            return
        found = self._ask(self._indexes_named(names=wanted)).into(Index)
        self._indexes_of = {name: [] for name in wanted}
        for index in found:
            self._indexes_of[index.name].append(index)
        meant = (index for indexes in self._indexes_of.values() for index in indexes[:MOST])
        self._judged([sequence for index in meant for sequence in self._drawn(index)])

    def scene(self, reported: Reported) -> Scene:
        """What the database says about an error. Raises QueryFailed, ConnectionFailed, ConfigError."""
        scene = Scene(server=self.server)
        match reported.kind:
            case "duplicate" | "unique_build":
                indexes = self._indexes(reported)
                return replace(scene, candidates=self._duplicates(indexes, reported), meant=len(indexes))
            case "null" | "generated" | "stored_generated":
                columns = self._columns(reported)
                found = tuple(Candidate(column=one, fed=self._fed(one.relid, [one.column])) for one in columns[:MOST])
                return replace(scene, candidates=found, meant=len(columns))
            case "too_narrow":
                return replace(scene, sequences=self._narrow(reported))
            case "missing":
                name = reported.table or reported.sequence
                return replace(scene, relations=self._relations([name]), dangling=self._dangling(name))
            case "denied_table":
                return replace(scene, relations=self._relations([reported.table]))
            case "denied_sequence" | "not_owner":
                return replace(scene, relations=self._relations([reported.sequence]))
            case "denied_schema":
                return scene
            case _:
                named = self.drawing.named(reported.sequence.rpartition(".")[2].strip('"'))
                schema = reported.schema or reported.sequence.rpartition(".")[0].strip('"')
                named = [one for one in named if one.schema == schema] or named
                relations = self._relations([reported.sequence])
                return replace(scene, sequences=self._judged(named[:MOST]), relations=relations)

    def _duplicates(self, found: list[Index], reported: Reported) -> tuple[Candidate, ...]:
        if len(found) > MOST:
            found = self._worst_first(found)
        return tuple(self._candidate(index, reported) for index in found[:MOST])

    def _candidate(self, index: Index, reported: Reported) -> Candidate:
        fed = self._fed(index.relid, [column for column in index.columns if column])
        unlinked = () if fed or index.open is None else self._unlinked(index, index.open, reported)
        return Candidate(index=index, fed=fed, held=self._held(index, reported), unlinked=unlinked)

    def _unlinked(self, index: Index, place: int, reported: Reported) -> tuple[Sequence, ...]:
        """Sequences that feed nothing known and may have given the key's column at `place`, those of the index's own
        schema first."""
        value = reported.value_of(index.columns[place] or "")
        found = [one for one in self.drawing.unlinked if value is None or one.min <= value <= one.max]
        return tuple(sorted(found, key=lambda one: one.schema != index.table_schema))

    def _worst_first(self, indexes: list[Index]) -> list[Index]:
        """The indexes, first those on columns whose sequence is not in sync."""
        drawn = {one.oid: self._drawn(one) for one in indexes}
        judged = self._judged([sequence for sequences in drawn.values() for sequence in sequences])
        wrong = {one.sequence.oid for one in judged if one.status != "ok"}
        return sorted(indexes, key=lambda one: not any(sequence.oid in wrong for sequence in drawn[one.oid]))

    def _drawn(self, index: Index) -> list[Sequence]:
        """The sequences that feed an index's key."""
        return [sequence for sequence, _ in self.drawing.feeding(index.relid, filter(None, index.columns))]

    def _indexes(self, reported: Reported) -> list[Index]:
        """The indexes that an error may mean: by name; else by table and key columns; else by key columns."""
        name = cut(reported.constraint)
        tables = [] if name else models(reported.table)
        columns = [] if name or tables else [one.strip('"') for one in reported.columns]
        if not (name or tables or columns):
            return []
        found = self._indexes_of.get(name)
        if found is None:
            question = self._indexes_named(names=[name] if name else [], tables=tables, columns=columns)
            found = self._alone(question).into(Index)

        def mine(one: Index) -> tuple[bool, bool, bool]:
            return (
                not reported.schema or reported.schema in (one.schema, one.table_schema),
                not reported.table or one.table == reported.table or (bool(name) and one.is_partition),
                not reported.columns or same(one.columns, reported.columns),
            )

        for place in range(3):
            found = [one for one in found if mine(one)[place]] or found
        return found

    def _indexes_named(self, *, names: Iterable[str], tables: Iterable[str] = (), columns: Iterable[str] = ()) -> str:
        words = {"names": self._array(names), "tables": self._array(tables), "columns": self._array(columns)}
        return load("explain.unique_indexes", self.server.major, **words)

    def _columns(self, reported: Reported) -> list[ColumnFacts]:
        """The columns that an error may mean."""
        if not reported.column:
            return []
        columns, tables = self._array([reported.column]), self._array(models(reported.table))
        question = load("explain.fed_columns", self.server.major, columns=columns, tables=tables)
        found = self._alone(question).into(ColumnFacts)
        found = [one for one in found if not reported.schema or one.schema == reported.schema] or found
        return [one for one in found if one.table == reported.table] or found

    def _fed(self, relid: int, columns: Iterable[str]) -> tuple[Fed, ...]:
        """The sequences that feed these columns, judged."""
        wanted = self.drawing.feeding(relid, columns)
        judged = {one.sequence.oid: one for one in self._judged([sequence for sequence, _ in wanted])}
        return tuple(self._one_fed(judged[sequence.oid], feed) for sequence, feed in wanted)

    def _one_fed(self, diagnosis: Diagnosis, feed: Feed) -> Fed:
        sequence = diagnosis.sequence
        untouched: bool | None = None
        if sequence.may_select and sequence.may_enter:
            with suppress(QueryFailed):
                question = load("explain.log_count", self.server.major, sequence=sequence.sql)
                untouched = self._alone(question, sequences=(sequence,)).rows[0][0]
        sessions = self.sessions if sequence.cache > 1 else 0
        return Fed(diagnosis=diagnosis, feed=feed, column=feed.column, untouched=untouched, sessions=sessions)

    def _judged(self, sequences: list[Sequence]) -> tuple[Diagnosis, ...]:
        """Each sequence once, read and judged."""
        once = {sequence.oid: sequence for sequence in sequences}
        new = [sequence for oid, sequence in once.items() if oid not in self._diagnoses]
        for reading in read_all(self.crew, self.server, new, self.limits):
            self._diagnoses[reading.sequence.oid] = diagnose(reading)
        return tuple(self._diagnoses[oid] for oid in once)

    def _held(self, index: Index, reported: Reported) -> Held:
        """Whether a row holds the reported key. Looked for where reading the heap is not too much."""
        values = values_apart(index, reported)
        if values is None or not index.may_read or index.partitioned or index.heap_bytes > self.limits.scan_bytes:
            return Held()
        if self._scanned > SCANS * self.limits.scan_bytes or self._asked >= QUESTIONS:
            return Held()
        self._scanned += index.heap_bytes
        condition = " AND ".join(
            f"{column} = {self._quote(value)}" for column, value in zip(index.columns_sql, values, strict=True)
        )
        # Only an index that could not be built asks for doubles, which takes reading the whole table.
        wanted = (index.predicate or "true") if reported.kind == "unique_build" else "false"
        question = load("explain.key_held", table=f"ONLY {index.table_sql}", predicate=wanted, condition=condition)
        try:
            tables = read_plain(self.crew.primary, self.server, {index.relid: index.table_sql}, self.limits)
            table = tables.get(index.relid)
            # A value in the form of somebody's own type is read by that type's constraints and functions.
            if not isinstance(table, Plain) or (table.mark is not None and not index.pinned):
                return Held()
            return self._alone(question, (table,), settings=("SET LOCAL enable_seqscan = off",)).into(Held)[0]
        except QueryFailed:
            return Held()  # A type whose printed form is not read back, or a time-out: no evidence either way.

    def _narrow(self, reported: Reported) -> tuple[Diagnosis, ...]:
        """The sequences with a column that cannot hold all their values: those alone can have failed so."""
        return self._judged(
            [
                sequence
                for sequence in self.drawing.narrow
                if not reported.table or any(feed.table == reported.table for feed in sequence.feeds)
            ]
        )

    def _relations(self, names: list[str]) -> tuple[Relation, ...]:
        wanted = [name for name in names if name]
        if not wanted:
            return ()
        question = load("explain.relations", self.server.major, names=self._array(wanted))
        return tuple(self._alone(question).into(Relation))

    def _dangling(self, name: str) -> tuple[tuple[str, str], ...]:
        """Columns whose default names, as text, the sequence that does not exist."""
        question = load("explain.dangling", self.server.major, name=self._quote(name))
        return tuple((label, default) for label, default in self._alone(question).rows if names(default, name))

    def _array(self, names: Iterable[str]) -> str:
        return f"ARRAY[{', '.join(map(self._quote, names))}]::text[]"

    def _quote(self, text: str) -> str:
        # No text in a database holds NUL or half a surrogate pair, and no driver sends them.
        return self.crew.primary.quote(
            text.replace("\0", "\N{REPLACEMENT CHARACTER}").encode(errors="replace").decode()
        )

    def _alone(
        self,
        question: str,
        relations: tuple[Plain, ...] = (),
        sequences: tuple[Sequence, ...] = (),
        settings: tuple[str, ...] = (),
    ) -> Rows:
        """Read tables or sequences for one error. Raises QueryFailed also where that has been done too often."""
        if self._asked >= QUESTIONS:
            hint = "give it fewer errors, with --since or one by one"
            raise QueryFailed(f"{QUESTIONS} questions about single errors are enough", sqlstate="", hint=hint)
        self._asked += 1
        session, server = self.crew.primary, self.server
        return owners.read(session, server, [question], self.limits, relations, sequences, settings)[0]

    def _ask(self, question: str) -> Rows:
        # The session's own search_path is in the server's facts; the catalog is asked under a bounded one.
        (answer,) = transaction(self.crew.primary, [question], settings=self.limits.settings)
        return answer
