"""Pages: what a check or a code of lint has to say about itself, as Markdown. Pure."""

from __future__ import annotations

from collections.abc import Sequence as Items
from typing import Protocol

from pgseq.errors import UsageError
from pgseq.model.sequences import Severity
from pgseq.names import display


class Paged(Protocol):
    """A module whose docstring is its page."""

    CODE: str
    TITLE: str
    SEVERITY: Severity
    __doc__: str | None


def page(code: str, among: Items[Paged]) -> str:
    """The page of a code, which may be written in small letters. Raises UsageError for one that is not there."""
    for one in among:
        if code.upper() == one.CODE:
            return f"# {one.CODE}: {one.TITLE}\n\nSeverity: {one.SEVERITY}\n\n{(one.__doc__ or '').strip()}\n"
    raise UsageError(f"there is no code {display(code)}", f"codes run from {among[0].CODE} to {among[-1].CODE}")
