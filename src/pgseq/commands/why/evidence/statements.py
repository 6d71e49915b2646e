"""What was run: statements that bring ids along, or that move the sequence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from pgseq.commands.why.evidence.origin import origin, unused
from pgseq.commands.why.model import Act, Case, Cause, Deed, Evidence, Table
from pgseq.names import plural

#: What would look like explicit ids: SELECT nextval(), then INSERT with what it gave, as Hibernate does.
DRAWN_BEFORE = "ids drawn beforehand by nextval() leave the same"
#: Names in a FROM that say nothing about the table: a script for all sequences reads the catalog.
_CATALOG = ("pg_", "sequences", "columns", "tables")


def testify(case: Case) -> Iterator[Evidence]:
    """What pg_stat_statements has of the fed tables and of the sequence; the same act of several texts is said once."""
    found = [(deed, one) for deed in case.deeds for one in _judge(case, deed)]
    found.sort(key=lambda pair: (-pair[1].weight, pair[0].act.text, pair[0].statement.role))
    for _, same in groupby(found, key=lambda pair: (pair[1].weight, pair[0].act.text)):
        deeds, evidence = zip(*same, strict=True)
        yield _summed(deeds, evidence[0])


def _judge(case: Case, deed: Deed) -> Iterator[Evidence]:
    act = deed.act
    match act.kind:
        case "insert" | "copy" | "update":
            yield from _brought(case, deed)
        case "setval":
            yield from _setval(case, act)
        case "restart" | "truncate":
            yield from _restart(case, act)


def _brought(case: Case, deed: Deed) -> Iterator[Evidence]:
    """INSERT, COPY, MERGE or UPDATE that gives the id column a value."""
    for table, column in _named(case, deed.act):
        if (deed.statement.rows or deed.act.explained) and supplies(deed.act, table.columns, column):
            cause: Cause = "import" if deed.act.kind == "copy" else "explicit_ids"
            full = {"copy": 82, "insert": 80, "update": 70}[deed.act.kind]
            came = origin(case)
            doubts = (
                DRAWN_BEFORE if deed.act.kind == "insert" and came != "given" else "",
                _doubt(deed.act, table.namesakes),
            )
            # Where the sequence could have handed out the ids ahead of it, who wrote them down says little.
            weight = 50 if came == "drawn" else full
            yield _told(cause, f"{deed.act.text} gives {column}", weight, "; ".join(filter(None, doubts)))
            return


def supplies(act: Act, columns: tuple[str, ...], column: str) -> bool:
    """Whether the act gives `column` a value, in a table of these `columns`."""
    listed = columns if act.columns is None else act.columns
    if column not in listed:
        return False
    place = listed.index(column)
    return (act.width is None or place < act.width) and place not in act.drawn


def _setval(case: Case, act: Act) -> Iterator[Evidence]:
    named = act.relation is not None
    if named and not _is_sequence(case, act):
        return
    tables = {table.name for table in case.tables}
    about = {name for name in act.reads if not name.startswith(_CATALOG)}
    if not named and about and not about & tables:
        return
    certain = named or bool(about & tables)
    given = origin(case) == "given"
    if given and not certain:
        return
    if not act.constant:
        weight = 30
    elif given:
        weight = 40
    else:
        weight = 75 if certain else 71 if _fits(case, act) else 42
    limit = _doubt(act, case.file.namesakes) if certain else "the text does not keep which sequence it was"
    yield _told("setval", act.text, weight, limit)


def _fits(case: Case, act: Act) -> bool:
    """Whether the position is one that a setval() of this form leaves, whichever sequence the text meant."""
    if unused(case):
        return act.arguments > 2
    return origin(case) == "drawn" or case.log_count == 0


def _restart(case: Case, act: Act) -> Iterator[Evidence]:
    given = origin(case) == "given"
    if act.kind == "restart" and act.columns is None:
        if _is_sequence(case, act):
            yield _told("restart", act.text, 45 if given else 78, _doubt(act, case.file.namesakes))
        return
    owner = next((table for table in case.tables if table.relid == case.file.owner_relid and _is(table, act)), None)
    if owner is None or (act.columns is not None and not any(f.column in act.columns for f in case.sequence.feeds)):
        return
    # TRUNCATE empties the table whose sequence it restarts: it harms where others draw from the same one.
    harmless = act.kind == "truncate" and len(case.sequence.feeds) == 1
    yield _told("restart", act.text, 30 if harmless else 45 if given else 78, _doubt(act, owner.namesakes))


def _told(cause: Cause, text: str, weight: int, limit: str) -> Evidence:
    return Evidence(cause=cause, text=text, source="pg_stat_statements", weight=weight, limit=limit)


def _summed(deeds: Iterable[Deed], one: Evidence) -> Evidence:
    """The evidence of like deeds with who did them and how often."""
    statements = [deed.statement for deed in deeds]
    calls, rows = sum(s.calls for s in statements), sum(s.rows for s in statements)
    roles = ", ".join(sorted({s.role for s in statements}))
    brought = f", {plural(rows, 'row')}" if rows and one.cause in ("explicit_ids", "import") else ""
    text = f"{one.text}: {plural(calls, 'call')} by {roles}{brought}"
    return Evidence(cause=one.cause, text=text, source=one.source, weight=one.weight, limit=one.limit)


def _named(case: Case, act: Act) -> Iterator[tuple[Table, str]]:
    """The fed tables that an act may mean, each with the fed column."""
    for feed in case.sequence.feeds:
        for table in case.below(feed):
            if _is(table, act):
                yield table, feed.column


def _is(table: Table, act: Act) -> bool:
    return act.relation == table.name and act.schema in (None, table.schema)


def _is_sequence(case: Case, act: Act) -> bool:
    return act.relation == case.sequence.name and act.schema in (None, case.sequence.schema)


def _doubt(act: Act, namesakes: int) -> str:
    if act.schema is not None or act.relation is None or not namesakes:
        return ""
    return f"{namesakes} more of that name in other schemas: search_path decided which one was meant"
