"""What `make release-check` looks for in the built files, those in dist/.

    python -m tests.support.release

A mistake ends it with 1. What the maintainers have still to write is listed; on the commit that has the version's tag
that ends it with 1, too.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Iterable
from html.parser import HTMLParser
from pathlib import Path, PurePosixPath
from typing import Final

from packaging.metadata import Metadata
from readme_renderer import markdown
from share.files import files

from tests.support.binaries import ROOT

#: Folders that a source distribution does not carry.
LEFT_OUT: Final = {"tests", "bench", ".ci", ".github"}
#: What hatchling adds to a source distribution by itself.
ADDED: Final = {"PKG-INFO"}


def wheel_mistakes(names: Iterable[str], tracked: Iterable[str], shared: Iterable[str] = ()) -> list[str]:
    """A wheel carries what is tracked below src/, its metadata, and `shared` below share/, and nothing else."""
    built = {_installed(name) for name in names if not PurePosixPath(name).parts[0].endswith(".dist-info")}
    sources = {name.removeprefix("src/") for name in tracked if name.startswith("src/")}
    sources |= {f"share/{name}" for name in shared}
    return [
        *(f"the wheel carries {name}, which is not tracked" for name in sorted(built - sources)),
        *(f"the wheel lacks {name}" for name in sorted(sources - built)),
    ]


def _installed(name: str) -> str:
    """Where a file of a wheel is installed, below the packages or below the environment."""
    first, *rest = PurePosixPath(name).parts
    return "/".join(rest[1:]) if first.endswith(".data") and rest[0] == "data" else name


def sdist_mistakes(names: Iterable[str], tracked: Iterable[str]) -> list[str]:
    """A source distribution carries tracked files alone, all sources among them, and no tests."""
    built = {str(PurePosixPath(*PurePosixPath(name).parts[1:])) for name in names} - ADDED
    known = set(tracked)
    sources = {name for name in known if name.startswith("src/")}
    return [
        *(f"the sdist carries {name}, which is not tracked" for name in sorted(built - known)),
        *(f"the sdist carries {name}" for name in sorted(built) if PurePosixPath(name).parts[0] in LEFT_OUT),
        *(f"the sdist lacks {name}" for name in sorted(sources - built)),
    ]


def readme_mistakes(text: str, source: str | None) -> list[str]:
    """Links of the packaged README that lead nowhere on a package page, or not into the repository (`source`)."""
    links = _Links(text)
    mistakes = [f"the packaged README has a relative link: {link}" for link in links.relative]
    if source and not any(link.startswith(f"{source.rstrip('/')}/") for link in links.absolute):
        mistakes.append(f"the packaged README has no link into {source}: see `replacement` in pyproject.toml")
    return mistakes


def missing(version: str, source: str | None, changelog: str, changes: str) -> list[str]:
    """What a release needs and this commit has not; `changes` is what `git status --porcelain` prints."""
    points = []
    if not source:
        points.append("pyproject.toml has no [project.urls] Source: the packaged README names docs/ without links")
    if not re.search(rf"^## \[{re.escape(version)}\] - \d{{4}}-\d\d-\d\d$", changelog, re.MULTILINE):
        points.append(f"CHANGELOG.md has no section '## [{version}] - DATE'")
    if changes:
        points.append("the files were built with changes that are not committed")
    return points


class _Links(HTMLParser):
    """The links and pictures of a README as a package page shows it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self._ids: set[str] = set()
        self._targets: list[str] = []
        self.feed(markdown.render(text) or "")

    @property
    def absolute(self) -> list[str]:
        return [target for target in self._targets if re.match(r"https?://|mailto:", target)]

    @property
    def relative(self) -> list[str]:
        inside = {f"#{name}" for name in self._ids}
        return [target for target in self._targets if target not in inside and target not in self.absolute]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name == "id" and value:
                self._ids.add(value)
            elif name in ("href", "src") and value is not None:
                self._targets.append(value)


def _git(*arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=True).stdout


def main() -> None:
    """Judge the files in dist/."""
    (wheel,), (sdist,) = ROOT.glob("dist/*.whl"), ROOT.glob("dist/*.tar.gz")
    with zipfile.ZipFile(wheel) as archive:
        in_wheel = archive.namelist()
        (described,) = (name for name in in_wheel if name.endswith(".dist-info/METADATA"))
        metadata = Metadata.from_email(archive.read(described))
    with tarfile.open(sdist) as archive_of_sources:
        in_sdist = [member.name for member in archive_of_sources if not member.isdir()]
    tracked = [name for name in _git("ls-files", "-z").split("\0") if name]
    version, source = str(metadata.version), (metadata.project_urls or {}).get("Source")

    print(f"{_shown(wheel)}: {len(in_wheel)} files; {_shown(sdist)}: {len(in_sdist)} files")
    if mistakes := [
        *wheel_mistakes(in_wheel, tracked, files()),
        *sdist_mistakes(in_sdist, tracked),
        *readme_mistakes(metadata.description or "", source),
    ]:
        sys.exit("\n".join(mistakes))
    changelog = (ROOT / "CHANGELOG.md").read_text("utf-8")
    if points := missing(version, source, changelog, _git("status", "--porcelain")):
        print(f"\nStill to do before {version} is released (RELEASE.md):", *points, sep="\n- ")
        if f"v{version}" in _git("tag", "--points-at", "HEAD").split():
            sys.exit(f"v{version} is tagged, but not ready")


def _shown(path: Path) -> str:
    return str(path.relative_to(ROOT))


if __name__ == "__main__":
    main()
