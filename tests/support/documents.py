"""The examples in pages of the documentation."""

from __future__ import annotations

import re

from tests.support.binaries import ROOT


def blocks(page: str, language: str) -> list[str]:
    """The blocks of code of a page in a language, in their order."""
    text = (ROOT / page).read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def block(page: str, language: str, beginning: str) -> str:
    """The only block of a page that begins like this."""
    (found,) = (one for one in blocks(page, language) if one.startswith(beginning))
    return found
