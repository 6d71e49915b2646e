"""Patterns and feeds that none of several databases has."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from operator import attrgetter
from typing import TypeVar

from msgspec.structs import replace

from pgseq.core.preconditions import refuse_missing_feeds
from pgseq.errors import ConfigError, NothingMatches, PgseqError
from pgseq.model.configuration import Declared
from pgseq.pg.suggest import Unmatched
from pgseq.workflow import Options

T = TypeVar("T")


class Absences:
    """Notes what each of several databases does not have, since another one may have it."""

    def __init__(self) -> None:
        self._feeds: dict[int, tuple[Declared, ...]] = {}
        self._patterns: dict[int, tuple[Unmatched, ...]] = {}

    def noted(self, settings: Options, number: int) -> Options:
        """The settings for the work in a database, by its number: what is missing is noted instead of refused."""
        return replace(
            settings,
            on_missing_feeds=partial(self._feeds.__setitem__, number),
            unmatched=partial(self._patterns.__setitem__, number),
        )

    def everywhere(self, count: int | None) -> Iterator[PgseqError]:
        """What is missing in all of them; a declared feed only if all of `count` databases were read, since it may be
        in an unread one. None: how many there are is unknown."""
        if len(self._feeds) == count:
            try:
                refuse_missing_feeds(_common(self._feeds.values()), "any of these databases")
            except ConfigError as error:
                yield error
        unmatched = [{(one.option, one.pattern): one for one in patterns} for patterns in self._patterns.values()]
        for key in _common(unmatched):
            # The hint of the database with the most similar name.
            best = max((one[key] for one in unmatched), key=attrgetter("near"))
            yield NothingMatches(best.message, best.hint)


def _common(of: Iterable[Iterable[T]]) -> list[T]:
    """What is in each, in the order of the first."""
    lists = [list(one) for one in of]
    return [one for one in lists[0] if all(one in other for other in lists)] if lists else []
