"""Hooks of MkDocs: pages that stand outside docs/, and links that lead there.

Without an address of the repository, a link to a file that is no page becomes its text, as in the README of the wheel.
"""

from __future__ import annotations

import re
from pathlib import Path
from posixpath import dirname, join, normpath, relpath
from typing import Any, Final

from mkdocs.structure.files import File, Files

ROOT: Final = Path(__file__).parents[1]
#: Documents outside of docs/, and the pages that they are.
OUTSIDE: Final = {"README.md": "overview.md", "CHANGELOG.md": "changelog.md"}
_FENCED: Final = re.compile(r"(^```.*?^```)", re.MULTILINE | re.DOTALL)
_LINK: Final = re.compile(r"(?<!!)\[([^\[\]]+)\]\((?!https?:|mailto:|#)([^)#\s]+)(#[^)\s]*)?\)")


def on_files(files: Files, config: Any) -> Files:
    """Add the documents from outside."""
    for source, page in OUTSIDE.items():
        files.append(File.generated(config, page, content=(ROOT / source).read_text(encoding="utf-8")))
    return files


def on_page_markdown(markdown: str, page: Any, config: Any, files: Files) -> str:
    """Lead links to pages, where there is one; who searches for an error finds the start page first."""
    path = page.file.src_uri
    if path == "index.md":
        page.meta["search"] = {"boost": 10}
    outside = {page: source for source, page in OUTSIDE.items()}
    folder = dirname(outside[path]) if path in outside else join("docs", dirname(path))

    def linked(match: re.Match[str]) -> str:
        text, target, anchor = match[1], normpath(join(folder, match[2])), match[3] or ""
        inside = target.removeprefix("docs/") if target.startswith("docs/") else OUTSIDE.get(target)
        if inside is None or files.get_file_from_path(inside) is None:
            return text
        return f"[{text}]({relpath(inside, dirname(path) or '.')}{anchor})"

    if path in outside:
        markdown = re.sub(r'((?:src|srcset)=")docs/', r"\1", markdown)
    parts = _FENCED.split(markdown)
    return "".join(part if number % 2 else _LINK.sub(linked, part) for number, part in enumerate(parts))
