"""Merges the findings about several sequences that one statement causes. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from pgseq.commands.lint.model import LintFinding

#: Names that are listed; the others are counted.
LISTED = 3


def merged(findings: Iterable[LintFinding]) -> tuple[LintFinding, ...]:
    """The findings; those of one statement that differ in their subject alone are one, which names the subjects."""
    groups: dict[object, list[LintFinding]] = {}
    for finding in findings:
        same = finding.message.replace(finding.subject, "", 1) if finding.subject else ""
        key = (finding.code, finding.place, finding.ignored, same) if same else id(finding)
        groups.setdefault(key, []).append(finding)
    return tuple(_merge(group) for group in groups.values())


def _merge(group: list[LintFinding]) -> LintFinding:
    first = group[0]
    if len(group) == 1:
        return first
    message = first.message.replace(first.subject, _listed(group), 1).replace(" stands: ", " stand: ", 1)
    return replace(first, message=message, resync=tuple(one for finding in group for one in finding.resync))


def _listed(group: list[LintFinding]) -> str:
    names = list(_names(group))
    if len(names) <= LISTED:
        return f"{', '.join(names[:-1])} and {names[-1]}"
    return f"{', '.join(names[:LISTED])} and {len(names) - LISTED:,} more"


def _names(group: list[LintFinding]) -> Iterator[str]:
    yield from dict.fromkeys(finding.subject for finding in group)
