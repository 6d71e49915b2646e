"""Which sequences are asked for."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from pgseq.model.sequences import Sequence
from pgseq.names import Pattern, parse_pattern


class Scope(Struct, frozen=True, kw_only=True):
    """pg_dump's selection: schemas and tables to include and exclude. Empty: everything.

    A table pattern selects the sequences that feed a matching table, and a sequence of that name; the name of a
    partition, or of a table that inherits, selects those that feed it from above. A schema pattern selects by the
    schema of the sequence or of a fed table. What is left out is a whole tree, by the name of its top.
    """

    schemas: tuple[Pattern, ...] = ()
    exclude_schemas: tuple[Pattern, ...] = ()
    tables: tuple[Pattern, ...] = ()
    exclude_tables: tuple[Pattern, ...] = ()
    #: Of what these select, only the sequences of these oids; None: all.
    oids: frozenset[int] | None = None

    def selects(self, sequence: Sequence) -> bool:
        """Whether `sequence` is asked for."""
        if self.oids is not None and sequence.oid not in self.oids:
            return False
        if not (self.schemas or self.tables or self.exclude_schemas or self.exclude_tables):
            return True
        relations = _relations(sequence)
        schemas = {schema for schema, _ in relations}
        if self.schemas and not any(_schema_match(self.schemas, schema) for schema in schemas):
            return False
        if self.tables and not any(p.matches(*r) for p in self.tables for r in (*relations, *_below(sequence))):
            return False
        return not (
            all(_schema_match(self.exclude_schemas, schema) for schema in schemas)
            or any(p.matches(*r) for p in self.exclude_tables for r in relations)
        )

    def selects_table(self, schema: str, name: str) -> bool:
        """Whether a table that no sequence feeds is asked for."""
        return not (
            (self.oids is not None)
            or (self.schemas and not _schema_match(self.schemas, schema))
            or (self.tables and not any(p.matches(schema, name) for p in self.tables))
            or _schema_match(self.exclude_schemas, schema)
            or any(p.matches(schema, name) for p in self.exclude_tables)
        )

    def unmatched_schemas(self, sequences: Iterable[Sequence]) -> tuple[Pattern, ...]:
        """The schema patterns that select none of `sequences`."""
        if not self.schemas:
            return ()
        schemas = {schema for sequence in sequences for schema, _ in _relations(sequence)}
        return tuple(p for p in self.schemas if not any(_schema_match((p,), schema) for schema in schemas))

    def unmatched_tables(self, sequences: Iterable[Sequence]) -> tuple[Pattern, ...]:
        """The table patterns that select none of `sequences`."""
        if not self.tables:
            return ()
        relations = {relation for one in sequences for relation in (*_relations(one), *_below(one))}
        return tuple(p for p in self.tables if not any(p.matches(*r) for r in relations))


def scope(
    *,
    schema: Iterable[str] = (),
    exclude_schema: Iterable[str] = (),
    table: Iterable[str] = (),
    exclude_table: Iterable[str] = (),
) -> Scope:
    """A Scope from pattern texts. Raises UsageError for one that cannot be read."""
    return Scope(
        schemas=tuple(map(parse_pattern, schema)),
        exclude_schemas=tuple(map(parse_pattern, exclude_schema)),
        tables=tuple(map(parse_pattern, table)),
        exclude_tables=tuple(map(parse_pattern, exclude_table)),
    )


def _relations(sequence: Sequence) -> list[tuple[str, str]]:
    return [(sequence.schema, sequence.name), *((feed.schema, feed.table) for feed in sequence.feeds)]


def _below(sequence: Sequence) -> list[tuple[str, str]]:
    """The partitions and inheriting tables of the fed tables."""
    return [table for feed in sequence.feeds for table in feed.below]


def _schema_match(patterns: tuple[Pattern, ...], schema: str) -> bool:
    return any(p.schema is None and p.name.fullmatch(schema) for p in patterns)
