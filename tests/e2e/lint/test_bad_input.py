"""Files that lint cannot read: one clear line each, and exit code 2 only where nothing could be read."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pgseq.commands.lint.parse.source import opened
from pgseq.errors import UsageError
from tests.support.commandline import Pgseq

GOOD = "CREATE TABLE t (id serial PRIMARY KEY);\n"
BAD = GOOD + "INSERT INTO t VALUES (7);\n"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (bytes(range(256)), "a.sql is not plain SQL: it has null bytes"),
        (BAD.encode("utf-16-le"), "a.sql is UTF-16LE, not plain SQL"),
        (BAD.encode("utf-16-be"), "a.sql is UTF-16BE, not plain SQL"),
        (BAD.encode("utf-16"), "a.sql is UTF-16, not plain SQL"),
    ],
)
@pytest.mark.sampled(4)
def test_what_is_no_text(pgseq: Pgseq, tmp_path: Path, content: bytes, reason: str) -> None:
    (tmp_path / "a.sql").write_bytes(content)
    done = pgseq("lint", "a.sql")
    assert (done.code, done.out, done.err.splitlines()[0]) == (2, "", f"pgseq: error: {reason}")
    assert len(done.err.splitlines()) == 2


@pytest.mark.parametrize(("other", "code"), [(GOOD, 3), (BAD, 1)])
@pytest.mark.sampled(2)
def test_what_was_read_decides(pgseq: Pgseq, tmp_path: Path, other: str, code: int) -> None:
    (tmp_path / "a.sql").write_bytes(b"SELECT \x00")
    (tmp_path / "b.sql").write_text(other)
    assert pgseq("lint", ".").code == code


def test_links_in_a_circle(pgseq: Pgseq, tmp_path: Path) -> None:
    (tmp_path / "db").mkdir()
    (tmp_path / "db" / "a.sql").symlink_to("b.sql")
    (tmp_path / "db" / "b.sql").symlink_to("a.sql")
    (tmp_path / "db" / "c.sql").symlink_to("nowhere.sql")
    (tmp_path / "db" / "self").symlink_to(".")
    (tmp_path / "db" / "d.sql").write_text(GOOD)
    done = pgseq("lint", "db")
    assert (done.code, done.out) == (3, "4 files: 3 not read\n")
    assert [line for line in done.err.splitlines() if "error" in line] == [
        "pgseq: error: db/a.sql cannot be read: Too many levels of symbolic links",
        "pgseq: error: db/b.sql cannot be read: Too many levels of symbolic links",
        "pgseq: error: db/c.sql cannot be read: No such file or directory",
    ]
    alone = pgseq("lint", "db/a.sql")
    assert (alone.code, alone.err.splitlines()[0]) == (
        2,
        "pgseq: error: db/a.sql cannot be read: Too many levels of symbolic links",
    )


def test_a_file_that_changes_while_it_is_read(tmp_path: Path) -> None:
    file = tmp_path / "a.sql"
    file.write_text(GOOD)

    def read() -> None:
        with opened(str(file)) as blocks:
            next(blocks)
            with file.open("a") as more:
                more.write(BAD)
            list(blocks)

    with pytest.raises(UsageError, match="has changed while it was read"):
        read()


def test_a_file_of_another_engine(pgseq: Pgseq, tmp_path: Path) -> None:
    (tmp_path / "a.sql").write_text("CREATE TABLE `t` (`id` int AUTO_INCREMENT) ENGINE=InnoDB;\n" * 50)
    done = pgseq("lint", "a.sql")
    assert (done.code, done.out.count("[PGL000]")) == (1, 1)


@pytest.mark.slow
def test_a_placeholder_without_a_name(pgseq: Pgseq, tmp_path: Path) -> None:
    for value, shown in (("", "nothing"), ("=x", "=x"), ("x", "x")):
        done = pgseq("lint", "--set", value, "a.sql")
        assert (done.code, done.err.splitlines()[0]) == (
            2,
            f"pgseq: error: --set takes a name and its value, and was given {shown}",
        )


@pytest.mark.slow
def test_a_folder_of_very_many_files(pgseq: Pgseq, tmp_path: Path) -> None:
    for number in range(2000):
        text = f"CREATE TABLE t{number} (id serial PRIMARY KEY);\n"
        (tmp_path / f"{number}_t.sql").write_text(text + f"INSERT INTO t{number} VALUES (7);\n" * (number == 1999))
    done = pgseq("lint", ".", timeout=300)
    assert done.out.splitlines()[0].startswith("1999_t.sql:2:1: error: explicit ids: t1999.id holds 7")
    assert done.out.endswith("2000 files: 1 error\n")


def test_a_pipe(pgseq: Pgseq, tmp_path: Path) -> None:
    read, write = os.pipe()
    os.write(write, BAD.encode())
    os.close(write)
    with opened(f"/dev/fd/{read}") as blocks:
        assert b"".join(blocks) == BAD.encode()
    os.close(read)
