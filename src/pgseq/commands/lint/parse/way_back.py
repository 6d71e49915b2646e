"""What undoes a migration: the lower half of a file, below a comment, or a file of its own. Pure.

Marks: the documentation of goose, sql-migrate, dbmate, MyBatis Migrations, node-pg-migrate, tern, Play Evolutions,
rambler and micrate.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Final

#: The comment above the part of a file that undoes it.
MARK: Final = re.compile(
    r"-{2,}\s*(?:"
    r"(?:\+\s*(?:goose|migrate|micrate)\s*|migrate:\s*|rambler\s+)(?:down|rollback)\b"
    r"|//\s*@undo\b"
    r"|!\s*downs\b"
    r"|down\s+migration\b"
    r"|(?:down|undo|rollback|revert|downgrade)\s*:?\s*-*\s*$"
    r"|create\s+above\s*/\s*drop\s+below\b"
    r")",
    re.IGNORECASE,
)
#: The same as a line that the grammar refuses: Play's older form.
HASH_MARK: Final = re.compile(rb"#\s*(?=-{2,}\s*!\s*(?:ups|downs)\b)", re.IGNORECASE)
#: A comment that may be such a mark of a tool that is not known here.
LIKE_A_MARK: Final = re.compile(
    r"-{2,}(?=(?:\W*\w+){1,4}\W*$).*\b(?:down|undo|rollback|roll\s*back|revert|downgrade|backwards?|teardown)\b",
    re.IGNORECASE,
)
#: Words of such comments, in the bytes of a file.
WORDS: Final = re.compile(rb"(?i:goose|migrate|rambler|undo|down|roll\s*back|revert|backward|create\s+above)")
_DOWN_NAME: Final = re.compile(r"(?P<stem>.*[._-])?(?:down|undo|rollback|revert)\.sql", re.IGNORECASE)
#: Flyway's undo migrations.
_UNDO_NAME: Final = re.compile(r"U\d[\d._]*__.*\.sql")
#: Folders of sqitch beside deploy/.
_SQITCH: Final = frozenset({"revert", "verify"})


def goes_back(path: Path) -> bool:
    """Whether a file is one that undoes another, by its name or its folder."""
    if _UNDO_NAME.fullmatch(path.name):
        return True
    if any((folder / "sqitch.plan").is_file() for folder in path.parents if folder.name not in _SQITCH) and (
        _SQITCH & set(path.parts)
    ):
        return True
    down = _DOWN_NAME.fullmatch(path.name)
    if down is None:
        return False
    stem = down["stem"] or ""
    forward = (f"{stem}{word}.sql" for word in ("up", "do", "deploy", "apply")) if stem else ("up.sql", "do.sql")
    return any((path.parent / name).is_file() for name in (*forward, f"{stem[:-1]}.sql" if stem else "migration.sql"))


def forward_only(paths: Iterable[Path]) -> list[Path]:
    """The files without those that undo another."""
    return [path for path in paths if not goes_back(path)]
