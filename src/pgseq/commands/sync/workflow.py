"""The sentence of a cut-over: read both → pair → judge → plan → apply → read the target again → judge."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from pgseq import workflow
from pgseq.commands.sync.columns import Columns, missing_defaults, without_default
from pgseq.commands.sync.compare import compare
from pgseq.commands.sync.match import Candidate, pair, refuse_unknown
from pgseq.commands.sync.model import Comparison, Cutover, Source, SourceSequence
from pgseq.commands.sync.read import read_columns, read_instance, read_positions, read_source, refuse_the_same
from pgseq.core.diagnose import diagnose
from pgseq.core.examine import worst_first
from pgseq.core.preconditions import refuse_old_snapshot, refuse_read_only
from pgseq.core.selection import Scope
from pgseq.errors import Interrupted
from pgseq.model.changes import Applied
from pgseq.model.reports import DatabaseReport, SequenceReport
from pgseq.model.sequences import Position, Problem, Reading
from pgseq.pg.catalog import read_mark, read_sequences
from pgseq.pg.execute import examined_since, execute
from pgseq.pg.pool import SessionPool
from pgseq.undo_file import UndoFile

#: Shown the plan; whether to go on.
Confirm = Callable[[Cutover], bool]


def look(
    source: SessionPool, target: SessionPool, options: workflow.Options, margin: int, progress: workflow.Progress
) -> Cutover:
    """Compare every selected sequence of the target with the one that it goes on from; changes nothing.

    `margin`: values of the target's own to be left free behind the source's position.

    Raises what `doctor.check` raises; UsageError also where both are the same database, or a map names what is not
    there. Interrupted holds a DatabaseReport of the target alone.
    """
    return _look(source, target, options, margin, progress).told()


def sync(
    source: SessionPool,
    target: SessionPool,
    options: workflow.Options,
    margin: int,
    confirm: Confirm,
    progress: workflow.Progress = workflow.silent,
    journal: UndoFile | None = None,
) -> Cutover:
    """Look, show the plan to `confirm`, carry it out step by step, read the target afresh, and report what became of
    each sequence.

    `journal` is told of every step before and after it is taken. Returns what was seen, unchanged, when `confirm` says
    no. Raises what `look` raises, and UsageError on a target that takes no writes; Interrupted holds a Cutover once
    steps were taken.
    """
    first = read_mark(target.primary, options.limits)
    scene = _look(source, target, options, margin, progress)
    server = scene.target.server
    refuse_read_only(server)
    refuse_old_snapshot(server, in_transaction=target.primary.in_transaction)
    found = scene.told()
    steps = [one.report.step for one in found.comparisons if one.report.step is not None]
    if steps and not confirm(found):
        return found

    def judge(reading: Reading) -> SequenceReport:
        return workflow.judge(diagnose(reading), options, server)

    treatment = execute(target, steps, server, options.limits, judge, progress, journal)
    fresh = examined_since(target, server, first, treatment, options.limits, options.config.feeds, judge)
    report = scene.after({oid: one.applied for oid, one in treatment.treated.items()}, fresh)
    if treatment.interrupted:
        raise Interrupted(report)
    return report


@dataclass(frozen=True, slots=True, kw_only=True)
class _Scene:
    """Both databases as they were read, and what is asked for."""

    options: workflow.Options
    margin: int
    source: Source
    target: DatabaseReport
    #: For every sequence of the target, whether it is asked for or not.
    pairs: Mapping[int, tuple[Candidate, ...]]
    positions: Mapping[int, Position | Problem]
    #: What the target has of the columns that draw on the source, and from no sequence there.
    columns: Columns

    def told(self) -> Cutover:
        """What is to be said of both."""
        return self._cutover(map(self._compare, self.target.sequences))

    def after(self, applied: Mapping[int, Applied], fresh: Mapping[int, SequenceReport]) -> Cutover:
        """The same once steps were taken: those sequences as they were read since, each with what became of it."""
        comparisons = (self._compare(fresh.get(one.sequence.oid, one)) for one in self.target.sequences)
        return self._cutover(replace(one, report=_with_result(one.report, applied)) for one in comparisons)

    def _compare(self, one: SequenceReport) -> Comparison:
        counterparts = (
            SourceSequence(
                sequence=each.sequence,
                how=each.how,
                position=self.positions[each.sequence.oid],
                without_default=without_default(each.sequence, self.columns),
            )
            for each in self.pairs.get(one.sequence.oid, ())
        )
        options = self.options
        limits = options.limits.on(self.target.server.version_num)
        return compare(one, counterparts, self.margin, options.policy, limits, self.target.server.role)

    def _cutover(self, comparisons: Iterable[Comparison]) -> Cutover:
        of = {one.sequence.oid: one for one in comparisons}
        target = replace(self.target, sequences=worst_first(one.report for one in of.values()))
        followed = {each.sequence.oid for found in self.pairs.values() for each in found}
        return Cutover(
            source=self.source,
            target=target,
            comparisons=tuple(of[one.sequence.oid] for one in target.sequences),
            missing_on_target=tuple(
                sequence
                for sequence in self.source.sequences
                if sequence.oid not in followed and self.options.scope.selects(sequence)
            ),
        )


def _look(
    source: SessionPool, target: SessionPool, options: workflow.Options, margin: int, progress: workflow.Progress
) -> _Scene:
    limits = options.limits
    theirs = read_source(source, options.config, limits)
    refuse_the_same(theirs.instance, read_instance(target.primary, limits))
    refuse_unknown(options.config.map, theirs.sequences, on_source=True)
    ours = workflow.check(target, options, progress)
    wanted = [one.sequence for one in ours.sequences]
    # What is not asked for may be what one of the source is gone on from, and what a map names.
    everything = (
        wanted if options.scope == Scope() else [*read_sequences(target, ours.server, limits, options.config.feeds)]
    )
    refuse_unknown(options.config.map, everything, on_source=False)
    options.config.effect.mapped = True
    pairs = pair(everything, theirs.sequences, options.config.map)
    followed = {each.sequence.oid: each.sequence for one in wanted for each in pairs.get(one.oid, ())}
    columns = read_columns(target.primary, missing_defaults(followed.values(), everything), limits)
    # Last of all: what the source has handed out until now is to be covered.
    positions = read_positions(source, theirs, followed.values(), limits, options.time_limit)
    return _Scene(
        options=options, margin=margin, source=theirs, target=ours, pairs=pairs, positions=positions, columns=columns
    )


def _with_result(one: SequenceReport, applied: Mapping[int, Applied]) -> SequenceReport:
    found = applied.get(one.sequence.oid)
    if found is None and one.refused is not None:
        found = Applied(result="skipped", reason=one.refused.reason, hint=one.refused.hint)
    elif found is not None and found.result == "unchanged":
        found = replace(found, reason="it has gone that far by itself")
    return replace(one, applied=found)
