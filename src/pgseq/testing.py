"""For tests: an assertion about the sequences of a database."""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack

if TYPE_CHECKING:
    from pgseq.api.options import Selection, Target
    from pgseq.model.reports import DatabaseReport


def assert_in_sync(target: Target, **selection: Unpack[Selection]) -> None:
    """Assert that no sequence would hand out a value that is stored already, and that all could be looked at.

    `target` and options as for `pgseq.check`: a DSN or what a test holds, whose uncommitted rows count. Raises
    AssertionError, whose message has the sentence of each finding and what to do; and what `pgseq.check` raises.
    """
    __tracebackhide__ = True
    from pgseq.api import check

    report = check(target, **selection)
    if not report.ok:
        raise AssertionError(sentences(report))


def sentences(report: DatabaseReport) -> str:
    """The findings that keep a report from being ok, a sentence a line, below each what to do."""
    decisive = [
        finding
        for sequence in report.sequences
        if sequence.counts_as in ("out_of_sync", "exhausted", "unknown")
        for finding in sequence.findings
        if finding.severity in ("error", "unknown")
    ]
    return "\n".join(text for one in decisive for text in (one.message, f"  {one.hint}" if one.hint else "") if text)
