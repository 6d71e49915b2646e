"""The file with the reverse script of guards: written before anything is changed, and never in the place of another."""

from __future__ import annotations

import re
import time
from contextlib import suppress
from itertools import count
from pathlib import Path

from pgseq.commands.guard.model import GuardReport
from pgseq.commands.guard.script import backward
from pgseq.errors import UsageError
from pgseq.files import targets
from pgseq.files.trusted import handed_over
from pgseq.names import display


def write_way_back(report: GuardReport, file: Path) -> None:
    """Write the reverse script of a plan. Raises UsageError, also where the file has that of other changes."""
    script = backward(report)
    if not handed_over(file):
        with suppress(FileExistsError):
            return targets.write_new(file, script, targets.PRIVATE)
        if file.is_file() and file.read_text(encoding="utf-8", errors="replace").strip():
            if file.read_bytes() == script.encode():
                return None
            raise UsageError(
                f"{display(str(file))} holds another script, and may be the only way back of changes made before",
                "name another file: --undo-file=FILE",
            )
    return targets.write(file, script, targets.PRIVATE)


def way_back_beside(report: GuardReport) -> Path:
    """Write the reverse script to a new file of the current folder, named after the database and the time.

    Raises UsageError.
    """
    database = re.sub(r"[^\w.-]+", "_", report.server.database)
    stem = f"pgseq-guard-undo-{database[:60]}-{time.strftime('%Y%m%d-%H%M%S')}"
    script, file = backward(report), Path(f"{stem}.sql")
    for number in count(2):
        try:
            targets.write_new(file, script, targets.PRIVATE)
        except FileExistsError:
            # Others are at work at the same moment: another command, or databases of one name on several servers.
            file = Path(f"{stem}-{number}.sql")
        else:
            break
    return file
