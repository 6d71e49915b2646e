"""What pgseq writes goes to new files, or to regular files of one's own: never through a link, never over another's."""

from __future__ import annotations

import os
import resource
import stat
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from pgseq.errors import UsageError
from pgseq.files import targets
from tests.support.commandline import Pgseq, environment, executable
from tests.support.database import Database, fresh_database

OTHER = 65534
BEHIND = "CREATE TABLE t (id serial PRIMARY KEY); INSERT INTO t VALUES (1); CREATE TABLE fine (id serial PRIMARY KEY)"
STRAY = "CREATE TABLE s (id serial PRIMARY KEY);\nINSERT INTO s VALUES (1);\n"

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="needs root, to make files of another user")

#: What writes a file: the words before it.
WRITING = [
    ("fix", "--sql"),
    ("fix --yes", "--undo-file"),
    ("guard identity", "--sql"),
    ("guard identity --dry-run", "--undo-file"),
    ("guard identity --yes", "--undo-file"),
]
writing = pytest.mark.parametrize(("command", "option"), WRITING)


@pytest.fixture
def behind(database: Database) -> Database:
    database.run(BEHIND)
    return database


@pytest.fixture
def shared(tmp_path: Path) -> Path:
    """A folder in which others make files, too."""
    folder = tmp_path / "shared"
    folder.mkdir()
    folder.chmod(0o1777)
    return folder


def untouched(database: Database) -> bool:
    """Whether nothing was moved or changed."""
    return database.rows("SELECT last_value, is_called FROM t_id_seq") == [(1, False)] and not database.value(
        "SELECT attidentity <> '' FROM pg_attribute WHERE attrelid = 'fine'::regclass AND attnum = 1"
    )


@writing
@pytest.mark.sampled(3)
def test_a_dangling_link(behind: Database, pgseq: Pgseq, shared: Path, command: str, option: str) -> None:
    victim, link = shared.parent / "victim", shared / "file"
    link.symlink_to(victim)
    done = pgseq(*command.split(), behind.dsn, option, link)
    assert (done.code, done.out) == (2, "")
    assert done.err.splitlines()[0] == f"pgseq: error: {link} is a symbolic link, which is not written through"
    assert not victim.exists()
    assert untouched(behind)


@writing
@pytest.mark.sampled(3)
def test_a_link_to_an_empty_file(behind: Database, pgseq: Pgseq, shared: Path, command: str, option: str) -> None:
    victim, link = shared.parent / ".hushlogin", shared / "file"
    victim.touch()
    link.symlink_to(victim)
    assert pgseq(*command.split(), behind.dsn, option, link).code == 2
    assert victim.read_bytes() == b""


@writing
@pytest.mark.sampled(5)
def test_a_hard_link_to_an_empty_file(behind: Database, pgseq: Pgseq, shared: Path, command: str, option: str) -> None:
    victim, link = shared.parent / ".hushlogin", shared / "file"
    victim.touch()
    os.link(victim, link)
    done = pgseq(*command.split(), behind.dsn, option, link)
    assert (done.code, "has other names (hard links)" in done.err) == (2, True)
    assert victim.read_bytes() == b""
    assert untouched(behind)


@as_root
@writing
@pytest.mark.sampled(5)
def test_an_empty_file_of_another(behind: Database, pgseq: Pgseq, shared: Path, command: str, option: str) -> None:
    """Its owner would read what is written, and could change it before it is run."""
    file = shared / "file"
    file.touch(0o666)
    os.chown(file, OTHER, OTHER)
    done = pgseq(*command.split(), behind.dsn, option, file)
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith(f"pgseq: error: {file} belongs to ")
    assert (file.read_bytes(), file.stat().st_uid) == (b"", OTHER)
    assert untouched(behind)


@writing
@pytest.mark.sampled(5)
def test_a_pipe_that_nobody_reads(behind: Database, pgseq: Pgseq, shared: Path, command: str, option: str) -> None:
    os.mkfifo(shared / "file", 0o600)
    done = pgseq(*command.split(), behind.dsn, option, shared / "file")
    assert done.code == 2
    assert "nobody reads from" in done.err or "No such device or address" in done.err


