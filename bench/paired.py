"""This tree, or a commit, beside an older one, in turn on one server: what each costs, and the ratios.

    python -m bench.paired COMMIT [--now COMMIT] [--shape tenants] [--scale 0.3] [--rounds 3]
        [--only fix check] [--at FOLDER]

Absolute times differ from machine to machine, and with what else it does; ratios of runs in turn hold. CPU seconds say
more than time where others work. Each side has a virtual environment of its own with the same packages, in a temporary
folder, or in FOLDER, where a later comparison finds them again.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import tempfile
import venv
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from bench.contenders import Contender
from bench.measure import Bench, Run
from bench.run import SETTINGS, SHAPES
from bench.shapes import STATES, Shape, State
from pgseq.embedded import temporary_server

ROOT: Final = Path(__file__).parents[1]
IN_SYNC, OUT_OF_SYNC = STATES
#: Starts that are timed together: one is too short.
STARTS: Final = 10
#: What is compared, by figure.
FIGURES: Final[Mapping[str, Callable[[Run], float]]] = {
    "time": lambda run: run.seconds,
    "client CPU": lambda run: run.client_cpu,
    "server CPU": lambda run: run.server_cpu,
    "client MB": lambda run: run.client_kb / 1024,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """A command of both sides; `{pgseq}` stands for the program."""

    command: str
    state: State
    #: On a database of ten tables.
    small: bool = False


WORK: Final[Mapping[str, Work]] = {
    "check": Work(command="{pgseq} check > answer", state=IN_SYNC),
    "json": Work(command="{pgseq} check --format json > answer", state=OUT_OF_SYNC),
    "fix": Work(command="{pgseq} fix --yes > answer", state=OUT_OF_SYNC),
    "start": Work(command=f"for n in $(seq {STARTS}); do {{pgseq}} check > answer; done", state=IN_SYNC, small=True),
}


def main() -> None:
    """Build both sides, run them in turn, print."""
    asked = _arguments()
    then, now = (commit and _git("rev-parse", commit) for commit in (asked.commit, asked.now))
    (chosen,) = (
        replace(one, tables=max(1, round(one.tables * asked.scale))) for one in SHAPES if one.name == asked.shape
    )
    ten = next(shape for shape in SHAPES if shape.name == "ten")
    with (
        _folder(asked.at) as folder,
        tempfile.TemporaryDirectory() as work_folder,
        temporary_server(settings=SETTINGS) as server,
    ):
        sides = {
            "then": _side(folder, then, _tree(folder, then)),
            "now": _side(folder, now, _tree(folder, now)) if now else _side(folder, "now", ROOT),
        }
        bench = Bench(server=server, folder=Path(work_folder), limit=600)
        for shape in {chosen, ten}:
            bench.prepare(shape)
        what = f"{now[:7] or 'this tree'} beside {then[:7]}"
        print(f"{what}, {chosen.sequences:,} sequences ({chosen.name}), {asked.rounds} rounds\n")
        for name in asked.only:
            work = WORK[name]
            _print(name, _rounds(bench, ten if work.small else chosen, work, sides, asked.rounds))


def _rounds(bench: Bench, shape: Shape, work: Work, sides: Mapping[str, Path], rounds: int) -> list[Mapping[str, Run]]:
    """The runs of both sides, round by round; who is first changes."""
    runs: list[Mapping[str, Run]] = []
    for number in range(rounds):
        in_turn = sorted(sides, reverse=bool(number % 2))
        runs.append({side: bench.run(_contender(side, work, sides[side]), shape, work.state) for side in in_turn})
    return runs


def _contender(side: str, work: Work, program: Path) -> Contender:
    return Contender(name=side, command=work.command.format(pgseq=program), answers=frozenset({0, 1}))


def _print(name: str, runs: Iterable[Mapping[str, Run]]) -> None:
    runs = list(runs)
    if failure := next((run.failure for both in runs for run in both.values() if run.failure), None):
        print(f"{name:6} failed: {failure}")
        return
    cells = (_cell(figure, value, runs) for figure, value in FIGURES.items())
    print(f"{name:6} {'; '.join(cells)}; left {runs[-1]['now'].left:,}", flush=True)


def _cell(figure: str, value: Callable[[Run], float], runs: list[Mapping[str, Run]]) -> str:
    then, now = ([value(both[side]) for both in runs] for side in ("then", "now"))
    ratios = sorted(after / before for before, after in zip(then, now, strict=True) if before)
    medians = f"{statistics.median(then):.2f} → {statistics.median(now):.2f}"
    if not ratios:
        return f"{figure} {medians}"
    return f"{figure} {statistics.median(ratios):.2f} × ({ratios[0]:.2f} to {ratios[-1]:.2f}; {medians})"


def _side(folder: Path, name: str, tree: Path) -> Path:
    """The program of a tree, installed in an environment of its own."""
    home = folder / f"venv-{name}"
    installed = home / "installed"
    # A folder may be kept by several trees.
    if not installed.exists() or installed.read_text() != str(tree):
        venv.create(home, with_pip=True)
        subprocess.run([home / "bin" / "pip", "install", "-qq", "-e", tree], check=True)
        installed.write_text(str(tree))
    return home / "bin" / "pgseq"


def _tree(folder: Path, commit: str) -> Path:
    """The files of a commit."""
    tree = folder / f"tree-{commit}"
    if not tree.exists():
        tree.mkdir(parents=True)
        archive = subprocess.run(["git", "archive", commit], cwd=ROOT, check=True, capture_output=True).stdout
        subprocess.run(["tar", "-x", "-C", tree], input=archive, check=True)
    return tree


@contextmanager
def _folder(at: Path | None) -> Iterator[Path]:
    if at is not None:
        at.mkdir(parents=True, exist_ok=True)
        yield at
        return
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)


def _git(*words: str) -> str:
    return subprocess.run(["git", *words], cwd=ROOT, check=True, capture_output=True, text=True).stdout.strip()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.paired", description="this tree beside an older commit")
    parser.add_argument("commit", help="the older commit")
    parser.add_argument("--now", default="", help="a commit in place of this tree")
    parser.add_argument("--shape", choices=[shape.name for shape in SHAPES], default="tenants", help="database")
    parser.add_argument("--scale", type=float, default=1.0, help="share of the tables")
    parser.add_argument("--rounds", type=int, default=3, help="runs of each side")
    parser.add_argument("--only", nargs="+", choices=[*WORK], default=[*WORK], help="what is compared")
    parser.add_argument("--at", type=Path, help="folder that keeps the environments")
    return parser.parse_args()


if __name__ == "__main__":
    main()
