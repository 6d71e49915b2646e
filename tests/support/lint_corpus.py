"""Lint beside load-and-check, for folders of SQL of anybody's: `python -m tests.support.lint_corpus DIR…`.

Each folder is linted by its text, and run as `pgseq lint --run` does it; a line for each sequence on which the two
disagree, and the sums. Exit code 1 where lint is wrong: it says nothing of a sequence that is out of sync once the
files have run, or calls one left behind that is not. What it says that it cannot tell is counted, and so is what did
not run.
"""

from __future__ import annotations

import sys
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from pgseq.commands.lint import FileReport
from pgseq.commands.lint.files import expanded
from pgseq.commands.lint.linter import Reader
from pgseq.commands.lint.parse.source import opened
from pgseq.commands.lint.simulator.ddl import MadeTwice
from pgseq.commands.lint.simulator.diagnose import ids_ahead, judge
from pgseq.commands.lint.workflow import Runner
from pgseq.embedded import forget_the_users_servers, temporary_server
from pgseq.errors import PgseqError
from pgseq.model.limits import Limits
from pgseq.names import display
from tests.support.linting import reader

#: What lint calls a database, and schema and name of a sequence.
Key = tuple[int, str, str]
#: Schemas that a file need not write.
_PUBLIC: Final = {"": "public"}


@dataclass(slots=True, kw_only=True)
class Comparison:
    """What lint and `check` say of one folder once all its files have run."""

    files: int = 0
    linted: dict[Key, str] = field(default_factory=dict)
    checked: dict[Key, str] = field(default_factory=dict)
    failures: int = 0
    codes: Counter[str] = field(default_factory=Counter)

    @property
    def disagreements(self) -> dict[Key, tuple[str, str]]:
        """What the two say of a sequence, where that differs: nothing of it counts as in sync."""
        keys = sorted(self.linted.keys() | self.checked.keys())
        pairs = {key: (self.linted.get(key, "ok"), self.checked.get(key, "ok")) for key in keys}
        return {key: pair for key, pair in pairs.items() if pair[0] != pair[1]}


def compare(folder: str, dsn: str) -> Comparison:
    """Lint a folder, and run it on databases of its own on a server. Raises PgseqError."""
    result, run = Comparison(), reader()
    runner = Runner(dsn=dsn, parse=run.parse, limits=Limits())
    try:
        for file in expanded([folder]):
            report = _read(run, file)
            result.files += 1
            result.codes.update(finding.code for finding in report.counted)
            with opened(file) as blocks:
                outcome = runner.run(file, blocks, id(run.simulator))
            result.failures += sum(1 for note, _ in outcome.failures if note.counts)
            _take_lint(result, run)
            database = id(run.simulator)
            result.checked = {key: said for key, said in result.checked.items() if key[0] != database}
            for left in runner.left(database):
                result.checked[database, left.schema, left.name] = "unknown" if left.unknown else "out_of_sync"
    finally:
        runner.close()
    return result


def _read(run: Reader, file: str) -> FileReport:
    """Read a file; a second time where it is for another database than those before it."""
    with suppress(MadeTwice), opened(file) as blocks:
        return run.read(file, blocks)
    with opened(file) as blocks:
        return run.read(file, blocks)


def _take_lint(result: Comparison, run: Reader) -> None:
    """What lint says of every sequence of the database that the file just read is for."""
    database = id(run.simulator)
    result.linted = {key: said for key, said in result.linted.items() if key[0] != database}
    for state in run.simulator.states:
        for sequence in state.sequences.values():
            key = (database, _PUBLIC.get(sequence.schema, sequence.schema), sequence.name)
            result.linted[key] = judge(sequence, ids_ahead(state, sequence)).status


def main(folders: list[str]) -> int:
    """Compare folders on a server of our own, print, and return the exit code."""
    forget_the_users_servers()
    wrong = 0
    with temporary_server() as server:
        for folder in folders:
            try:
                result = compare(folder, server.dsn())
            except PgseqError as error:
                print(f"{display(folder)}: {display(error.message)}")
                continue
            behind = sum(said == "out_of_sync" for said in result.checked.values())
            codes = ", ".join(f"{code} x{count}" for code, count in sorted(result.codes.items())) or "no findings"
            print(
                f"{display(folder)}: {result.files} files, {len(result.linted)} sequences; lint: {codes}; "
                f"run: {behind} out of sync, {result.failures} statements failed"
            )
            for (_, schema, name), (lint, check) in result.disagreements.items():
                wrong += "unknown" not in (lint, check)
                print(f"  {display(f'{schema}.{name}')}: lint says {lint}, check says {check}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main([str(Path(folder)) for folder in sys.argv[1:]]))
