"""Comments `-- pgseq: ignore …`, and which findings they and the configuration ignore."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from msgspec.structs import replace

from pgseq.commands.lint.model import LintFinding
from pgseq.commands.lint.notes import Note
from pgseq.commands.lint.parse.pieces import Comment
from pgseq.commands.lint.rules import RULES
from pgseq.model.configuration import Config
from pgseq.names import excerpt

_IGNORE: Final = re.compile(
    r"--\s*pgseq:\s*ignore\b\s*(?P<codes>[A-Za-z0-9]+(?:\s*,\s*[A-Za-z0-9]+)*)?\s*(?:\((?P<reason>.*)\))?"
)
_ADDRESSED: Final = re.compile(r"--\s*pgseq:\s*+(?!resync\b|moves sequences\b)")
#: Stands for the reason that a comment does not give.
NO_REASON: Final = "no reason given"


@dataclass(slots=True)
class IgnoreComments:
    """The ignore comments of one file."""

    #: By line and code, the reason.
    _reasons: dict[tuple[int, str], str] = field(default_factory=dict)

    def take(self, comment: Comment) -> Iterator[Note]:
        """Take in a comment; what is wrong with it."""
        if not _ADDRESSED.match(comment.text):
            return
        ignore = _IGNORE.match(comment.text)
        if ignore is None or not ignore["codes"]:
            yield Note(place=comment.place, text=f"the comment names no code: {excerpt(comment.text.strip())}")
            return
        known = {one.CODE for one in RULES}
        for code in (one.strip().upper() for one in ignore["codes"].split(",")):
            if code not in known:
                yield Note(place=comment.place, text=f"lint has no code {excerpt(code)}")
                continue
            reason = (ignore["reason"] or "").strip()
            if not reason:
                yield Note(place=comment.place, text=f"{code} is ignored without a reason")
            # A comment on a line of its own is about the next line.
            lines = (comment.place.line, comment.place.line + 1) if comment.alone else (comment.place.line,)
            for line in lines:
                self._reasons[line, code] = reason or NO_REASON

    def apply(self, findings: Iterable[LintFinding], config: Config) -> tuple[LintFinding, ...]:
        """The findings, ordered by line, the ignored ones with the reason."""
        ordered = sorted(findings, key=lambda finding: (finding.place.line, finding.place.column, finding.code))
        return tuple(self._apply(finding, config) for finding in ordered)

    def _apply(self, finding: LintFinding, config: Config) -> LintFinding:
        for line in _lines(finding):
            if (line, finding.code) in self._reasons:
                return replace(finding, ignored=self._reasons[line, finding.code], ignored_in_source=True)
        schema, name = finding.sequence or ("", "")
        # A name without a schema matches a pattern for public.
        return replace(finding, ignored=config.reason(finding.code, schema or "public", name))


#: Of a statement with more lines only the first and the last are searched for comments.
_TALL: Final = 1000


def _lines(finding: LintFinding) -> Iterable[int]:
    """The lines whose comments may ignore a finding."""
    if finding.more:
        return ()  # It counts findings on other lines.
    if finding.place.end - finding.place.line < _TALL:
        return range(finding.place.line, finding.place.end + 1)
    return finding.place.line, finding.place.end
