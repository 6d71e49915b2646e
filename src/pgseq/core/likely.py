"""Which tables an application may fill from a sequence that no column is known to draw from: a guess by names. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from itertools import islice
from typing import Final

from pgseq.core.catalog_rows import Column, SequenceRow
from pgseq.model.sequences import Feed
from pgseq.text.patterns import lazily

#: Keys that are looked at for a sequence which may number all tables.
MOST: Final = 20
#: Sequences that numbered all tables of an application by default: Hibernate up to 5, JHipster, EF Core's hi/lo.
_FOR_ALL: Final = frozenset({"hibernatesequence", "sequencegenerator", "entityframeworkhilosequence"})
#: What names have beside the table's: order_seq (Hibernate 6: Order_SEQ), seq_order, order_id_seq, OrderHiLoSequence.
_AFFIXES: Final = lazily(r"^seq(?=.)|(id)?(hilo)?(seq|sequence)$")


def likely_keys(
    sequences: Iterable[SequenceRow], feeds: Mapping[int, list[Feed]], unfilled: Collection[Column]
) -> dict[int, list[Column]]:
    """By the oid of a sequence that feeds nothing, those of the unfilled keys that an application may fill from it.
    `feeds` are those of each sequence."""
    if not unfilled:
        return {}
    fed = {(feed.relid, feed.column) for every in feeds.values() for feed in every}
    keys = [column for column in unfilled if (column.relid, column.column) not in fed]
    likely: dict[int, list[Column]] = {}
    for sequence in sequences if keys else ():
        if feeds.get(sequence.oid) or sequence.extension is not None:
            continue
        mine = (key for key in keys if key.schema == sequence.schema and fills(sequence.name, key.table))
        likely[sequence.oid] = list(islice(mine, MOST))
    return likely


def fills(sequence: str, table: str) -> bool:
    """Whether ids of the table are likely to come from the sequence, going by their names without schema."""
    return stem(sequence) in ("", singular(plain(table)))


def stem(sequence: str) -> str | None:
    """The singular of the table that a sequence is named after; empty for one that may number all tables, None where
    the name says nothing."""
    name = plain(sequence)
    if name in _FOR_ALL:
        return ""
    rest = _AFFIXES.sub("", name)
    return singular(rest) if rest != name else None


def plain(name: str) -> str:
    """A name's letters and digits."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


def singular(name: str) -> str:
    """A plain name without its plural."""
    return re.sub(r"ie(?=s$)", "y", name).removesuffix("s")
