"""Looks of `pgseq metrics` at the targets of a command line, several at once."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from math import inf
from pathlib import Path
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from pgseq import workflow
from pgseq.cli.options.connection import Connection
from pgseq.cli.options.password import wants_password
from pgseq.cli.options.server import NamedServer
from pgseq.cli.run.missing import Absences
from pgseq.cli.run.targets import FAILURES, named
from pgseq.commands.range.workflow import outlook
from pgseq.errors import ConnectionFailed, NothingMatches, PgseqError
from pgseq.metrics.samples import DatabaseSamples, Look, database_samples, families
from pgseq.pg.allotment import Allotment, at_once
from pgseq.pg.pool import SessionPool

if TYPE_CHECKING:
    from prometheus_client.core import Metric


#: Seconds between two samples of a target that are added to the history: looks may follow each other by the minute.
SAMPLED: Final = 600.0


class _Target(Struct, frozen=True, kw_only=True):
    label: str
    server: NamedServer
    options: workflow.Options


class _Looked(Struct, frozen=True, kw_only=True):
    """What came of a look; `error`: why there are no samples, `lost`: why the history says or keeps nothing."""

    seconds: float
    #: Unix time of its end.
    ended: float
    samples: DatabaseSamples | None = None
    error: PgseqError | None = None
    lost: PgseqError | None = None

    @classmethod
    def failed(cls, began: float, error: PgseqError) -> _Looked:
        """A look that brought nothing, by time.monotonic() at its beginning."""
        return cls(seconds=time.monotonic() - began, ended=time.time(), error=error)


@dataclass(kw_only=True)
class Watch:
    """Looks at the targets of a command line, again and again."""

    connection: Connection
    options: workflow.Options
    #: Samples of every sequence, also of healthy ones.
    every: bool
    #: The file that tells how long values last; None: there is none.
    history: Path | None = None
    _succeeded: dict[str, float] = field(default_factory=dict)
    #: By label, when a sample was last added to the history.
    _kept: dict[str, float] = field(default_factory=dict)

    def look(self) -> tuple[list[Metric], list[PgseqError]]:
        """The metrics of all targets, and what went wrong: targets that could not be looked at, a history that could
        not be read or kept, and patterns that no target has."""
        looks: list[Look] = []
        errors: list[PgseqError] = []
        unmatched: list[PgseqError] = []
        absences = Absences()

        def add(label: str, looked: _Looked, place: str = "") -> None:
            looks.append(self._look(label, looked))
            for error in (looked.error, looked.lost):
                if isinstance(error, NothingMatches):
                    unmatched.append(error)
                elif error is not None:
                    errors.append(PgseqError(f"{place or label}: {error.message}", error.hint))

        servers, _ = named(
            self.connection, lambda place, label, error: add(label, _Looked.failed(time.monotonic(), error), place)
        )
        servers_by_label = dict(self._targets(servers, add))
        listed = not errors
        targets = [
            _Target(label=label, server=server, options=absences.noted(self.options, number))
            for number, (label, server) in enumerate(servers_by_label.items())
        ]
        for target, looked in self._looked_at(targets):
            add(target.label, looked)
        everywhere = list(absences.everywhere(len(servers_by_label) if listed else None))
        if not everywhere and servers_by_label and len(unmatched) == len(servers_by_label):
            everywhere = unmatched[:1]
        by_target = len({server.address for server in servers}) > 1
        return families(looks, by_target=by_target), errors + everywhere

    def _look(self, target: str, looked: _Looked) -> Look:
        up = looked.error is None or isinstance(looked.error, NothingMatches)
        if up:
            self._succeeded[target] = looked.ended
        return Look(
            target=target,
            seconds=looked.seconds,
            succeeded=self._succeeded.get(target),
            up=up,
            samples=looked.samples,
        )

    def _looked_at(self, targets: list[_Target]) -> Iterator[tuple[_Target, _Looked]]:
        """Each target in its order, and what came of the look."""
        jobs = self.connection.jobs
        if not self.connection.at_once:
            yield from ((target, self._looked(target, target.server.open(jobs))) for target in targets)
            return
        allotment = Allotment(sessions=jobs, databases=len(targets))

        def shared(target: _Target) -> _Looked:
            return self._looked(target, allotment.pool(target.server.wanting_no_password.session))

        with at_once(allotment, targets, shared) as results:
            for target, future in results:
                looked, server = future.result(), target.server
                asks = server.password.prompt == "wanted"
                if asks and isinstance(looked.error, ConnectionFailed) and wants_password(looked.error):
                    looked = self._looked(target, server.open(jobs))
                yield target, looked

    def _looked(self, target: _Target, opening: AbstractContextManager[SessionPool]) -> _Looked:
        began = time.monotonic()
        keep = began - self._kept.get(target.label, -inf) >= SAMPLED
        try:
            with opening as pool:
                report, counters = outlook(pool, target.options, self.history, workflow.silent, keep=keep)
        except FAILURES as error:
            return _Looked.failed(began, error)
        if keep and not report.problems:
            self._kept[target.label] = began
        calls = {oid: count for oid, (count, _) in counters.items()}
        lasting = {} if self.history is None else {one.sequence.oid: one.seconds_left for one in report.sequences}
        samples = database_samples(report.database_report, calls, lasting, every=self.every)
        lost = next((PgseqError(problem.reason, problem.hint) for problem in report.problems), None)
        return _Looked(seconds=time.monotonic() - began, ended=time.time(), samples=samples, lost=lost)

    def _targets(
        self, servers: Iterable[NamedServer], add: Callable[[str, _Looked], None]
    ) -> Iterator[tuple[str, NamedServer]]:
        """Each database by its label: one that is named twice, as by two roles, is looked at by the last of them."""
        for server in servers:
            if not self.connection.every:
                yield _label(server), server
                continue
            began = time.monotonic()
            try:
                siblings = list(server.databases())
            except FAILURES as error:
                add(_label(server), _Looked.failed(began, error))
                continue
            yield from (
                (_label(sibling), sibling)
                for sibling, is_open in siblings
                if is_open and not self.connection.excludes(sibling)
            )


def _label(server: NamedServer) -> str:
    return f"{server.address}/{server.database}"
