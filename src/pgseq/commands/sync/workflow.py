"""A cut-over: read both → pair → compare → plan → apply → read the target again → compare."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from msgspec import Struct
from msgspec.structs import replace

from pgseq import workflow
from pgseq.commands.sync.columns import Columns, missing_defaults, without_default
from pgseq.commands.sync.compare import Comparer
from pgseq.commands.sync.match import SourceCandidate, pair, refuse_unknown
from pgseq.commands.sync.model import Comparison, Cutover, Source, SourceSequence
from pgseq.commands.sync.read import (
    identify,
    naming,
    read_columns,
    read_instance,
    read_source,
    refuse_the_same,
)
from pgseq.core.examine import worst_first
from pgseq.core.selection import Scope
from pgseq.errors import Interrupted
from pgseq.model.reports import DatabaseReport, SequenceReport
from pgseq.model.sequences import Position, Problem, Sequence
from pgseq.pg.catalog import read_fingerprint, read_sequences
from pgseq.pg.execute import execute, reports_since
from pgseq.pg.pool import SessionPool
from pgseq.pg.read import read_positions
from pgseq.pg.threads import meanwhile
from pgseq.undo_file import UndoFile

#: Shown the plan; whether to go on.
Confirm = Callable[[Cutover], bool]


def look(
    source: SessionPool, target: SessionPool, options: workflow.Options, margin: int, progress: workflow.Progress
) -> Cutover:
    """Compare every selected sequence of the target with its source sequence; changes nothing.

    `margin`: how many values of the target to leave free behind the source's position.

    Raises what `workflow.check` raises; UsageError also where both are the same database, or a map names what is not
    there. Interrupted holds a DatabaseReport of the target alone.
    """
    return _look(source, target, options, margin, progress).cutover()


def sync(
    source: SessionPool,
    target: SessionPool,
    options: workflow.Options,
    margin: int,
    confirm: Confirm,
    progress: workflow.Progress = workflow.silent,
    undo_file: UndoFile | None = None,
    *,
    complete: bool = True,
) -> Cutover:
    """Compare, show the plan to `confirm`, run it step by step, read the target again, and report each result.

    Every step is noted in `undo_file` before and after it is taken. `complete`: the plan says of what it moves, too,
    when it would collide. Returns the plan when `confirm` says no. Raises what `look` raises, and UsageError on a
    target that takes no writes; Interrupted holds a Cutover once steps were taken.
    """
    first = read_fingerprint(target.primary, options.limits)
    snapshot = _look(source, target, options, margin, progress, complete=complete)
    server = snapshot.target.server
    workflow.refuse_unwritable(target.primary, server)
    planned = snapshot.cutover()
    if not complete:
        left = [one.report for one in planned.comparisons if one.report.step is None]
        unsaid = [one for one in left if one.status == "out_of_sync"]
        if unsaid:
            snapshot = replace(snapshot, target=workflow.completed(target, snapshot.target, unsaid, options))
            planned = snapshot.cutover()
    moving = [one.report for one in planned.comparisons if one.report.step is not None]
    if moving and not confirm(planned):
        return planned

    examine = workflow.examiner(options, server)
    execution = execute(target, moving, server, options.limits, options.policy, examine, progress, undo_file)
    since = reports_since(
        target, server, first, execution, options.limits, options.policy, options.config.feeds, examine
    )
    report = snapshot.after(since)
    if execution.interrupted:
        raise Interrupted(report)
    return report


class _Snapshot(Struct, frozen=True, kw_only=True):
    """Both databases as they were read, and the options."""

    scope: Scope
    compare: Comparer
    source: Source
    target: DatabaseReport
    #: For every sequence of the target, selected or not.
    pairs: Mapping[int, tuple[SourceCandidate, ...]]
    #: What those of the selected ones are compared with.
    sources: Mapping[int, tuple[SourceSequence, ...]]
    positions: Mapping[int, Position | Problem]

    def cutover(self) -> Cutover:
        """Compare both."""
        return self._cutover(map(self._compare, self.target.sequences))

    def after(self, since: Mapping[int, SequenceReport]) -> Cutover:
        """Compare again after the steps: the sequences read since then, each with its result."""

        def with_result(one: SequenceReport) -> Comparison:
            report = since.get(one.sequence.oid, one)
            if (result := report.applied) is not None:
                if result.result == "unchanged":
                    report = replace(report, applied=replace(result, reason="it has gone that far by itself"))
                return self._compare(report)
            comparison = self._compare(report)
            alone = workflow.left_alone(comparison.report)
            return (
                comparison if alone is None else replace(comparison, report=replace(comparison.report, applied=alone))
            )

        return self._cutover(map(with_result, self.target.sequences))

    def _compare(self, report: SequenceReport) -> Comparison:
        return self.compare(report, self.sources[report.sequence.oid])

    def _cutover(self, comparisons: Iterable[Comparison]) -> Cutover:
        by_oid = {one.sequence.oid: one for one in comparisons}
        target = replace(self.target, sequences=worst_first(one.report for one in by_oid.values()))
        followed = {candidate.sequence.oid for candidates in self.pairs.values() for candidate in candidates}
        return Cutover(
            source=self.source,
            target=target,
            comparisons=tuple(by_oid[one.sequence.oid] for one in target.sequences),
            missing_on_target=tuple(
                sequence
                for sequence in self.source.sequences
                if sequence.oid not in followed and self.scope.selects(sequence)
            ),
            drawn=frozenset(
                oid for oid, position in self.positions.items() if isinstance(position, Problem) or position.is_called
            ),
        )


def _look(
    source: SessionPool,
    target: SessionPool,
    options: workflow.Options,
    margin: int,
    progress: workflow.Progress,
    *,
    complete: bool = True,
) -> _Snapshot:
    limits = options.limits
    source_data = identify(source.primary, limits)
    refuse_the_same(source_data.instance, read_instance(target.primary, limits), options.compose)
    source_data, everything, report = _read_both(source, source_data, target, options, progress, complete=complete)
    selected = [one.sequence for one in report.sequences]
    # A sequence that is not selected may be the pair of one of the source, or named by a map.
    refuse_unknown(options.config.map, everything, on_source=False)
    options.config.effect.mapped = True
    pairs = pair(everything, source_data.sequences, options.config.map)
    followed = {each.sequence.oid: each.sequence for one in selected for each in pairs.get(one.oid, ())}
    columns = read_columns(target.primary, missing_defaults(followed.values(), everything), limits)
    # Last, to cover all values that the source has handed out until now.
    unfed = (one for one in source_data.sequences if not one.feeds and one.oid not in followed)
    asked = (*followed.values(), *filter(options.scope.selects, unfed))
    with naming("source"):
        positions = read_positions(source, source_data.server, asked, limits, options.time_limit)
    policy, server = options.policy, report.server
    return _Snapshot(
        scope=options.scope,
        compare=Comparer(margin=margin, policy=policy, limits=limits.on(server.version_num), role=server.role),
        source=source_data,
        target=report,
        pairs=pairs,
        sources={
            sequence.oid: tuple(_source(each, positions, columns) for each in pairs.get(sequence.oid, ()))
            for sequence in selected
        },
        positions=positions,
    )


def _source(
    candidate: SourceCandidate, positions: Mapping[int, Position | Problem], columns: Columns
) -> SourceSequence:
    return SourceSequence(
        sequence=candidate.sequence,
        how=candidate.how,
        position=positions[candidate.sequence.oid],
        without_default=without_default(candidate.sequence, columns),
    )


def _read_both(
    source: SessionPool,
    source_data: Source,
    target: SessionPool,
    options: workflow.Options,
    progress: workflow.Progress,
    *,
    complete: bool,
) -> tuple[Source, tuple[Sequence, ...], DatabaseReport]:
    """The source with its sequences, all sequences of the target, and the report on the selected ones: two servers,
    which read at the same time."""

    def read() -> Source:
        return read_source(source, source_data, options.config, options.limits)

    def read_target() -> tuple[tuple[Sequence, ...], DatabaseReport]:
        server = workflow.server_of(target, options)
        everything = read_sequences(target, server, options.limits, options.config.feeds)
        wanted = workflow.selected(target.primary, everything, options)
        reading = options if complete else workflow.furthest_only(options, server)
        return everything, workflow.report_on(target, server, wanted, reading, progress)

    if source.jobs == 1:
        # A session of the caller's own stays in his thread.
        return read(), *read_target()
    with meanwhile(read, source.cancel) as reading:
        everything, report = read_target()
        return reading.result(), everything, report
