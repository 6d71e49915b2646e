"""What the catalog says: the server, its sequences, and the columns that they feed. Reads only."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress

from msgspec import Struct
from msgspec.structs import replace

from pgseq.core.catalog_rows import AssemblyContext, Column, Draw, SequenceRow
from pgseq.core.feeds import assemble
from pgseq.core.inheritance import Child, Tree
from pgseq.core.links import draws, linked
from pgseq.core.product import refuse_product
from pgseq.errors import QueryFailed
from pgseq.model.configuration import Declared
from pgseq.model.limits import JOINS_AS_WRITTEN, Limits, restricts
from pgseq.model.sequences import Problem, Sequence
from pgseq.model.server import Server
from pgseq.pg.database import Database
from pgseq.pg.databases import ask_first
from pgseq.pg.pool import SessionPool
from pgseq.pg.session import Session, transaction
from pgseq.sql import LONGEST, LONGEST_BODY, braced, load
from pgseq.values import drained

#: Of a catalog table: how many rows it has, and a sum over those that are recent.
_MARK = "count(*), sum(hashtext(xmin::text || ctid)) FILTER (WHERE age(xmin) <= (SELECT age FROM look))"

Part = tuple[list[SequenceRow], list[Column], list[Child]]

#: Sequences read at a time.
SLICE = 5000
#: The last oid.
LAST = 2**32 - 1
#: Parts that a session reads before it is renewed: a backend caches every relation that it has looked up.
RENEWAL = 2


def read_server(session: Session, limits: Limits) -> Server:
    """Facts about the database and its server. Raises UsageError for a server that pgseq does not know, QueryFailed,
    ConnectionFailed."""
    (server,) = ask_first(session, load("pg.server"), limits.times).into(Server)
    refuse_product(server.full_version, server.version_num)
    host, port = session.address
    identifier = read_identifier(session, limits)
    return replace(server, search_path=tuple(server.search_path), host=host, port=port, system_identifier=identifier)


def read_identifier(session: Session, limits: Limits) -> str | None:
    """The system identifier of the server; None where the role may not read it. Raises ConnectionFailed."""
    try:
        (answer,) = transaction(session, [load("pg.system_identifier")], settings=limits.settings)
    except QueryFailed:
        return None
    identifier: str = answer.rows[0][0]
    return identifier


class CatalogFingerprint(Struct, frozen=True, kw_only=True):
    """A fingerprint of the catalog."""

    since: int
    rows: tuple[int, ...]
    recent: tuple[int | None, ...]


def read_fingerprint(session: Session, limits: Limits, first: CatalogFingerprint | None = None) -> CatalogFingerprint:
    """The catalog's fingerprint now; equal to `first` unless the catalog has changed since then. Raises QueryFailed,
    ConnectionFailed."""
    question = load("pg.catalog_fingerprint", since="NULL" if first is None else str(first.since), mark=_MARK)
    ((row,),) = (answer.rows for answer in transaction(session, [question], settings=limits.settings))
    return CatalogFingerprint(since=row[0], rows=tuple(row[1]), recent=tuple(row[2]))


def read_sequences(
    pool: SessionPool, server: Server, limits: Limits, declared: Iterable[Declared] = ()
) -> tuple[Sequence, ...]:
    """Every sequence of the database with the columns that it feeds. Raises QueryFailed, ConnectionFailed."""
    sequences: list[SequenceRow] = []
    columns: list[Column] = []
    children: list[Child] = []
    for part in drained(_parts(pool, server, limits, declared)):
        sequences += part[0]
        columns += part[1]
        children += part[2]
    columns = _sized(pool.primary, columns, limits)
    database = Database(session=pool.primary, server=server, limits=limits)
    links = linked(sequences, columns, server.search_path)
    context = AssemblyContext(
        database=server.database,
        search_path=server.search_path,
        role=server.role,
        major=server.major,
        scan_limit=limits.scan_bytes,
        lock_limit=server.lock_share,
        restricts=restricts(server.version_num),
        cannot_draw=_cannot_draw(pool.primary, draws(sequences, links), limits),
        code=_code(database, columns),
        trust_owners=limits.trust_owners,
    )
    limited = any(one.limited for one in columns)
    assembled = assemble(sequences, columns, links, children, context)
    # Few small databases have what is asked for then, and its plans cost them more than all else of the catalog.
    return _limited(database, assembled, Tree(children)) if limited else assembled


def _limited(database: Database, sequences: tuple[Sequence, ...], tree: Tree) -> tuple[Sequence, ...]:
    """The sequences with what limits them beside the types of their columns. CHECKs that cannot be read in time, since
    somebody holds a table, limit nothing: the columns' types do. Raises QueryFailed, ConnectionFailed."""
    feeds = [feed for sequence in sequences for feed in sequence.feeds if feed.plain]
    if not feeds:
        return sequences
    from pgseq.core.referring import CheckRow, Reference, References, with_limits

    (rows,) = database.run(load("pg.references", database.server.major), settings=(JOINS_AS_WRITTEN,))
    references = References(rows.into(Reference), tree)
    referring = [reference for feed in feeds for reference in references.to(feed)] if references else []
    relids = {feed.relid for feed in feeds} | {reference.relid for reference in referring}
    types = {feed.type_oid for feed in feeds} | {reference.type_oid for reference in referring}
    words = {"relids": braced(sorted(relids)), "types": braced(sorted(types)), "longest": LONGEST_BODY}
    checks: list[CheckRow] = []
    with suppress(QueryFailed):
        checks = database.ask("pg.bounds", CheckRow, **words)
    return with_limits(sequences, references, checks)


