"""Lines on a terminal and in a pipe: widths, folding, colour."""

from __future__ import annotations

import io

import pytest

from pgseq.render.text.terminal import Columns, Terminal, colored, fold


class Screen(io.StringIO):
    """A stream that says that it is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("next insert fails", None, ["next insert fails"]),
        ("next insert fails", 17, ["next insert fails"]),
        ("next insert fails", 12, ["next insert", "fails"]),
        ("public.orders_id_seq", 8, ["public.", "orders_i", "d_seq"]),
        ("a very_long_name b", 6, ["a", "very_l", "ong_na", "me b"]),
        ("名前名前", 4, ["名前", "名前"]),
        ("", 5, [""]),
    ],
)
def test_fold(text: str, width: int | None, lines: list[str]) -> None:
    assert fold(text, width) == lines


def test_columns_fit_the_screen_and_keep_numbers_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    screen = Screen()
    rows = [("x" * 60, "y" * 30, "9223372036854775807"), ("short", "z", "1")]
    columns = Columns(Terminal(screen, "never"), rows, right=frozenset({2}))
    for row in rows:
        columns.row(row)
    lines = screen.getvalue().splitlines()
    assert max(map(len, lines)) <= 60
    assert lines[0] == "x" * 60, "a name that is too long has a line of its own"
    assert lines[1].endswith(f"{'y' * 25}  9223372036854775807")
    assert sum(line.count("y") for line in lines) == 30


def test_names_are_not_cut_while_words_have_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    screen = Screen()
    row = ("public.a_name_of_thirty_letters_", "a status of some words", "PGS001")
    Columns(Terminal(screen, "never"), [row], margin=2).row(row, sign=("✗", ""))
    assert screen.getvalue().splitlines() == [
        "✗ public.a_name_of_thirty_letters_  a status of some  PGS001",
        "                                    words",
    ]


def test_one_long_name_leaves_the_other_columns_their_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    screen = Screen()
    rows = [("public.users.id", "stored up to 10", "next insert fails")] * 3
    rows.append((f"public.{'long_' * 9}.id", "stored up to 999", "next insert fails"))
    columns = Columns(Terminal(screen, "never"), rows)
    for row in rows:
        columns.row(row)
    assert screen.getvalue().splitlines() == [
        *["public.users.id          stored up to 10   next insert fails"] * 3,
        f"public.{'long_' * 9}.id",
        "                         stored up to 999  next insert fails",
    ]


def test_a_name_beside_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    screen = Screen()
    columns = Columns(Terminal(screen, "never"), [("public.t.id", ""), ("n" * 50, "")], margin=2)
    columns.sentence("public.t.id", "used up, and nothing is left to say about it", ("✗", ""), "PGS002")
    columns.sentence("n" * 50, "used up", ("✗", ""), "PGS002")
    assert screen.getvalue().splitlines() == [
        "✗ public.t.id",
        "    used up, and nothing is left to say about it  PGS002",
        f"✗ {'n' * 50}",
        "    used up  PGS002",
    ]


def test_signs_that_the_stream_does_not_have() -> None:
    pipe = io.TextIOWrapper(io.BytesIO(), encoding="ascii", errors="backslashreplace")
    terminal = Terminal(pipe)
    columns = Columns(terminal, [("a → b", "1 → 2")], margin=2)
    columns.row(("a → b", "1 → 2"), sign=("✗", "out_of_sync"))
    terminal.line(("pgseq fix -t 'a→b'", "command"))
    pipe.seek(0)
    assert pipe.read() == "x a -> b  1 -> 2\npgseq fix -t 'a\\u2192b'\n"


def test_nothing_is_cut_or_folded_in_a_pipe(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    pipe = io.StringIO()
    row = ("x" * 200, "y" * 100)
    Columns(Terminal(pipe), [row]).row(row)
    assert pipe.getvalue() == f"{'x' * 200}  {'y' * 100}\n"


def test_lines_end_without_blanks() -> None:
    pipe = io.StringIO()
    Terminal(pipe, "always").line(("a", "ok"), ("   ", ""), ("", "out_of_sync"))
    assert pipe.getvalue() == "\x1b[32ma\x1b[0m\n"


@pytest.mark.parametrize(
    ("screen", "color", "environment", "expected"),
    [
        (True, "auto", {}, True),
        (True, "auto", {"NO_COLOR": "1"}, False),
        (True, "auto", {"NO_COLOR": ""}, True),
        (True, "auto", {"TERM": "dumb"}, False),
        (True, "always", {"NO_COLOR": "1"}, True),
        (True, "never", {}, False),
        (False, "auto", {}, False),
        (False, "always", {}, True),
    ],
)
def test_colored(
    screen: bool, color: str, environment: dict[str, str], expected: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert colored(Screen() if screen else io.StringIO(), color) is expected  # type: ignore[arg-type]


def test_names_stand_alone_where_that_makes_fewer_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    screen = Screen()
    names = ("public.t.id", "public.u.id", "public.countdown.id", "public.refunds_of.id")
    rows = [(name, "next 1 → 8", "next insert fails, stored up to 7") for name in names]
    columns = Columns(Terminal(screen, "never"), rows)
    for row in rows:
        columns.row(row)
    assert screen.getvalue().splitlines() == [
        "public.t.id  next 1 → 8  next insert fails, stored up to 7",
        "public.u.id  next 1 → 8  next insert fails, stored up to 7",
        "public.countdown.id",
        "             next 1 → 8  next insert fails, stored up to 7",
        "public.refunds_of.id",
        "             next 1 → 8  next insert fails, stored up to 7",
    ]
