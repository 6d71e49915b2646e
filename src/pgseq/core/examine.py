"""From a diagnosis to a report: findings and the planned step. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from pgseq.config import Config
from pgseq.core.checks import findings
from pgseq.core.plan import plan
from pgseq.model.changes import Step
from pgseq.model.limits import Limits
from pgseq.model.reports import SequenceReport
from pgseq.model.sequences import Diagnosis, Policy, Problem

#: Severities of the findings that make a sequence's status.
DECISIVE = ("error", "unknown")
_RANK = {"out_of_sync": 0, "exhausted": 1, "unknown": 2, "ok": 3}


def report_on(diagnosis: Diagnosis, policy: Policy, limits: Limits, config: Config, role: str) -> SequenceReport:
    """Findings and plan for one diagnosis. Findings that the configuration ignores are left out; where all that make
    the status are ignored, the sequence does not count and is not changed."""
    sequence = diagnosis.sequence
    reasons = [
        (found, config.reason(found.code, sequence.schema, sequence.name)) for found in findings(diagnosis, policy)
    ]
    counted = tuple(found for found, reason in reasons if reason is None)
    decisive = [reason for found, reason in reasons if found.severity in DECISIVE]
    if decisive and None not in decisive:
        return SequenceReport(diagnosis=diagnosis, findings=counted, ignored=decisive[0])
    planned = plan(diagnosis, policy, limits, role)
    return SequenceReport(
        diagnosis=diagnosis,
        findings=counted,
        step=planned if isinstance(planned, Step) else None,
        refused=planned if isinstance(planned, Problem) else None,
    )


def worst_first(examined: Iterable[SequenceReport]) -> tuple[SequenceReport, ...]:
    """Out of sync before exhausted before unknown before ok; what fails soonest first."""

    def rank(report: SequenceReport) -> tuple[int, int, str, str]:
        left = report.diagnosis.inserts_until_collision
        return _RANK[report.status], left if left is not None else 0, report.sequence.schema, report.sequence.name

    return tuple(sorted(examined, key=rank))
