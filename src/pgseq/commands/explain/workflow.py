"""From errors to explanations: look up, then judge. With no database, from the text alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from itertools import islice

from pgseq.commands.explain.judge.dispatch import judge
from pgseq.commands.explain.model import Explanation, Reported, Seen
from pgseq.commands.explain.read import Lacking, Lookup
from pgseq.commands.explain.text import explanation
from pgseq.config import Config
from pgseq.core.preconditions import refuse_missing_feeds
from pgseq.errors import QueryFailed
from pgseq.model.limits import Limits
from pgseq.pg.pool import SessionPool

#: Errors that the database is asked about together.
TOGETHER = 500


def explain(
    errors: Iterable[tuple[Reported, Seen]],
    crew: SessionPool | None,
    limits: Limits | None = None,
    config: Config | None = None,
    lacking: Lacking = refuse_missing_feeds,
) -> Iterator[Explanation]:
    """What there is to say to each error; what the server refuses to say is `cannot_tell`.

    `config` declares feeds that the catalog does not know; `lacking` is told those that the database does not have, and
    may refuse to go on. Raises ConnectionFailed, and what `lacking` raises (ConfigError).
    """
    lookup = None
    if crew is not None:
        lookup = Lookup(crew=crew, limits=limits or Limits(), config=config or Config(), lacking=lacking)
    for reported, seen in errors if lookup is None else _prepared(errors, lookup):
        if lookup is None:
            yield from judge(reported, None, seen)
            continue
        if reported.database and reported.database != lookup.server.database:
            elsewhere = f"it happened in database {reported.database}, and {lookup.server.database} was asked"
            yield from (replace(one, evidence=(*one.evidence, elsewhere)) for one in judge(reported, None, seen))
            continue
        try:
            scene = lookup.scene(reported)
        except QueryFailed as error:
            evidence = (f"the database could not be asked: {error.message}",)
            yield explanation(reported, "cannot_tell", evidence, next=error.hint)
            continue
        yield from judge(reported, scene, seen)


def _prepared(errors: Iterable[tuple[Reported, Seen]], lookup: Lookup) -> Iterator[tuple[Reported, Seen]]:
    """The errors, each when what many of them need has been asked."""
    waiting = iter(errors)
    while group := list(islice(waiting, TOGETHER)):
        here = [one for one, _ in group if not one.database or one.database == lookup.server.database]
        if len(here) > 1:
            with suppress(QueryFailed):  # Then each is asked about alone, and told what failed.
                lookup.prepare(here)
        yield from group
