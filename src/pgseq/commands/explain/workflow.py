"""From errors to explanations: look up, then judge. With no database, from the text alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from itertools import islice

from pgseq.commands.explain.judge.dispatch import judge
from pgseq.commands.explain.model import Explanation, Occurrences, ParsedError
from pgseq.commands.explain.read import FactsReader, OnMissingFeeds
from pgseq.commands.explain.text import conclude
from pgseq.config import Config
from pgseq.core.preconditions import refuse_absent
from pgseq.errors import QueryFailed
from pgseq.model.limits import Limits
from pgseq.pg.pool import SessionPool

#: An error, and how often it occurred.
CountedError = tuple[ParsedError, Occurrences]
#: Errors that the database is asked about together.
TOGETHER = 500


def explain(
    errors: Iterable[CountedError],
    pool: SessionPool | None,
    limits: Limits | None = None,
    config: Config | None = None,
    on_missing_feeds: OnMissingFeeds = refuse_absent,
) -> Iterator[Explanation]:
    """Explain each error; one that the server refuses to answer questions about is `cannot_tell`.

    `config` declares feeds that the catalog does not know. `on_missing_feeds` is called with those that the database
    does not have, and may raise ConfigError. Raises ConnectionFailed and what `on_missing_feeds` raises.
    """
    reader = None
    if pool is not None:
        reader = FactsReader(
            pool=pool, limits=limits or Limits(), config=config or Config(), on_missing_feeds=on_missing_feeds
        )
    for error, occurrences in errors if reader is None else _prepared(errors, reader):
        if reader is None:
            yield from judge(error, None, occurrences)
            continue
        if error.database and error.database != reader.server.database:
            elsewhere = f"it happened in database {error.database}, and {reader.server.database} was asked"
            yield from (replace(one, evidence=(*one.evidence, elsewhere)) for one in judge(error, None, occurrences))
            continue
        try:
            facts = reader.facts(error)
        except QueryFailed as refusal:
            evidence = (f"the database could not be asked: {refusal.message}",)
            yield conclude(error, "cannot_tell", evidence, next=refusal.hint)
            continue
        yield from judge(error, facts, occurrences)


def _prepared(errors: Iterable[CountedError], reader: FactsReader) -> Iterator[CountedError]:
    """The errors in groups, each after the reader has read at once what the group needs."""
    remaining = iter(errors)
    while group := list(islice(remaining, TOGETHER)):
        here = [one for one, _ in group if not one.database or one.database == reader.server.database]
        if len(here) > 1:
            with suppress(QueryFailed):  # Then each error asks alone, and reports what failed.
                reader.prepare(here)
        yield from group
