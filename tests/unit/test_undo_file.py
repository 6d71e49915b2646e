"""The undo file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from msgspec.structs import replace

from pgseq.errors import UsageError
from pgseq.model.changes import Applied, Move, Step
from pgseq.model.sequences import Position
from pgseq.undo_file import UndoTarget, entries, open_undo_file
from tests.unit import factory

APP = UndoTarget(server="7", database="app")


def compose(step: Step) -> Move:
    raise AssertionError("a note needs no statements")


def step(name: str) -> Step:
    return Step(
        sequence=factory.sequence(name=name, sql=f'public."{name}"'),
        found=Position(last_value=1, is_called=True),
        next_value=11,
        compose=compose,
    )


@pytest.mark.parametrize("character", ["\x85", "\u2028", "\x1c", "\x0b", "\r", "\n", "é"])
def test_names_with_what_ends_a_line_elsewhere(tmp_path: Path, character: str) -> None:
    one = step(f"a{character}b")
    with open_undo_file(tmp_path / "undo") as notes:
        assert notes is not None
        notes.planned(APP, [one])
    (entry,) = entries(tmp_path / "undo")
    assert (entry.sequence, entry.before, entry.after, entry.interrupted) == (
        one.sequence.sql,
        one.found,
        one.goal,
        True,
    )


def test_a_line_cut_short_is_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "undo"
    one = step("é")
    applied = Applied(result="moved", before=one.found, after=Position(last_value=12, is_called=True))
    with open_undo_file(path) as notes:
        assert notes is not None
        notes.planned(APP, [one])
        notes.done(APP, [(one, applied)])
    whole = path.read_bytes()
    (entry,) = entries(path)
    assert entry.after.last_value == 12
    # As when the machine stops: at any byte, in the midst of a character, too.
    for end in range(whole.index(b"\n") + 1, len(whole)):
        path.write_bytes(whole[:end])
        (entry,) = entries(path)


def test_only_what_has_no_end_of_line_is_cut_short(tmp_path: Path) -> None:
    path = tmp_path / "undo"
    with open_undo_file(path) as notes:
        assert notes is not None
        notes.planned(APP, [step("s")])
    good = path.read_bytes()
    path.write_bytes(good + b"{")
    assert len(entries(path)) == 1
    for line in (b"{\n", b"{\n{"):
        path.write_bytes(good + line)
        with pytest.raises(UsageError, match="line 2 is not a line of an undo file"):
            entries(path)


def test_an_empty_file_tells_of_no_move(tmp_path: Path) -> None:
    (tmp_path / "undo").touch()
    assert entries(tmp_path / "undo") == ()


def test_another_file(tmp_path: Path) -> None:
    (tmp_path / "undo").write_bytes(b"\xff\xfe\n")
    with pytest.raises(UsageError, match="line 1 is not a line of an undo file"):
        entries(tmp_path / "undo")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("before", ["1, true); DROP TABLE t; SELECT (1", True]),
        ("before", [1, "true"]),
        ("before", [1.5, True]),
        ("before", [True, True]),
        ("before", [1]),
        ("before", 1),
        ("after", ["1", False]),
        ("oid", "1"),
        ("oid", [1]),
        ("sequence", 1),
        ("database", None),
        ("server", 7),
        ("sequence", "a\0b"),
        ("oid", 2**32),
        ("oid", -1),
        ("oid", True),
        ("before", [2**63, True]),
        ("before", [1, True, True]),
        ("after", [-(2**63) - 1, True]),
    ],
)
def test_what_statements_are_composed_of_is_as_pgseq_writes_it(tmp_path: Path, field: str, value: object) -> None:
    path = tmp_path / "undo"
    with open_undo_file(path) as notes:
        assert notes is not None
        notes.planned(APP, [step("s")])
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | {field: value}) + "\n", "utf-8")
    with pytest.raises(UsageError, match="line 1 is not a line of an undo file"):
        entries(path)


def test_the_same_sequence_of_two_servers(tmp_path: Path) -> None:
    path, other = tmp_path / "undo", UndoTarget(server="8", database="app")
    with open_undo_file(path) as notes:
        assert notes is not None
        for place in (APP, other, APP):
            notes.planned(place, [step("s")])
    kept = entries(path)
    assert [entry.server for entry in kept] == ["8", "7"]
    assert [other.holds(entry) for entry in kept] == [True, False]
    assert all(UndoTarget(server=None, database="app").holds(entry) for entry in kept)


def test_what_comes_after_a_line_cut_short(tmp_path: Path) -> None:
    path = tmp_path / "undo"
    for name in ("a", "b"):
        with open_undo_file(path) as notes:
            assert notes is not None
            notes.planned(APP, [step(name)])
        path.write_bytes(path.read_bytes() + b'{"event": "pl')
    assert len(entries(path)) == 1, "both have the same oid"
    assert entries(path)[0].sequence == 'public."b"'
    path.write_bytes(b"a secret of another program")
    with pytest.raises(UsageError), open_undo_file(path):
        pass
    assert path.read_bytes() == b"a secret of another program"


def at(last_value: int, *, is_called: bool = True) -> Position:
    return Position(last_value=last_value, is_called=is_called)


def told(path: Path, *ways: tuple[int, int, bool], name: str = "s") -> list[tuple[int, int, bool]]:
    """What is read of steps from one position to another that were `done`, or not: as from, to, interrupted."""
    with open_undo_file(path) as notes:
        assert notes is not None
        for before, after, done in ways:
            one = replace(step(name), found=at(before), next_value=after + 1)
            notes.planned(APP, [one])
            if done:
                notes.done(APP, [(one, Applied(result="moved", before=at(before), after=at(after)))])
    return [(one.before.last_value, one.after.last_value, one.interrupted) for one in entries(path)]


@pytest.mark.parametrize(
    ("ways", "read"),
    [
        ([(1, 5, True), (5, 9, True)], [(1, 9, False)]),
        ([(1, 5, True), (5, 9, True), (9, 20, True)], [(1, 20, False)]),
        # Used in between.
        ([(1, 5, True), (6, 9, True)], [(6, 9, False)]),
        # The last step did not come to its end: undone first, if there is anything to undo.
        ([(1, 5, True), (5, 9, False)], [(5, 9, True), (1, 5, False)]),
        ([(1, 5, True), (6, 9, False)], [(6, 9, True)]),
        # What a later step found tells what became of an interrupted one.
        ([(1, 5, False), (5, 9, True)], [(1, 9, False)]),
        ([(1, 5, False), (1, 9, True)], [(1, 9, False)]),
        ([(1, 5, True), (5, 9, False), (5, 9, True)], [(1, 9, False)]),
        ([(1, 5, True), (5, 9, False), (9, 20, True)], [(1, 20, False)]),
        ([(1, 5, True), (5, 9, False), (7, 20, True)], [(7, 20, False)]),
        # Nothing was left to do.
        ([(1, 5, True), (5, 5, True)], [(1, 5, False)]),
        ([(1, 5, True), (8, 8, True)], [(1, 5, False)]),
    ],
)
def test_several_moves_of_one_sequence(
    ways: list[tuple[int, int, bool]], read: list[tuple[int, int, bool]], tmp_path: Path
) -> None:
    assert told(tmp_path / "undo", *ways) == read


def test_another_name_is_another_sequence(tmp_path: Path) -> None:
    told(tmp_path / "undo", (1, 5, True), name="a")
    assert told(tmp_path / "undo", (5, 9, True), name="b") == [(5, 9, False)]
