"""The codes of `pgseq lint`: one a file, each with its page; this is the only place that lists them.

A module's docstring is its page: what it finds, a bad and a good example.
"""

from __future__ import annotations

from typing import Protocol

from pgseq.errors import UsageError
from pgseq.lint.codes import (
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
)
from pgseq.lint.codes.case import Case
from pgseq.lint.facts import Offence
from pgseq.model import Severity
from pgseq.names import display


class Code(Protocol):
    """What a code's module holds."""

    CODE: str
    TITLE: str
    SEVERITY: Severity
    __doc__: str | None


class Judging(Code, Protocol):
    """A code that looks at a sequence at the end of a file."""

    def check(self, case: Case) -> Offence | None:
        """The finding, or None."""


#: The codes about a sequence; at most one of them has something to say.
JUDGING: tuple[Judging, ...] = (
    pgl001_explicit_ids,
    pgl002_overriding,
    pgl003_copy,
    pgl004_set_too_low,
    pgl007_cannot_tell,
)
CODES: tuple[Code, ...] = (
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
)


def page(code: str) -> str:
    """The page of a code as Markdown. `code` may be written in small letters.

    Raises UsageError for a code that does not exist.
    """
    for one in CODES:
        if code.upper() == one.CODE:
            return f"# {one.CODE}: {one.TITLE}\n\nSeverity: {one.SEVERITY}\n\n{(one.__doc__ or '').strip()}\n"
    raise UsageError(f"lint has no code {display(code)}", f"codes run from {CODES[0].CODE} to {CODES[-1].CODE}")
