"""The findings that were there at an earlier commit, so that only those which a change adds count.

The files of that commit are read, too, and findings compared: taking a setval() away adds one, moving lines adds none.
git's plumbing is asked alone, which runs nothing that the repository configures.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Final

from msgspec import Struct, field
from msgspec.structs import replace

from pgseq.commands.lint.files import expanded
from pgseq.commands.lint.model import FileReport, LintFinding
from pgseq.errors import UsageError
from pgseq.names import display

#: What a finding is, wherever it stands: its code, its sequence and its message without places.
_Key = tuple[str, object, str]
_PLACES: Final = re.compile(r"\bline \d+(?: of \S+)?")
#: Files that say in which order others are run.
_PLANS: Final = frozenset({"sqitch.plan"})


class Commit(Struct, frozen=True, kw_only=True):
    """A commit of the repository in which the current folder lies."""

    #: As it was named.
    revision: str
    id: str
    top: Path

    @classmethod
    def of(cls, revision: str) -> Commit:
        """Raises UsageError outside of a repository, and for what names no commit."""
        try:
            top = Path(_git("rev-parse", "--show-toplevel").decode().rstrip("\n"))
        except subprocess.CalledProcessError as error:
            reason = error.stderr.decode(errors="replace").strip().removeprefix("fatal: ").partition("\n")[0]
            raise UsageError(
                f"--since needs a git repository: {reason}", "run it in one, or leave --since out"
            ) from None
        except OSError as error:
            raise UsageError(f"--since needs git: {error.strerror}", "install git, or leave --since out") from None
        try:
            named = f"{revision}^{{commit}}"
            id = _git("rev-parse", "--verify", "--quiet", "--end-of-options", named).decode().strip()
        except subprocess.CalledProcessError:
            hint = "git log lists the commits; a shallow clone has only the last: fetch more of them"
            raise UsageError(f"--since names no commit: {display(revision)}", hint) from None
        return cls(revision=revision, id=id, top=top.resolve())

    def path(self, file: str | Path) -> str:
        """A file's path in the repository; empty: it is outside."""
        path = Path(os.path.realpath(file))
        return path.relative_to(self.top).as_posix() if path.is_relative_to(self.top) else ""

    @contextmanager
    def files(self, names: Iterable[str]) -> Iterator[list[tuple[str, Path]]]:
        """The files of this commit that the same names stand for, as path in the repository and copy of its text."""
        entries = self._entries()
        folders = {parent.as_posix() for _, path in entries for parent in PurePosixPath(path).parents}
        named = [(path, path in folders) for path in map(self.path, names)]
        with TemporaryDirectory(prefix="pgseq-since-") as folder:
            top = Path(folder).resolve()
            wanted = [entry for entry in entries if _is_wanted(PurePosixPath(entry[1]), named)]
            for (_, path), text in zip(wanted, self._texts([id for id, _ in wanted]), strict=True):
                (top / path).parent.mkdir(parents=True, exist_ok=True)
                (top / path).write_bytes(text)
            there = [str(top / path) for path, _ in named if _has_sql(top / path)]
            yield [(Path(file).relative_to(top).as_posix(), Path(file)) for file in expanded(there)]

    def _entries(self) -> list[tuple[str, str]]:
        """The files of this commit: the id of the text, and the path."""
        tree = _git("-C", str(self.top), "ls-tree", "-r", "-z", "--full-tree", self.id)
        entries = (line.partition("\t") for line in tree.decode(errors="surrogateescape").split("\0") if line)
        # Links (120000) and submodules (160000) have no text of their own; git's own commands make no "..".
        return [
            (head.split()[2], path) for head, _, path in entries if head[:3] == "100" and ".." not in path.split("/")
        ]

    def _texts(self, ids: list[str]) -> Iterator[bytes]:
        answer = _git("-C", str(self.top), "cat-file", "--batch", input="\n".join([*ids, ""]).encode()) if ids else b""
        at = 0
        while at < len(answer):
            end = answer.index(b"\n", at)
            size = int(answer[at:end].split()[2])
            yield answer[end + 1 : end + 1 + size]
            at = end + size + 2


def _is_wanted(file: PurePosixPath, named: list[tuple[str, bool]]) -> bool:
    """Whether a file is named, beside one that is named or in a folder that is, or a plan of their order."""
    if file.name in _PLANS:
        return True
    names = {PurePosixPath(name) for name, _ in named}
    beside = {name.parent for name in names} - {PurePosixPath(name) for name, is_folder in named if is_folder}
    below = {PurePosixPath(name) for name, is_folder in named if is_folder}
    is_sql = file.suffix == ".sql" and (file.parent in beside or not below.isdisjoint(file.parents))
    return file in names or is_sql


def _has_sql(path: Path) -> bool:
    return path.is_file() or (path.is_dir() and any(path.rglob("*.sql")))


def _git(*arguments: str, input: bytes | None = None) -> bytes:
    # A partial clone would fetch what it lacks, by the command that it configures.
    environment = os.environ | {"GIT_NO_LAZY_FETCH": "1", "LC_ALL": "C"}
    return subprocess.run(["git", *arguments], check=True, capture_output=True, input=input, env=environment).stdout


class Earlier(Struct, frozen=True, kw_only=True):
    """The findings at a commit."""

    commit: Commit
    #: By path in the repository; those of files that have gone, or were moved, by none.
    findings: dict[str, Counter[_Key]] = field(default_factory=dict)

    def add(self, path: str, report: FileReport) -> None:
        """Take in the findings of a file of that commit."""
        place = path if (self.commit.top / path).is_file() else ""
        self.findings.setdefault(place, Counter()).update(_key(finding) for finding in report.findings)

    def apply(self, findings: Iterable[LintFinding]) -> tuple[LintFinding, ...]:
        """The findings of one file; those that were there are ignored."""
        return tuple(self._known(list(findings)))

    def _known(self, findings: list[LintFinding]) -> Iterator[LintFinding]:
        path = self.commit.path(findings[0].place.file) if findings else ""
        left = Counter(self.findings.get(path, self.findings.get("", {})))
        for finding in findings:
            key = _key(finding)
            left[key] -= 1
            known = finding.ignored is None and left[key] >= 0
            yield replace(finding, ignored=f"it was there at {self.commit.revision}") if known else finding


def _key(finding: LintFinding) -> _Key:
    return finding.code, finding.sequence, _PLACES.sub("", finding.message)