@writing
@pytest.mark.slow
def test_a_folder_and_a_folder_that_is_not_there(
    behind: Database, pgseq: Pgseq, shared: Path, command: str, option: str
) -> None:
    assert pgseq(*command.split(), behind.dsn, option, shared).code == 2
    done = pgseq(*command.split(), behind.dsn, option, shared / "no" / "file")
    assert (done.code, "No such file or directory" in done.err) == (2, True)
    assert pgseq(*command.split(), behind.dsn, option, "/dev/full").code in (1, 2)
    assert untouched(behind)


@pytest.mark.slow
def test_modes(behind: Database, pgseq: Pgseq, tmp_path: Path) -> None:
    """A script is an ordinary file, and keeps the mode it has; what leads back is for its owner alone."""
    script, moves, back = tmp_path / "fix.sql", tmp_path / "moves.jsonl", tmp_path / "back.sql"
    assert pgseq("fix", behind.dsn, "--sql", script).code == 1
    umask = os.umask(0)
    os.umask(umask)
    assert stat.S_IMODE(script.stat().st_mode) == 0o666 & ~umask
    script.chmod(0o640)
    assert pgseq("fix", behind.dsn, "--sql", script).code == 1
    assert stat.S_IMODE(script.stat().st_mode) == 0o640
    moves.touch(0o644)
    assert pgseq("fix", behind.dsn, "--yes", "--undo-file", moves).code == 0
    assert pgseq("guard", "identity", behind.dsn, "--yes", "--undo-file", back).code == 0
    assert {stat.S_IMODE(file.stat().st_mode) for file in (moves, back)} == {0o600}
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_file()) == ["back.sql", "fix.sql", "moves.jsonl"]


@pytest.mark.slow
def test_standard_output(behind: Database, pgseq: Pgseq, tmp_path: Path) -> None:
    plain = pgseq("fix", behind.dsn, "--sql")
    assert plain.out.startswith("-- pgseq")
    for name in ("-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"):
        done = pgseq("fix", behind.dsn, "--sql", name)
        assert (done.code, done.out) == (plain.code, plain.out)
    assert pgseq("fix", behind.dsn, "--sql", "/dev/null").code == 1
    # Standard output that is a file is gone on in, not emptied.
    with (tmp_path / "out").open("w+b") as out:
        out.write(b"before\n")
        out.flush()
        command = [executable(), "fix", behind.dsn, "--sql", "/dev/stdout"]
        subprocess.run(command, stdout=out, check=False, env=environment(tmp_path), stdin=subprocess.DEVNULL)
    assert (tmp_path / "out").read_text("utf-8") == "before\n" + plain.out


@pytest.mark.slow
def test_a_pipe_that_is_read(behind: Database, pgseq: Pgseq, tmp_path: Path) -> None:
    plain = pgseq("fix", behind.dsn, "--sql").out
    os.mkfifo(tmp_path / "pipe", 0o600)
    with subprocess.Popen(["cat", tmp_path / "pipe"], stdout=subprocess.PIPE, text=True) as reader:
        # `cat` may not be there yet.
        while (done := pgseq("fix", behind.dsn, "--sql", "pipe")).code == 2:
            assert "nobody reads from pipe" in done.err
        assert reader.communicate(timeout=30)[0] == plain


@pytest.mark.slow
def test_a_full_disk_leaves_the_old_script(behind: Database, tmp_path: Path) -> None:
    """As a limit on a file's size, which is refused alike."""
    script = tmp_path / "fix.sql"
    script.write_text("-- pgseq: an older one\n", encoding="utf-8")
    done = subprocess.run(
        [executable(), "fix", behind.dsn, "--sql", script],
        capture_output=True,
        text=True,
        env=environment(tmp_path),
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (50, 50)),
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr.startswith(f"pgseq: error: cannot write {script}: File too large\n")
    assert script.read_text("utf-8") == "-- pgseq: an older one\n"
    assert [path.name for path in tmp_path.iterdir()] == ["fix.sql"]


@pytest.mark.slow
def test_sync(behind: Database, pgseq: Pgseq, shared: Path) -> None:
    link = shared / "file"
    link.symlink_to(shared.parent / "victim")
    with fresh_database(behind.server) as target:
        target.run(BEHIND)
        for option in ("--sql", "--undo-file"):
            assert pgseq("sync", behind.dsn, target.dsn, option, link).code == 2
    assert not (shared.parent / "victim").exists()


