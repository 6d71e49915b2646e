"""From a diagnosis to a report: findings and the planned step. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from pgseq.core.checks import findings
from pgseq.core.obstacles import left
from pgseq.core.plan import plan
from pgseq.model.changes import Step
from pgseq.model.configuration import Config
from pgseq.model.diagnosis import Diagnosis, Policy
from pgseq.model.limits import Limits
from pgseq.model.reports import SequenceReport
from pgseq.model.sequences import Problem

#: Severities of the findings that make a sequence's status.
DECISIVE = ("error", "unknown")
#: Findings about a collision and its repair.
COLLISION = ("PGS001", "PGS004", "PGS005")
_RANK = {"out_of_sync": 0, "exhausted": 1, "unknown": 2, "ok": 3}


def report_on(diagnosis: Diagnosis, policy: Policy, limits: Limits, config: Config, role: str) -> SequenceReport:
    """Findings and plan for one diagnosis. Findings that the configuration ignores are left out; where all that make
    the status are ignored, the sequence does not count and is not changed."""
    sequence = diagnosis.sequence
    if declared := config.limits_of(sequence.schema, sequence.name):
        diagnosis = replace(diagnosis, left=left(diagnosis.reading, diagnosis.next_value, diagnosis.nearest, declared))
    if config.nearly_used_up is not None:
        policy = replace(policy, nearly_used_up=config.nearly_used_up)
    reasons = [
        (found, config.reason(found.code, sequence.schema, sequence.name)) for found in findings(diagnosis, policy)
    ]
    counted = tuple(found for found, reason in reasons if reason is None)
    within = config.within if policy.within is None else policy.within
    distant = is_distant(diagnosis, within)
    if distant:
        counted = tuple(replace(one, severity="info") if one.code in COLLISION else one for one in counted)
    decisive = [reason for found, reason in reasons if found.severity in DECISIVE]
    if decisive and None not in decisive:
        return SequenceReport(diagnosis=diagnosis, findings=counted, ignored=decisive[0])
    planned = plan(diagnosis, policy, limits, role)
    return SequenceReport(
        diagnosis=diagnosis,
        findings=counted,
        step=planned if isinstance(planned, Step) else None,
        refused=planned if isinstance(planned, Problem) and not distant else None,
        distant=distant,
    )


def is_distant(diagnosis: Diagnosis, within: int | None) -> bool:
    """Whether a sequence is out of sync, but hands out more than `within` values before its first collision."""
    inserts = diagnosis.inserts_until_collision
    return within is not None and diagnosis.status == "out_of_sync" and inserts is not None and inserts > within


def worst_first(examined: Iterable[SequenceReport]) -> tuple[SequenceReport, ...]:
    """Out of sync before exhausted before unknown before ok; what fails soonest first."""

    def rank(report: SequenceReport) -> tuple[int, int, str, str]:
        left = report.diagnosis.inserts_until_collision
        return _RANK[report.status], left if left is not None else 0, report.sequence.schema, report.sequence.name

    return tuple(sorted(examined, key=rank))
