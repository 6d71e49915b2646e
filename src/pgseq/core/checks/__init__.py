"""The checks: one a file, each with its page. A new file `pgsNNN_*.py` is found by its name.

A check is a module with a code, a title, a severity and a function `check`; its docstring is its page.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Protocol

from pgseq import rule
from pgseq.model.diagnosis import Diagnosis, Finding, Policy
from pgseq.model.hints import Hint
from pgseq.names import display


class Check(rule.Paged, Protocol):
    """What a check's module holds."""

    def check(self, diagnosis: Diagnosis, policy: Policy) -> Finding | None:
        """The finding, or None."""


CHECKS: tuple[Check, ...] = rule.modules(__name__, __path__, "pgs")
_ASK = tuple(check.check for check in CHECKS)


def findings(diagnosis: Diagnosis, policy: Policy) -> tuple[Finding, ...]:
    """The findings of all checks, in the order of their codes, each text fit for a terminal."""
    return tuple(_printable(one) for check in _ASK if (one := check(diagnosis, policy)) is not None)


def _printable(finding: Finding) -> Finding:
    if finding.message.isprintable() and finding.hint.isprintable():
        return finding
    hint = finding.hint
    return replace(
        finding,
        message=display(finding.message),
        hint=hint.displayed() if isinstance(hint, Hint) else display(hint),
    )


def page(code: str) -> str:
    """The page of a check as Markdown. Raises UsageError for a code that no check has."""
    return rule.page(code, CHECKS)
