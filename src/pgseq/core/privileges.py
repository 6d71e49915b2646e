"""The privileges that a role lacks for reading, as one statement for many sequences. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from pgseq.model.sequences import Sequence
from pgseq.model.server import Server
from pgseq.names import quoted

#: The predefined role pg_read_all_data is there from this major on (PostgreSQL documentation, "Predefined Roles").
READ_ALL = 14


def grant_reading(server: Server, sequences: Iterable[Sequence]) -> str:
    """The SQL that lets the current role read all of these sequences and what they feed."""
    if server.major >= READ_ALL:
        return f"GRANT pg_read_all_data TO {server.role}"
    names = {one.schema for one in sequences} | {feed.schema for one in sequences for feed in one.feeds}
    schemas = ", ".join(quoted(name) for name in sorted(names))
    return "; ".join(
        f"GRANT {privilege} {schemas} TO {server.role}"
        for privilege in ("USAGE ON SCHEMA", "SELECT ON ALL TABLES IN SCHEMA", "SELECT ON ALL SEQUENCES IN SCHEMA")
    )