class TestLint:
    """`lint --fix` appends to the file that is there."""

    @pytest.mark.slow
    def test_a_link(self, pgseq: Pgseq, shared: Path) -> None:
        file = shared.parent / "seed.sql"
        file.write_text(STRAY, encoding="utf-8")
        (shared / "a.sql").symlink_to(file)
        done = pgseq("lint", "--fix", shared / "a.sql")
        assert done.code == 2
        assert "a.sql is a symbolic link, which is not written through" in done.err
        assert file.read_text("utf-8") == STRAY

    @as_root
    @pytest.mark.slow
    def test_a_file_of_another(self, pgseq: Pgseq, shared: Path) -> None:
        file = shared / "a.sql"
        file.write_text(STRAY, encoding="utf-8")
        os.chown(file, OTHER, OTHER)
        done = pgseq("lint", "--fix", file)
        assert (done.code, "and is left as it is" in done.err) == (2, True)
        assert file.read_text("utf-8") == STRAY

    @pytest.mark.slow
    def test_a_full_disk(self, tmp_path: Path) -> None:
        file = tmp_path / "a.sql"
        file.write_text(STRAY, encoding="utf-8")
        done = subprocess.run(
            [executable(), "lint", "--fix", file],
            capture_output=True,
            text=True,
            env=environment(tmp_path),
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100)),
            check=False,
        )
        assert (done.returncode, "File too large" in done.stderr) == (2, True)
        assert file.read_text("utf-8") == STRAY


def swapped(path: Path, victim: Path) -> Callable[[], None]:
    def swap() -> None:
        path.unlink(missing_ok=True)
        path.symlink_to(victim)

    return swap


def test_what_is_swapped_while_it_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between the last look at a name and the writing, another has put a link there."""
    path, victim = tmp_path / "file", tmp_path / "victim"
    swap = swapped(path, victim)
    path.touch()
    monkeypatch.setattr(targets, "put", lambda out, content: (swap(), out.write(content)))
    targets.write(path, "text")
    assert not victim.exists()
    assert (path.is_symlink(), path.read_text()) == (False, "text")
    monkeypatch.setattr(targets, "refuse", lambda path: swap())
    with pytest.raises(OSError, match="symbolic links"):
        targets.appending(path)
    assert not victim.exists()


@pytest.mark.slow
def test_an_undo_file_that_all_may_write(behind: Database, pgseq: Pgseq, tmp_path: Path) -> None:
    moves = tmp_path / "moves.jsonl"
    assert pgseq("fix", behind.dsn, "--yes", "--undo-file", moves).code == 0
    moves.chmod(0o666)
    told = [
        f"pgseq: error: {moves} is not used: all users may write to it",
        f"hint: look at it, then chmod go-w {moves}",
    ]
    done = pgseq("undo", moves, behind.dsn, "--yes", "--force")
    assert (done.code, done.out, done.err.splitlines()) == (2, "", told)
    assert pgseq("fix", behind.dsn, "--yes", "--undo-file", moves).err.splitlines() == told
    assert behind.rows("SELECT last_value, is_called FROM t_id_seq") == [(1, True)]
    moves.chmod(0o644)
    assert pgseq("undo", moves, behind.dsn, "--yes", "--force").code == 0


@as_root
@pytest.mark.slow
def test_an_undo_file_of_another(behind: Database, pgseq: Pgseq, tmp_path: Path) -> None:
    moves = tmp_path / "moves.jsonl"
    assert pgseq("fix", behind.dsn, "--yes", "--undo-file", moves).code == 0
    os.chown(moves, OTHER, OTHER)
    done = pgseq("undo", moves, behind.dsn, "--yes", "--force")
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith(f"pgseq: error: {moves} is not used: it belongs to ")
    assert "install -m 600" in done.err
    assert pgseq("undo", moves, behind.dsn, "--yes", "--force", env={"SUDO_UID": str(OTHER)}).code == 0


def test_targets_of_other_kinds(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is a folder"):
        targets.refuse(tmp_path)
    targets.refuse(tmp_path / "new")
    targets.refuse(Path(os.devnull))
