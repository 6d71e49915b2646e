"""Read the facts about an error: the objects it names, and the positions of their sequences. Reads only."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property

from msgspec.structs import replace

from pgseq.commands.explain.ask import Asker
from pgseq.commands.explain.drawing import DatabaseSequences
from pgseq.commands.explain.facts import (
    Candidate,
    ColumnFacts,
    ErrorFacts,
    FedColumn,
    Index,
    KeyLookup,
    NamedObject,
    RelationRow,
)
from pgseq.commands.explain.meaning import cut, models, same, values_apart
from pgseq.commands.explain.model import ParsedError, unquoted
from pgseq.commands.explain.parse.statement import names
from pgseq.core.inheritance import Child, Tree
from pgseq.core.preconditions import missing_feeds, refuse_missing_feeds
from pgseq.errors import QueryFailed
from pgseq.model.configuration import Config, Declared
from pgseq.model.diagnosis import Diagnosis, Policy
from pgseq.model.sequences import Feed, Sequence
from pgseq.pg.catalog import read_sequences, within
from pgseq.pg.owners import read_plain
from pgseq.pg.read import read_all
from pgseq.sql import load
from pgseq.sql.unchanged import Plain

OnMissingFeeds = Callable[[tuple[Declared, ...]], None]

#: Candidates that are looked at for one error: a name may be the same in a thousand schemas.
MOST = 20
#: How many times the limit of a scan is read for all errors together: beyond it they are judged without.
SCANS = 10


@dataclass(kw_only=True)
class FactsReader(Asker):
    """Reads the facts about many errors from one database; what all of them need is read once."""

    config: Config = field(default_factory=Config)
    #: Called with the declared feeds that the database does not have.
    on_missing_feeds: OnMissingFeeds = refuse_missing_feeds
    #: What `prepare` has read for the errors that come next: indexes by name, and sequences by oid.
    _indexes_of: dict[str, list[Index]] = field(default_factory=dict)
    _diagnoses: dict[int, Diagnosis] = field(default_factory=dict)
    _scanned: int = 0

    @cached_property
    def sequences(self) -> tuple[Sequence, ...]:
        """Every sequence with its feeds, declared ones included. Raises what `on_missing_feeds` raises."""
        sequences = read_sequences(self.pool, self.server, self.limits, self.config.feeds)
        self.on_missing_feeds(missing_feeds(sequences, self.config))
        return sequences

    @cached_property
    def drawing(self) -> DatabaseSequences:
        """Which sequence feeds what."""
        return DatabaseSequences(
            self.sequences, Tree(self._ask(within("parents", self.server, inherits=load("inherits"))).into(Child))
        )

    @cached_property
    def sessions(self) -> int:
        """How many other sessions there are in the database."""
        return len(self._ask(load("older_sessions", self.server.major)).rows)

    def prepare(self, errors: Iterable[ParsedError]) -> None:
        """Read at once what `facts` needs for many errors. Raises QueryFailed, ConnectionFailed, ConfigError."""
        self._indexes_of.clear()
        self._diagnoses.clear()
        keys = (one.constraint for one in errors if one.kind in ("duplicate", "unique_build"))
        names = {cut(name) for name in keys if name}
        if not names:
            return
        indexes = self._ask(self._indexes_named(names=names)).into(Index)
        self._indexes_of = {name: [] for name in names}
        for index in indexes:
            self._indexes_of[index.name].append(index)
        candidates = (index for indexes in self._indexes_of.values() for index in indexes[:MOST])
        self._diagnosed([sequence for index in candidates for sequence in self._drawn(index)])

    def facts(self, error: ParsedError) -> ErrorFacts:
        """What the database says about an error. Raises QueryFailed, ConnectionFailed, ConfigError."""
        facts = ErrorFacts(server=self.server)
        match error.kind:
            case "duplicate" | "unique_build":
                indexes = self._indexes(error)
                return replace(facts, candidates=self._duplicates(indexes, error), total=len(indexes))
            case "null" | "generated" | "stored_generated":
                columns = self._columns(error)
                candidates = tuple(
                    Candidate(column=column, fed_columns=self._fed_columns(column.relid, [column.column]))
                    for column in columns[:MOST]
                )
                return replace(facts, candidates=candidates, total=len(columns))
            case "too_narrow":
                return replace(facts, sequences=self._narrow(error))
            case "name":
                objects = self._objects(error)
                return replace(facts, objects=objects[:MOST], total=len(objects))
            case "missing":
                name = error.table or error.sequence
                return replace(facts, relations=self._relations([name]), dangling=self._dangling(name))
            case "denied_table":
                return replace(facts, relations=self._relations([error.table]))
            case "denied_sequence" | "not_owner":
                return replace(facts, relations=self._relations([error.sequence]))
            case "denied_schema":
                return facts
            case _:
                schema, _, name = error.sequence.rpartition(".")
                named, schema = self.drawing.named(unquoted(name)), error.schema or unquoted(schema)
                named = [one for one in named if one.schema == schema] or named
                relations = self._relations([error.sequence])
                return replace(facts, sequences=self._diagnosed(named[:MOST]), relations=relations)

    def _duplicates(self, indexes: list[Index], error: ParsedError) -> tuple[Candidate, ...]:
        if len(indexes) > MOST:
            indexes = self._worst_first(indexes)
        return tuple(self._candidate(index, error) for index in indexes[:MOST])

    def _candidate(self, index: Index, error: ParsedError) -> Candidate:
        fed_columns = self._fed_columns(index.relid, index.key)
        unlinked = () if fed_columns or index.open is None else self._unlinked(index, index.open, error)
        return Candidate(
            index=index,
            fed_columns=fed_columns,
            key_lookup=self._key_lookup(index, error),
            unlinked=unlinked,
            draws=self.drawing.draws(index.relid),
        )

    def _unlinked(self, index: Index, place: int, error: ParsedError) -> tuple[Sequence, ...]:
        """Sequences that feed nothing known and may have given the key's column at `place`, those of the index's own
        schema first."""
        value = error.value_of(index.columns[place] or "")
        sequences = [
            sequence for sequence in self.drawing.unlinked if value is None or sequence.min <= value <= sequence.max
        ]
        return tuple(sorted(sequences, key=lambda sequence: sequence.schema != index.table_schema))

    def _worst_first(self, indexes: list[Index]) -> list[Index]:
        """The indexes, first those on columns whose sequence is not in sync."""
        drawn = {index.oid: self._drawn(index) for index in indexes}
        diagnoses = self._diagnosed([sequence for sequences in drawn.values() for sequence in sequences])
        wrong = {diagnosis.sequence.oid for diagnosis in diagnoses if diagnosis.status != "ok"}
        return sorted(indexes, key=lambda index: not any(sequence.oid in wrong for sequence in drawn[index.oid]))

    def _drawn(self, index: Index) -> list[Sequence]:
        """The sequences that feed an index's key."""
        return [sequence for sequence, _ in self.drawing.feeding(index.relid, index.key)]

    def _indexes(self, error: ParsedError) -> list[Index]:
        """The indexes that an error may mean: by name; else by table and key columns; else by key columns."""
        name = cut(error.constraint)
        tables = [] if name else models(error.table)
        columns = () if name or tables else error.column_names
        if not (name or tables or columns):
            return []
        indexes = self._indexes_of.get(name)
        if indexes is None:
            question = self._indexes_named(names=[name] if name else [], tables=tables, columns=columns)
            indexes = self._alone(question).into(Index)

        def fits(index: Index) -> tuple[bool, bool, bool]:
            return (
                not error.schema or error.schema in (index.schema, index.table_schema),
                not error.table or index.table == error.table or (bool(name) and index.is_partition),
                not error.columns or same(index.columns, error.column_names),
            )

        for place in range(3):
            indexes = [index for index in indexes if fits(index)[place]] or indexes
        return indexes

    def _indexes_named(self, *, names: Iterable[str], tables: Iterable[str] = (), columns: Iterable[str] = ()) -> str:
        words = {"names": self._array(names), "tables": self._array(tables), "columns": self._array(columns)}
        return load("explain.unique_indexes", self.server.major, **words)

    def _columns(self, error: ParsedError) -> list[ColumnFacts]:
        """The columns that an error may mean."""
        if not error.column:
            return []
        columns, tables = self._array([error.column]), self._array(models(error.table))
        question = load("explain.fed_columns", self.server.major, columns=columns, tables=tables)
        candidates = self._alone(question).into(ColumnFacts)
        candidates = [
            column for column in candidates if not error.schema or column.schema == error.schema
        ] or candidates
        return [column for column in candidates if column.table == error.table] or candidates

    def _fed_columns(self, relid: int, columns: Iterable[str]) -> tuple[FedColumn, ...]:
        """These columns with the sequences that feed them, diagnosed."""
        feeds = self.drawing.feeding(relid, columns)
        diagnoses = {one.sequence.oid: one for one in self._diagnosed([sequence for sequence, _ in feeds])}
        return tuple(self._fed_column(diagnoses[sequence.oid], feed) for sequence, feed in feeds)

    def _fed_column(self, diagnosis: Diagnosis, feed: Feed) -> FedColumn:
        sequence = diagnosis.sequence
        untouched: bool | None = None
        if sequence.may_select and sequence.may_enter:
            with suppress(QueryFailed):
                question = load("explain.log_count", self.server.major, sequence=sequence.sql)
                untouched = self._alone(question, sequences=(sequence,)).rows[0][0]
        sessions = self.sessions if sequence.cache > 1 else 0
        return FedColumn(diagnosis=diagnosis, feed=feed, column=feed.column, untouched=untouched, sessions=sessions)

    def _diagnosed(self, sequences: list[Sequence]) -> tuple[Diagnosis, ...]:
        """Read and diagnose each sequence once."""
        once = {sequence.oid: sequence for sequence in sequences}
        new = [sequence for oid, sequence in once.items() if oid not in self._diagnoses]
        for diagnosis in read_all(self.pool, self.server, new, self.limits, Policy()):
            self._diagnoses[diagnosis.sequence.oid] = diagnosis
        return tuple(self._diagnoses[oid] for oid in once)

    def _key_lookup(self, index: Index, error: ParsedError) -> KeyLookup:
        """Whether a row holds the reported key. Looked for where reading the heap is not too much."""
        values = values_apart(index, error)
        if values is None or not index.may_read or index.partitioned or index.heap_bytes > self.limits.scan_bytes:
            return KeyLookup()
        if self._scanned > SCANS * self.limits.scan_bytes or self.tired:
            return KeyLookup()
        self._scanned += index.heap_bytes
        condition = " AND ".join(
            f"{column} = {self._quote(value)}" for column, value in zip(index.columns_sql, values, strict=True)
        )
        # Only an index that could not be built asks for doubles, which takes reading the whole table.
        wanted = (index.predicate or "true") if error.kind == "unique_build" else "false"
        question = load("explain.key_held", table=f"ONLY {index.table_sql}", predicate=wanted, condition=condition)
        try:
            table = read_plain(self.database, {index.relid: index.table_sql}).get(index.relid)
            # A value in the form of somebody's own type is read by that type's constraints and functions.
            if not isinstance(table, Plain) or (table.mark is not None and not index.pinned):
                return KeyLookup()
            return self._alone(
                question,
                (replace(table, columns=tuple(filter(None, index.columns))),),
                settings=("SET LOCAL enable_seqscan = off",),
            ).into(KeyLookup)[0]
        except QueryFailed:
            return KeyLookup()  # A type whose printed form is not read back, or a time-out: no evidence either way.

    def _narrow(self, error: ParsedError) -> tuple[Diagnosis, ...]:
        """The sequences with a column that cannot hold all their values: those alone can have failed so."""
        return self._diagnosed(
            [
                sequence
                for sequence in self.drawing.narrow
                if not error.table or any(feed.table == error.table for feed in sequence.feeds)
            ]
        )

    def _objects(self, error: ParsedError) -> tuple[NamedObject, ...]:
        """What bears a name, with the sequences that are it or feed its columns."""
        objects = self._named(error.schema, error.table, error.column)
        if not objects and error.schema and not error.column:
            objects = self._named("", error.schema, error.table)
        return tuple(replace(one, diagnoses=self._of_object(one)) for one in objects)

    def _named(self, schema: str, name: str, column: str) -> list[NamedObject]:
        question = load("explain.named_objects", self.server.major, names=self._array([cut(name)]))
        objects = [one for one in self._alone(question).into(NamedObject) if schema in ("", one.schema)]
        objects = [one for one in objects if one.name == name] or objects
        if column:
            return [replace(one, columns=[column]) for one in objects if column in one.columns]
        return objects

    def _of_object(self, named: NamedObject) -> tuple[Diagnosis, ...]:
        if named.kind == "sequence":
            return self._diagnosed([one for one in self.drawing.named(named.name) if one.schema == named.schema])
        columns = named.columns
        if named.kind == "index":
            indexes = self._alone(self._indexes_named(names=[named.name])).into(Index)
            columns = [column for index in indexes if index.sql == named.sql for column in index.key]
        return self._diagnosed([sequence for sequence, _ in self.drawing.feeding(named.relid, columns)])

    def _relations(self, names: list[str]) -> tuple[RelationRow, ...]:
        if not (names := [name for name in names if name]):
            return ()
        question = load("explain.relations", self.server.major, names=self._array(names))
        return tuple(self._alone(question).into(RelationRow))

    def _dangling(self, name: str) -> tuple[tuple[str, str], ...]:
        """Columns whose default names, as text, the sequence that does not exist."""
        question = load("explain.dangling", self.server.major, name=self._quote(name))
        return tuple((label, default) for label, default in self._alone(question).rows if names(default, name))
