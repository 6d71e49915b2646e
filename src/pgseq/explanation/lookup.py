"""What the names in an error stand for in a database, and where the sequences behind them stand. Reads only."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cached_property

from pgseq import unchanged
from pgseq.admission import absent, refuse_absent
from pgseq.catalog import read_sequences, read_server, within
from pgseq.config import Config, Declared
from pgseq.crew import Crew
from pgseq.diagnosis import diagnose
from pgseq.errors import QueryFailed
from pgseq.explanation.scene import Candidate, ColumnFacts, Fed, Held, Index, Relation, Scene
from pgseq.explanation.statement import names
from pgseq.explanation.values import Reported
from pgseq.model import Diagnosis, Feed, Sequence, Server
from pgseq.reading import read
from pgseq.session import Limits, Rows, transaction
from pgseq.sql import load
from pgseq.trees import Child, Tree
from pgseq.unchanged import Plain, read_plain

Lacking = Callable[[tuple[Declared, ...]], None]

#: PostgreSQL cuts names to so many bytes (NAMEDATALEN - 1).
LONGEST_NAME = 63
#: Candidates that are looked at for one error: a name may be the same in a thousand schemas.
MOST = 20


@dataclass(kw_only=True)
class Lookup:
    """One database, asked about many errors; what serves all of them is read once."""

    crew: Crew
    limits: Limits
    config: Config = field(default_factory=Config)
    #: Told which declared feeds the database does not have.
    lacking: Lacking = refuse_absent

    @cached_property
    def server(self) -> Server:
        """Facts about the database."""
        return read_server(self.crew.lead)

    @cached_property
    def sequences(self) -> tuple[Sequence, ...]:
        """Every sequence with its feeds, declared ones included. Raises what `lacking` raises."""
        found = read_sequences(self.crew, self.server, self.limits, self.config.feeds)
        self.lacking(absent(found, self.config))
        return found

    @cached_property
    def tree(self) -> Tree:
        """Who inherits from whom."""
        return Tree(self._ask(within("parents", self.server)).into(Child))

    @cached_property
    def sessions(self) -> int:
        """How many other sessions there are in the database."""
        return len(self._ask(load("older_sessions", self.server.major)).rows)

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
                named = [one for one in self.sequences if self._names(reported, one)]
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
        found = [
            sequence
            for sequence in self.sequences
            if not sequence.feeds
            and sequence.extension is None
            and (value is None or sequence.min <= value <= sequence.max)
        ]
        return tuple(sorted(found, key=lambda one: one.schema != index.table_schema))

    def _worst_first(self, indexes: list[Index]) -> list[Index]:
        """The indexes, first those on columns whose sequence is not in sync."""
        drawn = {one.oid: [s for s, _ in self._drawing(one.relid, filter(None, one.columns))] for one in indexes}
        judged = self._judged([sequence for sequences in drawn.values() for sequence in sequences])
        wrong = {one.sequence.oid for one in judged if one.status != "ok"}
        return sorted(indexes, key=lambda one: not any(sequence.oid in wrong for sequence in drawn[one.oid]))

    def _indexes(self, reported: Reported) -> list[Index]:
        """The indexes that an error may mean: by name; else by table and key columns; else by key columns."""
        name = reported.constraint.encode(errors="replace")[:LONGEST_NAME].decode(errors="ignore")
        tables = [] if name else _models(reported.table)
        columns = [] if name or tables else [one.strip('"') for one in reported.columns]
        if not (name or tables or columns):
            return []
        wanted = {"names": [name] if name else [], "tables": tables, "columns": columns}
        words = {word: self._array(named) for word, named in wanted.items()}
        found = self._ask(load("unique_indexes", self.server.major, **words)).into(Index)

        def mine(one: Index) -> tuple[bool, bool, bool]:
            return (
                not reported.schema or reported.schema in (one.schema, one.table_schema),
                not reported.table or one.table == reported.table or (bool(name) and one.is_partition),
                not reported.columns or _same(one.columns, reported.columns),
            )

        for place in range(3):
            found = [one for one in found if mine(one)[place]] or found
        return found

    def _columns(self, reported: Reported) -> list[ColumnFacts]:
        """The columns that an error may mean."""
        if not reported.column:
            return []
        columns, tables = self._array([reported.column]), self._array(_models(reported.table))
        question = load("fed_columns", self.server.major, columns=columns, tables=tables)
        found = self._ask(question).into(ColumnFacts)
        found = [one for one in found if not reported.schema or one.schema == reported.schema] or found
        return [one for one in found if one.table == reported.table] or found

    def _fed(self, relid: int, columns: Iterable[str]) -> tuple[Fed, ...]:
        """The sequences that feed these columns, judged."""
        wanted = self._drawing(relid, columns)
        judged = {one.sequence.oid: one for one in self._judged([sequence for sequence, _ in wanted])}
        return tuple(self._one_fed(judged[sequence.oid], feed) for sequence, feed in wanted)

    def _drawing(self, relid: int, columns: Iterable[str]) -> list[tuple[Sequence, Feed]]:
        """The sequences that feed these columns of a table, or of the table that it is a part of."""
        above = self.tree.ancestors(relid) | {relid}
        names = set(columns)
        return [
            (sequence, feed)
            for sequence in self.sequences
            for feed in sequence.feeds
            if feed.relid in above and feed.column in names
        ]

    def _one_fed(self, diagnosis: Diagnosis, feed: Feed) -> Fed:
        sequence = diagnosis.sequence
        untouched: bool | None = None
        if sequence.may_select and sequence.may_enter:
            with suppress(QueryFailed):
                question = load("log_count", self.server.major, sequence=sequence.sql)
                session, server = self.crew.lead, self.server
                (answer,) = unchanged.read(session, server, [question], self.limits, (), [sequence])
                untouched = answer.rows[0][0]
        sessions = self.sessions if sequence.cache > 1 else 0
        return Fed(diagnosis=diagnosis, feed=feed, column=feed.column, untouched=untouched, sessions=sessions)

    def _judged(self, sequences: list[Sequence]) -> tuple[Diagnosis, ...]:
        """Each sequence once, read and judged."""
        once = {sequence.oid: sequence for sequence in sequences}
        return tuple(diagnose(one) for one in read(self.crew, self.server, once.values(), self.limits))

    def _held(self, index: Index, reported: Reported) -> Held:
        """Whether a row holds the reported key. Looked for where reading the heap is not too much."""
        values = _values(index, reported)
        if values is None or not index.may_read or index.partitioned or index.heap_bytes > self.limits.scan_bytes:
            return Held()
        condition = " AND ".join(
            f"{column} = {self._quote(value)}" for column, value in zip(index.columns_sql, values, strict=True)
        )
        # Only an index that could not be built asks for doubles, which takes reading the whole table.
        wanted = (index.predicate or "true") if reported.kind == "unique_build" else "false"
        question = load("key_held", table=f"ONLY {index.table_sql}", predicate=wanted, condition=condition)
        try:
            table = read_plain(self.crew.lead, self.server, {index.relid: index.table_sql}, self.limits).get(
                index.relid
            )
            # A value in the form of somebody's own type is read by that type's constraints and functions.
            if not isinstance(table, Plain) or (table.mark is not None and not index.pinned):
                return Held()
            settings = ("SET LOCAL enable_seqscan = off",)
            (answer,) = unchanged.read(self.crew.lead, self.server, [question], self.limits, [table], (), settings)
        except QueryFailed:
            return Held()  # A type whose printed form is not read back, or a time-out: no evidence either way.
        return answer.into(Held)[0]

    def _narrow(self, reported: Reported) -> tuple[Diagnosis, ...]:
        """The sequences with a column that cannot hold all their values: those alone can have failed so."""
        suspects = [
            sequence
            for sequence in self.sequences
            if any(not feed.holds(sequence.bound) for feed in sequence.feeds)
            and (not reported.table or any(feed.table == reported.table for feed in sequence.feeds))
        ]
        return self._judged(suspects)

    def _relations(self, names: list[str]) -> tuple[Relation, ...]:
        wanted = [name for name in names if name]
        if not wanted:
            return ()
        question = load("relations", self.server.major, names=self._array(wanted))
        return tuple(self._ask(question).into(Relation))

    def _dangling(self, name: str) -> tuple[tuple[str, str], ...]:
        """Columns whose default names, as text, the sequence that does not exist."""
        question = load("dangling", self.server.major, name=self._quote(name))
        return tuple((label, default) for label, default in self._ask(question).rows if names(default, name))

    def _names(self, reported: Reported, sequence: Sequence) -> bool:
        return sequence.name == reported.sequence.rpartition(".")[2].strip('"')

    def _array(self, names: Iterable[str]) -> str:
        return f"ARRAY[{', '.join(map(self._quote, names))}]::text[]"

    def _quote(self, text: str) -> str:
        # No text in a database holds NUL or half a surrogate pair, and no driver sends them: what has one is not found.
        return self.crew.lead.quote(text.replace("\0", "\N{REPLACEMENT CHARACTER}").encode(errors="replace").decode())

    def _ask(self, question: str) -> Rows:
        # The session's own search_path is in the server's facts; the catalog is asked under a bounded one.
        (answer,) = transaction(self.crew.lead, [question], settings=self.limits.settings)
        return answer


def _models(name: str) -> list[str]:
    """A table's name, and what object-relational mappers may mean by it."""
    if not name:
        return []
    snake = "".join(f"_{c.lower()}" if c.isupper() and n else c.lower() for n, c in enumerate(name))
    forms = {name, name[:1].upper() + name[1:], name.lower(), snake}
    return sorted(forms | {f"{form}s" for form in forms})


def _same(columns: list[str | None], reported: tuple[str, ...]) -> bool:
    """Whether an index's key is the one that an error shows (an expression is not compared)."""
    return len(columns) == len(reported) and all(
        mine is None or mine == other.strip('"') for mine, other in zip(columns, reported, strict=True)
    )


def _values(index: Index, reported: Reported) -> list[str] | None:
    """The key's values apart, where that is certain."""
    if reported.values is None or not all(index.columns_sql):
        return None
    if len(index.columns) == 1:
        return [reported.values]
    parts = reported.values.split(", ")
    return parts if len(parts) == len(index.columns) else None
