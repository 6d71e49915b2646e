"""What a role lacks for reading many sequences, in one sentence instead of two lines for each. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from pgseq.core.privileges import grant_reading
from pgseq.model.sequences import Sequence
from pgseq.model.server import Server
from pgseq.names import display, plural

#: Sequences without privilege from which on they are not listed one by one.
FEW = 3


def sentences(unread: Iterable[tuple[Server, list[Sequence]]]) -> list[tuple[str, str]]:
    """For each statement that is needed, what cannot be read and by whom, and the statement."""
    by_grant: dict[tuple[str, str, str], list[tuple[Server, list[Sequence]]]] = defaultdict(list)
    for server, sequences in unread:
        if sequences:
            grant = grant_reading(server, sequences)
            # Schemas are a database's own, a predefined role is its server's.
            alone = "" if "pg_read_all_data" in grant else server.database
            by_grant[server.address, alone, grant].append((server, sequences))
    return [(_who(group), display(grant)) for (_, _, grant), group in by_grant.items()]


def _who(group: list[tuple[Server, list[Sequence]]]) -> str:
    count = sum(len(sequences) for _, sequences in group)
    server = group[0][0]
    where = display(server.database) if len(group) == 1 else f"{len(group)} databases"
    return f"{display(server.role)} has no privilege to read {plural(count, 'sequence')} of {where}: unknown"
