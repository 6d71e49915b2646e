"""The codes of `pgseq lint`: one a file, each with its page; this is the only place that lists them.

A module's docstring is its page: what it finds, a bad and a good example.
"""

from __future__ import annotations

from typing import Protocol

from pgseq import rule as pages
from pgseq.commands.lint.model import LintFinding
from pgseq.commands.lint.rules import (
    pgl000_syntax_error,
    pgl001_explicit_ids,
    pgl002_overriding,
    pgl003_copy,
    pgl004_set_too_low,
    pgl005_truncate_goes_on,
    pgl006_cut_off,
    pgl007_cannot_tell,
    pgl008_unknown_table,
    pgl009_not_followed,
    pgl010_ignore_comment,
    pgl011_ids_were_there,
)
from pgseq.commands.lint.rules.case import Case
from pgseq.rule import Paged


class Judging(Paged, Protocol):
    """A code that looks at a sequence at the end of a file."""

    def check(self, case: Case) -> LintFinding | None:
        """The finding, or None."""


#: The codes about a sequence; at most one of them has something to say.
JUDGING: tuple[Judging, ...] = (
    pgl001_explicit_ids,
    pgl002_overriding,
    pgl003_copy,
    pgl004_set_too_low,
    pgl007_cannot_tell,
    pgl011_ids_were_there,
)
CODES: tuple[Paged, ...] = (
    pgl000_syntax_error,
    pgl001_explicit_ids,
    pgl002_overriding,
    pgl003_copy,
    pgl004_set_too_low,
    pgl005_truncate_goes_on,
    pgl006_cut_off,
    pgl007_cannot_tell,
    pgl008_unknown_table,
    pgl009_not_followed,
    pgl010_ignore_comment,
    pgl011_ids_were_there,
)


def page(code: str) -> str:
    """The page of a code as Markdown. Raises UsageError for a code that does not exist."""
    return pages.page(code, CODES)
