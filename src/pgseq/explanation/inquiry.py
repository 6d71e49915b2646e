"""From errors to explanations: look up, then judge. With no database, from the text alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from pgseq.admission import refuse_absent
from pgseq.config import Config
from pgseq.crew import Crew
from pgseq.errors import QueryFailed
from pgseq.explanation.judge import judge
from pgseq.explanation.lookup import Lacking, Lookup
from pgseq.explanation.values import Explanation, Reported, Seen
from pgseq.explanation.wording import explanation
from pgseq.session import Limits

#: What was never an error of PostgreSQL's, as far as can be read.
NOTHING = Reported(kind="other")


def explain(
    errors: Iterable[tuple[Reported, Seen]],
    crew: Crew | None,
    limits: Limits | None = None,
    config: Config | None = None,
    lacking: Lacking = refuse_absent,
) -> Iterator[Explanation]:
    """What there is to say to each error; what the server refuses to say is `cannot_tell`.

    `config` declares feeds that the catalog does not know; `lacking` is told those that the database does not have, and
    may refuse to go on. Raises ConnectionFailed, and what `lacking` raises (ConfigError).
    """
    lookup = None
    if crew is not None:
        lookup = Lookup(crew=crew, limits=limits or Limits(), config=config or Config(), lacking=lacking)
    for reported, seen in errors:
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
