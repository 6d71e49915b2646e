"""Which keys without a default are worth a word: where ids of the application's own are not the likely reason. Pure."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from collections.abc import Sequence as Items
from itertools import combinations
from typing import Final

from pgseq.core.likely import plain, singular, stem
from pgseq.model.keys import Key
from pgseq.model.sequences import Sequence
from pgseq.text.patterns import lazily

#: Tables in which applications keep the ids that they give out, as singulars: Hibernate's, EclipseLink's, DataNucleus'.
GENERATORS: Final = frozenset({"hibernatesequence", "sequence", "sequencetable"})
#: Tables of one row that tools keep for themselves: Liquibase's.
BOOKKEEPING: Final = frozenset({"databasechangeloglock"})
_WORDS: Final = lazily(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_ID: Final = lazily(r"^id_?|_?id$", re.IGNORECASE)


def missing_defaults(
    keys: Iterable[Key], sequences: Items[Sequence], tables: Iterable[tuple[str, str]]
) -> tuple[Key, ...]:
    """The keys that are named `id` or after their table, without those that a sequence may fill unseen, and without
    copies of other tables that have no primary key. `tables`: schema and name of all."""
    fed = {(feed.schema, feed.table, feed.column) for sequence in sequences for feed in sequence.feeds}
    idle: dict[str, set[str | None]] = defaultdict(set)
    for sequence in sequences:
        if sequence.feeds_nothing and sequence.extension is None:
            idle[sequence.schema].add(stem(sequence.name))
    known: dict[str, set[str]] = defaultdict(set)
    for schema, name in tables:
        known[schema].add(singular(plain(name)))
    return tuple(
        key
        for key in keys
        if (key.schema, key.table, key.column) not in fed
        and numbers_its_table(key)
        and GENERATORS.isdisjoint(known[key.schema])
        and plain(key.table) not in BOOKKEEPING
        and not _is_filled(key.table, idle[key.schema], known[key.schema])
        and (key.primary or not _is_copy(key.table, known[key.schema]))
    )


def _is_filled(table: str, idle: set[str | None], known: set[str]) -> bool:
    """Whether a sequence that feeds nothing is likely to number a table: it is named after it, or after the first words
    of its name where no table bears those (batch_job_seq of batch_job_instance)."""
    words = _words(table)
    begins = {singular("".join(words[:end])) for end in range(1, len(words))}
    return not idle.isdisjoint({"", singular(plain(table))} | (begins - known))


def numbers_its_table(key: Key) -> bool:
    """Whether a column is called `id`, or after its table: order_id of orders, not product_id of order_details, nor
    year, code or version."""
    name = plain(_ID.sub("", key.column))
    if name == plain(key.column):
        return False
    return not name or any(singular(name) == singular("".join(part)) for part in _endings(key.table))


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
