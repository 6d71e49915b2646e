"""What people type by mistake: what they are told, and what is never repeated to them."""

from __future__ import annotations

import pytest

from tests.support.commandline import Pgseq


@pytest.mark.parametrize(
    ("typed", "error", "hint"),
    [
        ("chekc", "there is no command chekc", "did you mean pgseq check?"),
        ("guard instal", "there is no command instal", "pgseq guard --help lists them"),
        ("guard triger", "there is no command triger", "did you mean pgseq guard trigger?"),
        (
            "app",
            "there is no command app",
            "pgseq --help lists them; to check a database of that name: pgseq check app",
        ),
        (
            "postgresql://u@h/app",
            "a connection string comes behind a command",
            "pgseq --help; pgseq check DSN only looks",
        ),
    ],
)
@pytest.mark.sampled(3)
def test_a_name_that_is_no_command(pgseq: Pgseq, typed: str, error: str, hint: str) -> None:
    done = pgseq(*typed.split())
    assert (done.code, done.out, done.err) == (2, "", f"pgseq: error: {error}\nhint: {hint}\n")


@pytest.mark.parametrize("dsn", ["postgresql://u:s3cret@h/app", "postgresql://u:sec/r@s3cret@h", "password=my s3cret"])
@pytest.mark.parametrize(
    "arguments",
    [
        ("{}",),
        ("demo", "{}"),
        ("completion", "{}"),
        ("undo", "moves.jsonl", "app", "{}"),
        ("sync", "a", "b", "{}"),
        ("guard", "{}"),
        ("check", "--format", "{}"),
        ("check", "--limit", "{}"),
        ("lint", "{}"),
        ("explain", "--file", "{}"),
    ],
)
@pytest.mark.sampled(30)
def test_a_password_in_the_wrong_place_is_not_repeated(pgseq: Pgseq, arguments: tuple[str, ...], dsn: str) -> None:
    for debug in ((), ("--debug",)):
        done = pgseq(*debug, *(argument.format(dsn) for argument in arguments))
        assert done.code == 2
        assert "s3cret" not in done.out + done.err
