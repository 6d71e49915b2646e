"""Which keys without a default are worth a word: where ids of the application's own are not the likely reason. Pure."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from itertools import combinations
from typing import Final

from pgseq.core.likely import fills, plain, singular
from pgseq.model.keys import Key
from pgseq.model.sequences import Sequence

#: Tables in which applications keep the ids that they give out: Hibernate, EclipseLink, DataNucleus.
GENERATORS: Final = frozenset({"hibernate_sequences", "sequence", "sequence_table"})
#: Tables of one row that tools keep for themselves: Liquibase's.
BOOKKEEPING: Final = frozenset({"databasechangeloglock"})
_WORDS: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_ID: Final = re.compile(r"^id_?|_?id$", re.IGNORECASE)


def missing_defaults(
    keys: Iterable[Key], sequences: Iterable[Sequence], tables: Iterable[tuple[str, str]]
) -> tuple[Key, ...]:
    """The keys that are named `id` or after their table, without those that a sequence may fill unseen, and without
    copies of other tables that have no primary key. `tables`: schema and name of all."""
    idle: dict[str, list[str]] = defaultdict(list)
    fed: set[tuple[str, str, str]] = set()
    for sequence in sequences:
        fed |= {(feed.schema, feed.table, feed.column) for feed in sequence.feeds}
        if sequence.feeds_nothing and sequence.extension is None:
            idle[sequence.schema].append(sequence.name)
    names: dict[str, set[str]] = defaultdict(set)
    for schema, name in tables:
        names[schema].add(name)
    stems = {schema: {singular(plain(name)) for name in every} for schema, every in names.items()}
    return tuple(
        key
        for key in keys
        if (key.schema, key.table, key.column) not in fed
        and numbers_its_table(key)
        and not any(fills(name, key.table) or _begins(name, key.table) for name in idle[key.schema])
        and key.table.lower() not in BOOKKEEPING
        and not GENERATORS & {name.lower() for name in names[key.schema]}
        and (key.primary or not _is_copy(key.table, stems.get(key.schema, set())))
    )


def numbers_its_table(key: Key) -> bool:
    """Whether a column is called `id`, or after its table: order_id of orders, not product_id of order_details, nor
    year, code or version."""
    stem = plain(_ID.sub("", key.column))
    if stem == plain(key.column):
        return False
    return not stem or any(singular(stem) == singular("".join(part)) for part in _endings(key.table))


def _begins(sequence: str, table: str) -> bool:
    """Whether a sequence is named after the first words of a table's name: batch_job_seq of batch_job_instance."""
    words, stem = _words(table), _words(sequence)
    return len(stem) > 1 and stem[-1] in ("seq", "sequence") and words[: len(stem) - 1] == stem[:-1]


def _words(name: str) -> list[str]:
    return [word.lower() for word in _WORDS.findall(name)]


def _endings(name: str) -> list[list[str]]:
    """The last words of a name: shop_order_item ends with item, order_item, and itself."""
    words = _words(name)
    return [words[start:] for start in range(len(words))]


def _is_copy(table: str, others: set[str]) -> bool:
    """Whether a table is named after another one: users_old, tmp_users, users_2024."""
    words = _words(table)
    parts = (words[start:end] for start, end in combinations(range(len(words) + 1), 2) if end - start < len(words))
    return any(singular("".join(part)) in others for part in parts)
