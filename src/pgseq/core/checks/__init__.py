"""The checks: one a file, each with its page. A new file `pgsNNN_*.py` is found by its name.

A check is a module with a code, a title, a severity and a function `check` of a sequence's diagnosis, or `check_key` of
a key without a sequence; its docstring is its page. One that says nothing of usual sequences (`OF_USUAL = False`) is
not asked about them: there may be a hundred thousand.
"""

from __future__ import annotations

from typing import Protocol, cast

from msgspec.structs import replace

from pgseq import rule
from pgseq.model.diagnosis import Diagnosis, Finding, Policy
from pgseq.model.hints import Compose, Composing, Hint, bare
from pgseq.model.keys import Key
from pgseq.model.sequences import Sequence
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
_OF_USUAL = tuple(check for check in OF_SEQUENCES if getattr(check, "OF_USUAL", True))
_ASK, _ASK_OF_USUAL = (tuple(check.check for check in checks) for checks in (OF_SEQUENCES, _OF_USUAL))
_SPEAK, _SPEAK_OF_USUAL = (
    tuple((check.CODE, getattr(check, "speaks", check.check)) for check in checks)
    for checks in (OF_SEQUENCES, _OF_USUAL)
)


def findings(diagnosis: Diagnosis, policy: Policy, compose: Compose = bare) -> tuple[Finding, ...]:
    """The findings of all checks, in the order of their codes, each text fit for a terminal; the commands to run next
    as `compose` writes them."""
    ask = _ASK_OF_USUAL if _is_usual(diagnosis.sequence) else _ASK
    with Composing(compose):
        return tuple([_printable(one) for check in ask if (one := check(diagnosis, policy)) is not None])


def codes(diagnosis: Diagnosis, policy: Policy) -> tuple[str, ...]:
    """The codes of those findings: words take most of the time that a finding takes, so a check may have a function
    `speaks`, which says whether there is one."""
    speak = _SPEAK_OF_USUAL if _is_usual(diagnosis.sequence) else _SPEAK
    return tuple([code for code, speaks in speak if speaks(diagnosis, policy)])


def _is_usual(sequence: Sequence) -> bool:
    """Whether a sequence is as serial and identity make it: an integer column of a permanent table draws from it and
    owns it, both end at once, and nothing else limits it."""
    if len(sequence.feeds) != 1 or sequence.unprivileged or sequence.likely or sequence.limits:
        return False
    (feed,) = sequence.feeds
    return (
        feed.owns
        and feed.via in ("serial", "identity")
        and feed.expression is None
        and feed.block is None
        and (feed.highest if sequence.ascending else feed.lowest) == sequence.bound
        and abs(sequence.increment) == 1
        and sequence.cache == 1
        and sequence.persistence == "p"
        and sequence.extension is None
    )


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
