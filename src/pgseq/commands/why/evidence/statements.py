"""Evidence in statements that were run: they supply ids, or move the sequence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from msgspec.structs import replace

from pgseq.commands.why.evidence.origin import origin, unused
from pgseq.commands.why.model import Cause, Effect, Evidence, FedTable, SequenceFacts, StatementUse
from pgseq.names import plural

#: What would look like explicit ids: SELECT nextval(), then INSERT with what it gave, as Hibernate does.
DRAWN_BEFORE = "ids drawn beforehand by nextval() leave the same"
#: Names in a FROM that say nothing about the table: a script for all sequences reads the catalog.
_CATALOG = ("pg_", "sequences", "columns", "tables")


def collect(facts: SequenceFacts) -> Iterator[Evidence]:
    """Evidence in pg_stat_statements about the fed tables and the sequence; several texts of one effect are merged."""
    pairs = [(use, one) for use in facts.statement_uses for one in _evidence(facts, use)]
    pairs.sort(key=lambda pair: (-pair[1].weight, pair[0].effect.text, pair[0].statement.role))
    for _, same in groupby(pairs, key=lambda pair: (pair[1].weight, pair[0].effect.text)):
        uses, evidence = zip(*same, strict=True)
        yield _summed(uses, evidence[0])


def _evidence(facts: SequenceFacts, use: StatementUse) -> Iterator[Evidence]:
    effect = use.effect
    match effect.kind:
        case "insert" | "copy" | "update":
            yield from _ids_supplied(facts, use)
        case "setval":
            yield from _setval(facts, effect)
        case "restart" | "truncate":
            yield from _restart(facts, effect)


def _ids_supplied(facts: SequenceFacts, use: StatementUse) -> Iterator[Evidence]:
    """An INSERT, COPY, MERGE or UPDATE that gives the id column a value."""
    for table, column in _named(facts, use.effect):
        if stores(use, table, column):
            cause: Cause = "import" if use.effect.kind == "copy" else "explicit_ids"
            full = {"copy": 82, "insert": 80, "update": 70}[use.effect.kind]
            came = origin(facts)
            doubts = (
                DRAWN_BEFORE if use.effect.kind == "insert" and came != "supplied" else "",
                _doubt(use.effect, table.namesakes),
            )
            # Where the sequence could have handed out the ids ahead of it, who wrote them down says little.
            weight = 50 if came == "drawn" else full
            yield _found(cause, f"{use.effect.text} gives {column}", weight, "; ".join(filter(None, doubts)))
            return


def stores(use: StatementUse, table: FedTable, column: str) -> bool:
    """Whether a statement has stored ids that it gives in a column of a table."""
    return (
        use.effect.kind in ("insert", "copy", "update")
        and _is(table, use.effect)
        and bool(use.statement.rows or use.effect.explained)
        and supplies(use.effect, table.columns, column)
    )


def supplies(effect: Effect, columns: tuple[str, ...], column: str) -> bool:
    """Whether the effect gives `column` a value, in a table of these `columns`."""
    listed = columns if effect.columns is None else effect.columns
    if column not in listed:
        return False
    place = listed.index(column)
    return (effect.width is None or place < effect.width) and place not in effect.drawn


def _setval(facts: SequenceFacts, effect: Effect) -> Iterator[Evidence]:
    named = effect.relation is not None
    if named and not _is_sequence(facts, effect):
        return
    tables = {table.name for table in facts.tables}
    about = {name for name in effect.reads if not name.startswith(_CATALOG)}
    if not named and about and not about & tables:
        return
    certain = named or bool(about & tables)
    supplied = origin(facts) == "supplied"
    if supplied and not certain:
        return
    if not effect.constant:
        weight = 30
    elif supplied:
        weight = 40
    else:
        weight = 75 if certain else 71 if _fits(facts, effect) else 42
    limit = _doubt(effect, facts.file.namesakes) if certain else "the text does not keep which sequence it was"
    yield _found("setval", effect.text, weight, limit)


def _fits(facts: SequenceFacts, effect: Effect) -> bool:
    """Whether the position is one that a setval() of this form leaves, whichever sequence the text meant."""
    if unused(facts):
        return effect.arguments > 2
    return origin(facts) == "drawn" or facts.log_count == 0


def _restart(facts: SequenceFacts, effect: Effect) -> Iterator[Evidence]:
    supplied = origin(facts) == "supplied"
    if effect.kind == "restart" and effect.columns is None:
        if _is_sequence(facts, effect):
            yield _found("restart", effect.text, 45 if supplied else 78, _doubt(effect, facts.file.namesakes))
        return
    owner = next(
        (table for table in facts.tables if table.relid == facts.file.owner_relid and _is(table, effect)), None
    )
    if owner is None or (
        effect.columns is not None and not any(f.column in effect.columns for f in facts.sequence.feeds)
    ):
        return
    # TRUNCATE empties the table whose sequence it restarts: it harms where others draw from the same one.
    harmless = effect.kind == "truncate" and len(facts.sequence.feeds) == 1
    yield _found("restart", effect.text, 30 if harmless else 45 if supplied else 78, _doubt(effect, owner.namesakes))


def _found(cause: Cause, text: str, weight: int, limit: str) -> Evidence:
    return Evidence(cause=cause, text=text, source="pg_stat_statements", weight=weight, limit=limit)


def _summed(uses: Iterable[StatementUse], evidence: Evidence) -> Evidence:
    """The evidence of equal effects, with the roles that ran them and how often."""
    statements = [use.statement for use in uses]
    calls, rows = sum(s.calls for s in statements), sum(s.rows for s in statements)
    roles = ", ".join(sorted({s.role for s in statements}))
    brought = f", {plural(rows, 'row')}" if rows and evidence.cause in ("explicit_ids", "import") else ""
    text = f"{evidence.text}: {plural(calls, 'call')} by {roles}{brought}"
    return replace(evidence, text=text)


def _named(facts: SequenceFacts, effect: Effect) -> Iterator[tuple[FedTable, str]]:
    """The fed tables that the effect may be on, each with its fed column."""
    for feed in facts.sequence.feeds:
        for table in facts.below(feed):
            if _is(table, effect):
                yield table, feed.column


def _is(table: FedTable, effect: Effect) -> bool:
    return effect.relation == table.name and effect.schema in (None, table.schema)


def _is_sequence(facts: SequenceFacts, effect: Effect) -> bool:
    return effect.relation == facts.sequence.name and effect.schema in (None, facts.sequence.schema)


def _doubt(effect: Effect, namesakes: int) -> str:
    if effect.schema is not None or effect.relation is None or not namesakes:
        return ""
    return f"{namesakes} more of that name in other schemas: search_path decided which one was meant"
