"""Columns that number the rows of their table, but that no default fills: frozen values."""

from __future__ import annotations

from msgspec import Struct

from pgseq.model.diagnosis import Finding


class Key(Struct, frozen=True, kw_only=True):
    """An integer column without a default: the primary key, or `id` in a table without one."""

    schema: str
    table: str
    column: str
    #: The names as SQL takes them, the table's with its schema.
    table_sql: str
    column_sql: str
    type: str
    #: Whether it is the table's primary key.
    primary: bool
    nullable: bool

    @property
    def label(self) -> str:
        return f"{self.table_sql}.{self.column_sql}"


class KeyReport(Struct, frozen=True, kw_only=True):
    """A key with what was found about it."""

    key: Key
    finding: Finding
