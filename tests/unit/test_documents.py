"""The documents for contributors: links lead somewhere, and the tree that they draw is the one that stands."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import pytest

from tests.support.binaries import ROOT

DOCUMENTS: Final = sorted(
    path for pattern in ("*.md", ".github/*.md", "docs/**/*.md", "tests/cases/*.md") for path in ROOT.glob(pattern)
)
CONTRIBUTING: Final = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
_CODE: Final = re.compile(r"^```.*?^```|`[^`\n]*`", re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(path: Path) -> None:
    text = _CODE.sub("", path.read_text("utf-8"))
    targets = re.findall(r"\]\((?!https?:|#)([^)\s#]+)", text)
    assert [target for target in targets if not (path.parent / target).exists()] == []


class TestTree:
    """CONTRIBUTING.md and the folders."""

    def test_paths_that_are_named_exist(self) -> None:
        """Of a path with a placeholder, what stands before it."""
        named = re.findall(r"`((?:src|tests|docs)/[\w./-]+)`", CONTRIBUTING)
        assert named
        fixed = [re.split(r"[^/]*(?:NNN|NAME)", path)[0] for path in named]
        assert [path for path in fixed if not (ROOT / path).exists()] == []

    def test_every_package_is_drawn(self) -> None:
        drawn = re.search(r"^src/pgseq/\n(.*?)^```$", CONTRIBUTING, re.MULTILINE | re.DOTALL)
        assert drawn
        words = set(re.findall(r"\w+(?=/)", drawn[1]))
        packages = {path.name for path in (ROOT / "src/pgseq").iterdir() if any(path.rglob("*.py"))}
        assert packages <= words
        assert set(re.findall(r"^  (\w+)/", drawn[1], re.MULTILINE)) <= packages
