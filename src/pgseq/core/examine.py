"""From a diagnosis to a report: findings and the planned step. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

from msgspec import Struct, field
from msgspec.structs import replace

from pgseq.model.changes import Step
from pgseq.model.configuration import Config
from pgseq.model.diagnosis import Diagnosis, Finding, Policy
from pgseq.model.hints import Compose, bare
from pgseq.model.limits import Limits
from pgseq.model.reports import SequenceReport
from pgseq.model.sequences import Problem
from pgseq.values import Value

if TYPE_CHECKING:
    from pgseq.core.plan import Planner

#: Severities of the findings that make a sequence's status.
DECISIVE = ("error", "unknown")
#: Findings about a collision and its repair.
COLLISION = ("PGS001", "PGS004", "PGS005")
_RANK = {"out_of_sync": 0, "exhausted": 1, "unknown": 2, "ok": 3}


class Findings(Struct, frozen=True, kw_only=True):
    """Makes the findings of a diagnosis when they are asked for: there may be a hundred thousand."""

    policy: Policy
    #: Writes the commands to run next.
    compose: Compose
    #: Codes that the configuration ignores.
    ignored: tuple[str, ...] = ()

    def __call__(self, diagnosis: Diagnosis) -> tuple[Finding, ...]:
        from pgseq.core.checks import findings

        distant = is_distant(diagnosis, self.policy.within)
        return tuple(
            [
                replace(one, severity="info") if distant and one.code in COLLISION else one
                for one in findings(diagnosis, self.policy, self.compose)
                if one.code not in self.ignored
            ]
        )

    def codes(self, diagnosis: Diagnosis) -> tuple[str, ...]:
        """Their codes alone."""
        from pgseq.core.checks import codes

        spoken = codes(diagnosis, self.policy)
        return tuple([code for code in spoken if code not in self.ignored]) if self.ignored else spoken


class Examiner(Value, frozen=True, kw_only=True):
    """Makes the report on a diagnosis: findings and plan. Findings that the configuration ignores are left out; where
    all that make the status are ignored, the sequence does not count and is not changed."""

    unshown: ClassVar = ("_planner",)
    uncompared: ClassVar = ("_planner",)

    limits: Limits
    config: Config
    #: The current role, for the GRANT that would help.
    role: str
    findings: Findings
    #: What plans for all of a run, once something is to be planned.
    _planner: list[Planner] = field(default_factory=list)

    @classmethod
    def of(cls, policy: Policy, limits: Limits, config: Config, role: str, compose: Compose = bare) -> Examiner:
        """One for all of a run; what the configuration says counts for what `policy` leaves open."""
        if config.nearly_used_up is not None:
            policy = replace(policy, nearly_used_up=config.nearly_used_up)
        if policy.within is None and config.within is not None:
            policy = replace(policy, within=config.within)
        return cls(limits=limits, config=config, role=role, findings=Findings(policy=policy, compose=compose))

    def __call__(self, diagnosis: Diagnosis) -> SequenceReport:
        """The report."""
        sequence, find, policy = diagnosis.sequence, self.findings, self.findings.policy
        if self.config.limits and (declared := self.config.limits_of(sequence.schema, sequence.name)):
            diagnosis = replace(diagnosis, declared=declared)
        if self.config.ignore:
            from pgseq.core.checks import findings

            severities = {one.code: one.severity for one in findings(diagnosis, policy)}
            reasons = {code: self.config.reason(code, sequence.schema, sequence.name) for code in severities}
            find = replace(find, ignored=tuple(code for code, reason in reasons.items() if reason is not None))
            decisive = [reasons[code] for code, severity in severities.items() if severity in DECISIVE]
            if decisive and None not in decisive:
                return SequenceReport(diagnosis=diagnosis, find=find, ignored=decisive[0])
        if diagnosis.status in ("ok", "unknown"):
            return SequenceReport(diagnosis=diagnosis, find=find)
        planned = self._plan(diagnosis)
        distant = is_distant(diagnosis, policy.within)
        if isinstance(planned, Problem):
            planned = None if distant else planned.calling(find.compose)
        return SequenceReport(diagnosis=diagnosis, find=find, plan=planned, distant=distant)

    def _plan(self, diagnosis: Diagnosis) -> Step | Problem | None:
        if not self._planner:
            from pgseq.core.plan import Planner

            self._planner.append(Planner(policy=self.findings.policy, limits=self.limits, role=self.role))
        return self._planner[0](diagnosis)


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