def _sized(session: Session, columns: list[Column], limits: Limits) -> list[Column]:
    """The columns with the size of tables that were never vacuumed nor analyzed, as after an import. What is locked, or
    cannot be asked, keeps the size of pg_class: reading it has its own bounds."""
    relids = sorted({relid for column in columns for relid in column.unsized or ()})
    if not relids:
        return columns
    try:
        (answer,) = transaction(session, [load("pg.sizes", relids=braced(relids))], settings=limits.settings)
    except QueryFailed:
        return columns
    sizes: dict[int, int] = dict(answer.rows)

    def sized(column: Column) -> Column:
        count = sum(sizes.get(relid, 0) for relid in column.unsized or ())
        if not count:
            return column
        return column._replace(heap_bytes=column.heap_bytes + count, scan_bytes=column.scan_bytes + count)

    return [sized(column) for column in columns]


def _cannot_draw(session: Session, pairs: set[Draw], limits: Limits) -> frozenset[Draw]:
    """The pairs whose role cannot draw from the sequence, and cannot grant itself the privilege."""
    if not pairs:
        return frozenset()
    rows = ", ".join(f"({role}::oid, {sequence}::oid, {by_name})" for role, sequence, by_name in sorted(pairs))
    (answer,) = transaction(
        session, [load("pg.cannot_draw", pairs=rows, may_draw=load("may_draw"))], settings=limits.settings
    )
    return frozenset((role, sequence, by_name) for role, sequence, by_name in answer.rows)


def _code(database: Database, columns: Iterable[Column]) -> dict[int, str | Problem]:
    """What the planner evaluates when tables of other owners are read."""
    every = not restricts(database.server.version_num)
    tables = {column.relid: column.table_sql for column in columns if every or not column.trusted}
    if database.limits.trust_owners or not tables:
        return {}
    from pgseq.pg.owners import read_code

    return read_code(database, tables)


def within(name: str, server: Server, low: int = 0, high: int = LAST, /, **words: str) -> str:
    """The query `name`.sql for the relations with oids after `low` up to `high`."""
    return load(name, server.major, low=str(low), high=str(high), **words)


def _columns(server: Server, bounds: tuple[int, int], declared: str, last_domain: int, *, unfed: bool) -> str:
    """The query for the columns of tables with such oids; `declared` are rows of quoted names and blocks, `last_domain`
    the greatest oid of a domain. Where a sequence feeds nothing (`unfed`), also for the keys that nothing fills."""
    more = within("pg.declared", server, *bounds, declared=declared) if declared else ""
    likely = within("pg.likely", server, *bounds) if unfed else ""
    words = {"declared": more + likely, "longest_body": LONGEST_BODY, "last_domain": str(last_domain)}
    return load(
        "pg.columns",
        server.major,
        draws=within("draws", server, *bounds, **words),
        trusted=load("trusted"),
        default_text=load("default_text", **LONGEST),
        fed=load("fed"),
    )


def _words(session: Session, declared: Declared) -> list[str]:
    """A declared feed as declared.sql takes it."""
    block = declared.block
    size, ids = ("NULL", "NULL") if block is None else (str(block.size), session.quote(block.ids))
    return [*map(session.quote, declared.sequence + declared.column), size, ids]


def _parts(pool: SessionPool, server: Server, limits: Limits, declared: Iterable[Declared]) -> list[Part]:
    """Sequences, columns and children, in parts ordered by oid, read in parallel."""
    lines = "".join(f", ({', '.join(_words(pool.primary, one))})" for one in declared)
    (slices,) = transaction(pool.primary, [load("pg.slices", size=str(SLICE))], settings=limits.settings)
    ((ends, unfed, last_domain),) = slices.rows
    ends = [*ends, LAST]
    # With quote_all_identifiers, defaults would read "nextval"('"s"'::"regclass"). For so small a part the server takes
    # longer to start parallel workers than they save.
    settings = (
        *limits.settings,
        JOINS_AS_WRITTEN,
        "SET LOCAL quote_all_identifiers = off",
        "SET LOCAL max_parallel_workers_per_gather = 0",
    )

    def work(session: Session, bounds: tuple[int, int]) -> tuple[int, Part]:
        queries = [
            within("pg.sequences", server, *bounds, trusted=load("trusted")),
            _columns(server, bounds, lines, last_domain, unfed=unfed),
            within("parents", server, *bounds, inherits=load("inherits")),
        ]
        sequences, columns, children = transaction(session, queries, settings=settings, mode="snapshot")
        return bounds[1], (sequences.into(SequenceRow), columns.into(Column), children.into(Child))

    parts = dict(pool.map(work, zip([0, *ends], ends, strict=False), renewal=RENEWAL))
    return [parts[end] for end in ends]
