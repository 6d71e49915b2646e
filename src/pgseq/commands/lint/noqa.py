"""Comments that speak to pgseq, and what they and the configuration leave out of the count."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Final

from pgseq.commands.lint.model import LintFinding
from pgseq.commands.lint.parse.pieces import Comment
from pgseq.commands.lint.rules import CODES, pgl010_ignore_comment
from pgseq.config import Config
from pgseq.names import excerpt

_IGNORE: Final = re.compile(
    r"--\s*pgseq:\s*ignore\b\s*(?P<codes>[A-Za-z0-9]+(?:\s*,\s*[A-Za-z0-9]+)*)?\s*(?:\((?P<reason>.*)\))?"
)
_ADDRESSED: Final = re.compile(r"--\s*pgseq:\s*+(?!resync\b)")
#: What is said for a comment that gives no reason.
NO_REASON: Final = "no reason given"


@dataclass(slots=True)
class IgnoreComments:
    """The ignore comments of one file."""

    #: By line and code, the reason.
    _reasons: dict[tuple[int, str], str] = field(default_factory=dict)
    findings: list[LintFinding] = field(default_factory=list)

    def take(self, comment: Comment) -> None:
        """A comment: what it ignores, or what is wrong with it."""
        if not _ADDRESSED.match(comment.text):
            return
        found = _IGNORE.match(comment.text)
        if found is None or not found["codes"]:
            self._told(comment, f"the comment names no code: {excerpt(comment.text.strip())}")
            return
        known = {one.CODE for one in CODES}
        for code in (one.strip().upper() for one in found["codes"].split(",")):
            if code not in known:
                self._told(comment, f"lint has no code {excerpt(code)}")
                continue
            reason = (found["reason"] or "").strip()
            if not reason:
                self._told(comment, f"{code} is ignored without a reason")
            # In a line of its own it is about the next one.
            lines = (comment.place.line, comment.place.line + 1) if comment.alone else (comment.place.line,)
            for line in lines:
                self._reasons[line, code] = reason or NO_REASON

    def applied(self, findings: Iterable[LintFinding], config: Config) -> tuple[LintFinding, ...]:
        """The findings, by line, with the reasons of those that do not count."""
        ordered = sorted([*findings, *self.findings], key=lambda one: (one.place.line, one.place.column, one.code))
        return tuple(self._applied(one, config) for one in ordered)

    def _applied(self, one: LintFinding, config: Config) -> LintFinding:
        for line in range(one.place.line, one.place.end + 1) if one.place.end - one.place.line < _TALL else _ends(one):
            if (line, one.code) in self._reasons:
                return replace(one, ignored=self._reasons[line, one.code], ignored_in_source=True)
        schema, name = one.sequence or ("", "")
        # Where no schema was written, a pattern for public means it, too.
        return replace(one, ignored=config.reason(one.code, schema or "public", name))

    def _told(self, comment: Comment, message: str) -> None:
        self.findings.append(pgl010_ignore_comment.finding(comment.place, message))


#: A statement of more lines than this is one whose comments stand at its ends.
_TALL: Final = 1000


def _ends(one: LintFinding) -> tuple[int, int]:
    return one.place.line, one.place.end
