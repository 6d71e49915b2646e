"""The sections of docs/benchmarks.md that have a measurement of their own, each between two marks."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

PAGE: Final = Path(__file__).parents[1] / "docs" / "benchmarks.md"
_SECTIONS: Final = re.compile(r"<!-- apart: (\w+) -->\n.*?<!-- end -->\n", re.DOTALL)


def kept() -> str:
    """The sections as they stand in the page."""
    return "\n".join(found[0] for found in _SECTIONS.finditer(PAGE.read_text("utf-8"))) if PAGE.exists() else ""


def record(name: str, title: str, how: str, table: str) -> None:
    """Write a section anew: a title, how it was measured, and a table in Markdown."""
    text = PAGE.read_text("utf-8")
    sections = {found[1]: found[0] for found in _SECTIONS.finditer(text)}
    day = f"{datetime.now(UTC):%Y-%m-%d}"
    sections[name] = f"<!-- apart: {name} -->\n## {title}\n\n{how} ({day}).\n\n{table.strip()}\n<!-- end -->\n"
    body = _SECTIONS.sub("", text).rstrip()
    PAGE.write_text("\n\n".join((body, "\n".join(sections[one] for one in sorted(sections)))), "utf-8")
