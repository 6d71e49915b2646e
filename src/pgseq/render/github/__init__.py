"""Answers as GitHub's workflow commands, which annotate a pull request or a run: one file a command.

Format: GitHub documentation, "Workflow commands for GitHub Actions"; escapes as in its toolkit's command.ts, of texts
in which control characters are shown as escapes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from pgseq.model.diagnosis import Severity
from pgseq.names import display

#: The level of an annotation.
LEVELS: Final[dict[Severity, str]] = {
    "error": "error",
    "warning": "warning",
    "unknown": "warning",
    "info": "notice",
}


def workflow_command(level: str, properties: Mapping[str, str], *message: str) -> str:
    """The line that makes an annotation, whose message has a line for each text."""
    listed = ",".join(f"{name}={_escaped(value, ':,')}" for name, value in properties.items())
    return f"::{level} {listed}::{'%0A'.join(map(_escaped, message))}\n"


def _escaped(text: str, more: str = "") -> str:
    escaped = display(text).replace("%", "%25")
    for character in more:
        escaped = escaped.replace(character, f"%{ord(character):02X}")
    return escaped
