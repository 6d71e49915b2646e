"""The checks: one a file, each with its page. A new file `pgsNNN_*.py` is found by its name.

A check is a module with a code, a title, a severity and a function `check` of a sequence's diagnosis, or `check_key` of
a key without a sequence; its docstring is its page.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Protocol, cast

from pgseq import rule
from pgseq.model.diagnosis import Diagnosis, Finding, Policy
from pgseq.model.hints import Hint
from pgseq.model.keys import Key
from pgseq.names import display


class Check(rule.Paged, Protocol):
    """What a check's module holds."""

    def check(self, diagnosis: Diagnosis, policy: Policy) -> Finding | None:
        """The finding, or None."""


class KeyCheck(rule.Paged, Protocol):
    """What the module of a check of keys holds."""

    def check_key(self, key: Key) -> Finding:
        """The finding."""


CHECKS: tuple[rule.Paged, ...] = rule.modules(__name__, __path__, "pgs")
OF_SEQUENCES: tuple[Check, ...] = tuple(cast(Check, one) for one in CHECKS if hasattr(one, "check"))
OF_KEYS: tuple[KeyCheck, ...] = tuple(cast(KeyCheck, one) for one in CHECKS if hasattr(one, "check_key"))
_ASK = tuple(check.check for check in OF_SEQUENCES)


def findings(diagnosis: Diagnosis, policy: Policy) -> tuple[Finding, ...]:
    """The findings of all checks, in the order of their codes, each text fit for a terminal."""
    return tuple(_printable(one) for check in _ASK if (one := check(diagnosis, policy)) is not None)


def key_findings(key: Key) -> tuple[Finding, ...]:
    """The findings about a key that no sequence feeds, each text fit for a terminal."""
    return tuple(_printable(check.check_key(key)) for check in OF_KEYS)


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
