"""From counted errors to explanations: read the facts, then judge. With no database, by the error alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, suppress
from itertools import islice
from typing import Final

from msgspec import Struct, field
from msgspec.structs import replace

from pgseq.commands.explain.judge.dispatch import judge
from pgseq.commands.explain.logs.errors import CountedErrors
from pgseq.commands.explain.model import CountedError, Explanation
from pgseq.commands.explain.read import FactsReader, OnMissingFeeds
from pgseq.commands.explain.text import conclude
from pgseq.core.follow_up import Caller, commands
from pgseq.core.preconditions import refuse_missing_feeds
from pgseq.errors import ConnectionFailed, QueryFailed, UsageError
from pgseq.model.configuration import Config, Declared
from pgseq.model.diagnosis import Policy
from pgseq.model.exit_code import ExitCode
from pgseq.model.hints import completed
from pgseq.model.limits import Limits
from pgseq.pg.pool import SessionPool

#: Errors that the database is asked about together.
TOGETHER: Final = 500
#: Where nobody says who calls, or where the database is.
NOBODY: Final = Caller()


class ExplainTarget(Struct, frozen=True, kw_only=True):
    """The database that is asked about errors."""

    open: Callable[[], AbstractContextManager[SessionPool]]
    #: It may lack declared feeds, or not be usable at all.
    optional: bool = False
    #: Names it in the commands to run next.
    caller: Caller = field(default_factory=Caller)


class Explanations(Struct, frozen=True, kw_only=True):
    """Explanations, those that blame a sequence first, then the most frequent."""

    explanations: tuple[Explanation, ...]
    #: Why databases could not be asked; empty: all could.
    unreachable: str = ""

    @property
    def exit_code(self) -> ExitCode:
        """The worst of all."""
        return ExitCode.worst(explanation.exit_code for explanation in self.explanations)


def explain_all(
    counted: CountedErrors,
    target: Callable[[str], ExplainTarget | None],
    limits: Limits,
    config: Config | None = None,
    caller: Caller = NOBODY,
) -> Explanations:
    """Explain errors by asking the `target` of the database that each occurred in; where it is None or cannot be
    connected to, by the error alone. `caller` is who asks, where there is no target.

    Raises UsageError and ConfigError where a target that is not optional cannot be used.
    """
    compose = commands(caller, limits, Policy(), config or Config())
    explanations = [replace(one, next=completed(one.next, compose)) for one in counted.unread]
    reasons: dict[str, None] = {}
    for database, errors in _by_database(counted.errors).items():
        asked = target(database)
        if asked is None:
            explanations += explain(errors, None, limits, config, caller=caller)
            continue
        try:
            with asked.open() as pool:
                on_missing_feeds = _ignore if asked.optional else refuse_missing_feeds
                explanations += explain(errors, pool, limits, config, on_missing_feeds, asked.caller)
        except (ConnectionFailed, UsageError) as refusal:
            if isinstance(refusal, UsageError) and not asked.optional:
                raise
            explanations += explain(errors, None, limits, config, caller=asked.caller)
            reasons[" ".join(refusal.message.split())] = None
    explanations.sort(key=lambda one: (-one.exit_code.badness, -one.occurrences.count))
    return Explanations(explanations=tuple(explanations), unreachable="; ".join(reasons))


def _by_database(errors: Iterable[CountedError]) -> dict[str, list[CountedError]]:
    groups: defaultdict[str, list[CountedError]] = defaultdict(list)
    for error, occurrences in errors:
        groups[error.database].append((error, occurrences))
    return groups


def _ignore(absent: tuple[Declared, ...]) -> None:
    """Accept that the database lacks declared feeds."""


def explain(
    errors: Iterable[CountedError],
    pool: SessionPool | None,
    limits: Limits | None = None,
    config: Config | None = None,
    on_missing_feeds: OnMissingFeeds = refuse_missing_feeds,
    caller: Caller = NOBODY,
) -> Iterator[Explanation]:
    """Explain each error; one that the server refuses to answer questions about is `cannot_tell`.

    `config` declares feeds that the catalog does not know. `caller` names the database in what to run next.
    `on_missing_feeds` is called with those that the database
    does not have, and may raise ConfigError. Raises ConnectionFailed and what `on_missing_feeds` raises.
    """
    compose = commands(caller, limits or Limits(), Policy(), config or Config())
    for explanation in _explained(errors, pool, limits, config, on_missing_feeds):
        yield replace(explanation, next=completed(explanation.next, compose))


def _explained(
    errors: Iterable[CountedError],
    pool: SessionPool | None,
    limits: Limits | None,
    config: Config | None,
    on_missing_feeds: OnMissingFeeds,
) -> Iterator[Explanation]:
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
