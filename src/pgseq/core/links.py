"""Which columns refer to which sequences: the links in rows of the catalog. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from pgseq.core.catalog_rows import Column, Draw, Link, SequenceRow
from pgseq.core.defaults import Lookup, mentioned, parse_default


def linked(sequences: Iterable[SequenceRow], columns: Iterable[Column], search_path: tuple[str, ...]) -> list[Link]:
    """The links of all rows: sequences named as text are looked up, rows of one column and sequence are joined."""
    lookup = Lookup(sequences, search_path)
    links: dict[tuple[int, str, int], Link] = {}
    for column in columns:
        if column.unfilled:
            continue
        by_text = column.sequence is None and column.body is None
        meant = _meant(column, lookup)
        for oid in meant:
            key = (column.relid, column.column, oid)
            link = Link(
                column=column,
                sequence=oid,
                draws=column.draws,
                owns=column.owned is not None,
                by_text=by_text,
                certain=not (by_text and len(meant) > 1),
            )
            links[key] = link.joined(links[key]) if key in links else link
    return list(links.values())


def _meant(column: Column, lookup: Lookup) -> Collection[int]:
    """Oids of the sequences that a row refers to."""
    if column.sequence is not None:
        return (column.sequence,)
    names = parse_default(column.expression or "").names if column.body is None else mentioned(column.body)
    return frozenset(oid for name in names for oid in lookup.find(name, column.schema))


def draws(sequences: Iterable[SequenceRow], links: Iterable[Link]) -> set[Draw]:
    """The draws that depend on a privilege, since table and sequence have different owners."""
    # A sequence that was made while the catalog was read stands in the columns' rows alone.
    owners = {sequence.oid: sequence.owner for sequence in sequences}
    return {
        link.draw
        for link in links
        if not link.column.declared and owners.get(link.sequence, link.column.drawer) != link.column.drawer
    }
