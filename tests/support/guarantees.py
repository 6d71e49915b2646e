"""The tables of docs/guarantees.md, from those that the tests write to docs/guarantees/.

`python -m tests.support.guarantees` puts them in place.
"""

from __future__ import annotations

import re
from typing import Final

from tests.support.binaries import ROOT
from tests.support.figures import FOLDER

PAGE: Final = ROOT / "docs" / "guarantees.md"
_TABLE: Final = re.compile(r"(<!-- table: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)


def filled() -> str:
    """The page with the tables of today."""
    return _TABLE.sub(lambda found: found[1] + _table(found[2]) + found[3], PAGE.read_text("utf-8"))


def _table(name: str) -> str:
    return (FOLDER / f"{name}.md").read_text("utf-8").rstrip("\n") + "\n"


if __name__ == "__main__":
    PAGE.write_text(filled(), "utf-8")
