"""What was asked for of several databases, and is in none of those that were looked at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import partial
from operator import attrgetter
from typing import TypeVar

from pgseq.config import Declared
from pgseq.core.preconditions import refuse_missing_feeds
from pgseq.errors import ConfigError, NothingMatches, PgseqError
from pgseq.pg.suggest import Unmatched
from pgseq.workflow import Options

T = TypeVar("T")


class Absences:
    """What each of several databases lacks, noted while it is worked in: one lacks what another one has."""

    def __init__(self) -> None:
        self._feeds: dict[int, tuple[Declared, ...]] = {}
        self._patterns: dict[int, tuple[Unmatched, ...]] = {}

    def noted(self, settings: Options, number: int) -> Options:
        """The settings for the work in a database, by its number: what it lacks is noted instead of refused."""
        return replace(
            settings,
            on_missing_feeds=partial(self._feeds.__setitem__, number),
            unmatched=partial(self._patterns.__setitem__, number),
        )

    def everywhere(self, count: int | None) -> Iterator[PgseqError]:
        """What all of them lack. A declared feed may be where nobody could look: it is told only where all of `count`
        databases were looked at; None: it is not known how many there are."""
        if len(self._feeds) == count:
            try:
                refuse_missing_feeds(_common(self._feeds.values()), "any of these databases")
            except ConfigError as error:
                yield error
        told = [{(one.option, one.pattern): one for one in found} for found in self._patterns.values()]
        for key in _common(told):
            # By the first that has something like it.
            best = max((one[key] for one in told), key=attrgetter("near"))
            yield NothingMatches(best.message, best.hint)


def _common(of: Iterable[Iterable[T]]) -> list[T]:
    """What is in each, in the order of the first."""
    lists = [list(one) for one in of]
    return [one for one in lists[0] if all(one in other for other in lists)] if lists else []
