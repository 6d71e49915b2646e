"""Which tables an application may fill from a sequence that no column is known to draw from: a guess by names. Pure."""

from __future__ import annotations

import re
from typing import Final

#: Sequences that numbered all tables of an application by default: Hibernate up to 5, JHipster, EF Core's hi/lo.
_FOR_ALL: Final = frozenset({"hibernatesequence", "sequencegenerator", "entityframeworkhilosequence"})
#: What names have beside the table's: order_seq (Hibernate 6: Order_SEQ), seq_order, order_id_seq, OrderHiLoSequence.
_AFFIXES: Final = re.compile(r"^seq(?=.)|(id)?(hilo)?(seq|sequence)$")


def fills(sequence: str, table: str) -> bool:
    """Whether ids of the table are likely to come from the sequence, going by their names without schema."""
    name = _plain(sequence)
    if name in _FOR_ALL:
        return True
    stem = _AFFIXES.sub("", name)
    return stem != name and _singular(stem) == _singular(_plain(table))


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


def _singular(name: str) -> str:
    return re.sub(r"ie(?=s$)", "y", name).removesuffix("s")
