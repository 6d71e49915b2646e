"""The checks: one a file, each with its page; this is the only place that lists them.

A check is a module with a code, a title, a severity and a function `check`; its docstring is its page.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Protocol

from pgseq import rule
from pgseq.core.checks import (
    pgs001_out_of_sync,
    pgs002_exhausted,
    pgs003_column_too_narrow,
    pgs004_cannot_be_moved,
    pgs005_large_jump,
    pgs006_not_seen,
    pgs007_default_not_plain,
    pgs008_feeds_nothing,
    pgs009_extension,
    pgs010_cache,
    pgs011_sequence_narrower,
    pgs012_column_narrower,
    pgs013_shared,
    pgs014_named_as_text,
    pgs015_not_owned,
    pgs016_nearly_used_up,
    pgs017_unlogged,
    pgs018_owner_may_not_draw,
)
from pgseq.model.sequences import Diagnosis, Finding, Policy
from pgseq.names import display
from pgseq.rule import Paged


class Check(Paged, Protocol):
    """What a check's module holds."""

    def check(self, diagnosis: Diagnosis, policy: Policy) -> Finding | None:
        """The finding, or None."""


CHECKS: tuple[Check, ...] = (
    pgs001_out_of_sync,
    pgs002_exhausted,
    pgs003_column_too_narrow,
    pgs004_cannot_be_moved,
    pgs005_large_jump,
    pgs006_not_seen,
    pgs007_default_not_plain,
    pgs008_feeds_nothing,
    pgs009_extension,
    pgs010_cache,
    pgs011_sequence_narrower,
    pgs012_column_narrower,
    pgs013_shared,
    pgs014_named_as_text,
    pgs015_not_owned,
    pgs016_nearly_used_up,
    pgs017_unlogged,
    pgs018_owner_may_not_draw,
)


def findings(diagnosis: Diagnosis, policy: Policy) -> tuple[Finding, ...]:
    """What the checks say of a diagnosis, in the order of their codes, each text fit for a terminal."""
    found = [finding for one in CHECKS if (finding := one.check(diagnosis, policy)) is not None]
    return tuple(
        one
        if one.message.isprintable() and one.hint.isprintable()
        else replace(one, message=display(one.message), hint=display(one.hint))
        for one in found
    )


def page(code: str) -> str:
    """The page of a check as Markdown. Raises UsageError for a code that no check has."""
    return rule.page(code, CHECKS)
