"""No password is shown by anything, whichever way the connection string that holds it is written, and wherever it is
put: on the streams, in files, in the server's log, in exceptions."""

from __future__ import annotations

import json
import os
import pickle
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest

import pgseq as library
from pgseq.cli import main
from tests.security.spellings import PARTS, PASSWORD, PRIVILEGE, WRONG
from tests.support.commandline import FOREIGN, Pgseq
from tests.support.database import Database, Server, fresh_database

BEHIND: Final = "CREATE TABLE t (id serial PRIMARY KEY); INSERT INTO t VALUES (1)"
ERROR: Final = 'duplicate key value violates unique constraint "t_pkey"'
LOG: Final = f"2026-01-01 00:00:00 UTC [1] ERROR:  {ERROR}\n"
#: Every command, with D for what is tried, G for a database, and L, S, M for a log, a file of SQL and an undo file.
LINES: Final = """
check D
check D --format json -v
check D --format csv
check D --format markdown
check G D
check G D --format json
check -d D
check -d D G
check -h D
check -h 127.0.0.1 -U D
check -p D
check --all D
check D -W
check G -t D
check G -n D
check G --ignore D
check G --config D
check --config=D
check --format D
check D --format github
check --format nagios D
check --format nagios -w D
check --limit D
check --statement-timeout D
fix D --dry-run
fix D --sql
fix D --sql=script.sql
fix D --yes --format json
fix D --yes --undo-file undo.jsonl
fix G --sql D
fix G --dry-run --undo-file D
verify D
verify D --insert --format json
why D
why D --format json
explain D
explain D --format json
explain -d D E
explain -d D E --format json
explain -d D --log L
explain --log D
explain --since D --log L
explain --config D E
explain --file D
lint -d D S
lint D
lint D --format json
lint D --format sarif
lint D --format github
lint --config D S
lint --ignore D S
sync D G --dry-run
sync G D --dry-run
sync D D --verify-only
sync G D --sql=sync.sql
sync D G --create-missing
sync G G --map D
sync G D D
undo M D --yes
undo D G --yes
undo M G D --yes
guard plan D
guard status D
guard trigger D --dry-run
guard identity D --sql=guard.sql
guard ownership D --dry-run
guard remove D --yes
guard D
demo D
demo --stop D
completion D
D
""".strip().splitlines()


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A database into which the role guest needs a password over TCP, on a server that logs all it can."""

    database: Database

    def dsn(self, spelling: str) -> str:
        """A spelling with this database in it."""
        port, name = self.database.server.embedded.port, self.database.name
        return spelling.format(at=f"127.0.0.1:{port}/{name}", port=port, name=name)

    @property
    def log(self) -> str:
        return self.database.server.embedded.log_text()


@pytest.fixture(scope="module")
def site(server: Server) -> Iterator[Site]:
    """The site; guest is a superuser."""
    rules = server.embedded.data / "pg_hba.conf"
    before = rules.read_text("utf-8")
    server.admin(f"CREATE ROLE guest LOGIN SUPERUSER PASSWORD '{PASSWORD}'")
    rules.write_text(f"host all guest 127.0.0.1/32 md5\n{before}", encoding="utf-8")
    loud = {"log_statement": "all", "log_connections": "on", "log_disconnections": "on"}
    for name, value in loud.items():
        server.admin(f"ALTER SYSTEM SET {name} = '{value}'")
    server.admin("SELECT pg_reload_conf()")
    with fresh_database(server) as database:
        database.run(BEHIND)
        yield Site(database=database)
    rules.write_text(before, encoding="utf-8")
    for name in loud:
        server.admin(f"ALTER SYSTEM RESET {name}")
    server.admin("SELECT pg_reload_conf()")
    server.admin("DROP ROLE guest")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder and home of what runs in this process, with the files that the lines name."""
    for name in os.environ:
        if name.startswith(FOREIGN):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    Path("L").write_text(LOG, encoding="utf-8")
    Path("S").write_text("INSERT INTO t (id) VALUES (7);\n", encoding="utf-8")
    Path("M").write_text("", encoding="utf-8")
    return tmp_path


def shown(text: str) -> list[str]:
    """The parts of passwords in a text."""
    return [part for part in PARTS if part in text]


def written(home: Path) -> str:
    """The names and contents of all files."""
    files = sorted(path for path in home.rglob("*") if path.is_file())
    return "\n".join(f"{path}\n{path.read_text('utf-8', errors='replace')}" for path in files)


def words(line: str, dsn: str, good: str) -> list[str]:
    """The words of a line of `LINES`."""
    values = {"D": dsn, "G": good, "E": ERROR}
    split = (word.rpartition("=") for word in line.split())
    return [f"{head}{sign}{values.get(value, value)}" for head, sign, value in split]


@pytest.mark.parametrize("spelling", [*PRIVILEGE, *WRONG])
@pytest.mark.sampled(48)
def test_the_command_line(
    spelling: str, site: Site, home: Path, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    dsn, logged = site.dsn(spelling), len(site.log)
    leaks = {}
    codes = {}
    for line in LINES:
        codes[line] = main.main(["--debug", *words(line, dsn, site.database.dsn)], standalone_mode=False)
        streams = capsys.readouterr()
        told = streams.out + streams.err
        if found := shown(told):
            leaks[line] = (found, told)
    assert leaks == {}
    assert not shown(written(home))
    assert not shown(site.log[logged:])
    assert not shown(caplog.text)
    # What is right was understood, what is wrong refused.
    for line in ("check D", "check -d D", "fix D --dry-run", "guard plan D"):
        assert (codes[line] == 2) == (spelling in WRONG)


@pytest.mark.parametrize("spelling", [*PRIVILEGE, *WRONG])
@pytest.mark.sampled(24)
def test_the_library(spelling: str, site: Site, home: Path) -> None:
    dsn, good, logged = site.dsn(spelling), site.database.dsn, len(site.log)
    # Its value is a local variable of what reads patterns; without a scheme it may be a table's name.
    with pytest.raises(library.UsageError) as raised:
        library.check(good, table=dsn)
    if "//" in dsn or "password" in dsn.lower():
        assert not shown(repr(raised.value) + repr(vars(raised.value)) + repr(pickle.dumps(raised.value)))
    calls: dict[str, Callable[[], object]] = {
        "check": lambda: library.check(dsn),
        "fix": lambda: library.fix(dsn, confirm=lambda report: False),
        "verify": lambda: library.verify(dsn, insert=True),
        "explain": lambda: library.explain(ERROR, dsn),
        "source": lambda: library.sync(dsn, good, confirm=lambda cutover: False),
        "target": lambda: library.sync(good, dsn, confirm=lambda cutover: False),
    }
    if "//" in dsn or "password" in dsn.lower():
        calls["text"] = lambda: library.explain(dsn)
    for name, call in calls.items():
        try:
            told = repr(call())
        except library.PgseqError as error:
            told = everything(error)
        assert not shown(told), name
    assert not shown(site.log[logged:])


def everything(error: library.PgseqError) -> str:
    """All that an exception shows, with those that it came of, and local variables of all but the test's own frames."""
    copy = pickle.loads(pickle.dumps(error))
    assert (type(copy), copy.args, vars(copy)) == (type(error), error.args, vars(error))
    told = [repr(error), str(error), repr(vars(error)), repr(pickle.dumps(error))]
    chain: list[BaseException] = [error]
    while (before := chain[-1].__cause__ or chain[-1].__context__) is not None:
        chain.append(before)
    for one in chain:
        frames = one.__traceback__
        while frames is not None and frames.tb_frame.f_code.co_filename == __file__:
            frames = frames.tb_next
        told += traceback.TracebackException(type(one), one, frames, capture_locals=True).format(chain=False)
        told.append(repr(vars(one)))
    return "".join(told)


#: By real processes, with all that an interpreter adds.
@pytest.mark.parametrize("debug", [(), ("--debug",)])
@pytest.mark.parametrize("spelling", [PRIVILEGE[0], PRIVILEGE[10], WRONG[1], WRONG[5], WRONG[52], WRONG[60], WRONG[-1]])
@pytest.mark.sampled(7)
def test_processes(spelling: str, debug: tuple[str, ...], site: Site, home: Path, pgseq: Pgseq) -> None:
    dsn = site.dsn(spelling)
    for line in ("check D", "check G D --format json", "explain -d D E", "sync G D --dry-run", "check --config D"):
        done = pgseq(*debug, *words(line, dsn, site.database.dsn))
        assert not shown(done.out + done.err), line
        assert done.code != 0 or spelling in PRIVILEGE
        assert "error: unexpected" not in done.err


@pytest.mark.slow
class TestFromElsewhere:
    """A connection string in an environment variable or a service file, where libpq looks for a name."""

    @pytest.mark.parametrize("spelling", [WRONG[52], WRONG[60], WRONG[37], "host=127.0.0.1 password=kx7hq"])
    def test_variables(self, spelling: str, site: Site, home: Path, pgseq: Pgseq) -> None:
        server, logged = site.database.server.embedded, len(site.log)
        usual = {"PGHOST": str(server.folder), "PGPORT": str(server.port), "PGUSER": "postgres"}
        for variable in ("PGDATABASE", "PGHOST", "PGUSER", "PGSERVICE", "PGAPPNAME"):
            for line in ("check", "check --all", "explain E", "lint -h 127.0.0.1 S"):
                done = pgseq("--debug", *words(line, "", ""), env=usual | {variable: site.dsn(spelling)})
                assert done.code in (2, 3), (variable, line)
                assert not shown(done.out + done.err), (variable, line)
        assert not shown(site.log[logged:])

    def test_which_variable_it_was(self, site: Site, pgseq: Pgseq) -> None:
        done = pgseq("check", env={"PGDATABASE": site.dsn("postgis://guest:kx7hq@{at}")})
        assert done.err.splitlines() == [
            "pgseq: error: PGDATABASE is no database's name: postgis:// does not begin a connection string of "
            "PostgreSQL",
            "hint: write postgresql://USER@HOST:PORT/DATABASE",
        ]

    def test_services(self, site: Site, home: Path, pgseq: Pgseq) -> None:
        logged = len(site.log)
        services = home / "services"
        where = f"host=127.0.0.1\nport={site.database.server.embedded.port}\nuser=guest\npassword={PASSWORD}\n"
        wrong = site.dsn("postgis://guest:kx7hq@{at}")
        services.write_text(
            f"[right]\n{where}dbname={site.database.name}\n[wrong]\n{where}dbname={wrong}\n[half]\n{where}dbname=nosuch\n"
        )
        env = {"PGSERVICEFILE": str(services)}
        for name, codes in (("right", (0, 1)), ("wrong", (2,)), ("half", (2,))):
            done = pgseq("--debug", "check", f"service={name}", env=env)
            assert done.code in codes
            assert not shown(done.out + done.err)
        assert not shown(site.log[logged:])

    def test_password_file_and_variable(self, site: Site, home: Path, pgseq: Pgseq) -> None:
        dsn, logged = site.dsn("postgresql://guest@{at}"), len(site.log)
        file = home / ".pgpass"
        for password, codes in ((PASSWORD, (0, 1)), ("wrong-wz9vp", (2,))):
            file.write_text(f"*:*:*:guest:{password}\n")
            file.chmod(0o600)
            assert pgseq("check", dsn).code in codes
            file.unlink()
            done = pgseq("--debug", "check", dsn, env={"PGPASSWORD": password})
            assert done.code in codes
            assert not shown(done.out + done.err)
        assert not shown(site.log[logged:])

    def test_a_database_of_such_a_name(self, site: Site, pgseq: Pgseq) -> None:
        """It may be anybody's, made to see who would print it."""
        server, name = site.database.server, "postgis://guest:kx7hq@127.0.0.1/x"
        server.admin(f'CREATE DATABASE "{name}"')
        try:
            where = server.embedded
            done = pgseq("check", "--all", "-h", str(where.folder), "-p", str(where.port), "-U", "postgres")
        finally:
            server.admin(f'DROP DATABASE "{name}"')
        assert done.code in (1, 3)
        assert not shown(done.out + done.err)
        assert "postgis:// does not begin a connection string" in done.err


@pytest.mark.parametrize(
    ("spelling", "error", "hint"),
    [
        (
            "postgis://guest:kx7hq@{at}",
            "postgis:// does not begin a connection string of PostgreSQL",
            "write postgresql://USER@HOST:PORT/DATABASE",
        ),
        (
            "guest:kx7hq@{at}",
            "a connection string has no scheme: it would be taken for a name",
            "write postgresql://USER@HOST:PORT/DATABASE",
        ),
        (
            "postgresql+asyncpg://guest:kx7hq@{at}?direct_tls=true",
            "a connection string has a parameter direct_tls, which is not PostgreSQL's",
            "leave it out; known ones: PostgreSQL documentation, Parameter Key Words",
        ),
        (
            "postgresql://guest:kx7hq/wz9vp@{at}",
            "a connection string has more than one @, or one behind a /",
            "a password's own characters are written %40 for @, %2F for / and %25 for % in a URI",
        ),
    ],
)
def test_what_is_said(spelling: str, error: str, hint: str, site: Site, pgseq: Pgseq) -> None:
    logged = len(site.log)
    done = pgseq("check", site.dsn(spelling))
    assert (done.code, done.out, done.err) == (2, "", f"pgseq: error: {error}\nhint: {hint}\n")
    # Nobody was asked.
    assert "connection received" not in site.log[logged:]


@pytest.mark.parametrize("line", ["check --config D", "explain --log D", "lint D", "undo D G --yes", "fix G --sql D"])
@pytest.mark.sampled(5)
def test_a_connection_string_in_place_of_a_file(line: str, site: Site, home: Path, pgseq: Pgseq) -> None:
    for spelling in (PRIVILEGE[0], PRIVILEGE[7], WRONG[52], WRONG[60]):
        done = pgseq(*words(line, site.dsn(spelling), site.database.dsn))
        assert done.code == 2
        assert "takes a file, and was given a connection string" in done.err


class TestStatements:
    """Passwords in statements that others ran."""

    STATEMENTS: Final = (
        "ALTER ROLE guest PASSWORD 'kx7hq'",
        "CREATE USER x ENCRYPTED PASSWORD E'kx7hq\\'wz9vp'",
        "ALTER ROLE x PASSWORD $p$kx7hq$p$",
        "CREATE USER MAPPING FOR x SERVER s OPTIONS (user 'x', password 'kx7hq''wz9vp')",
        "SELECT * FROM dblink('host=h user=x password=kx7hq', 'SELECT 1') AS t (id int)",
        "CREATE SUBSCRIPTION s CONNECTION 'postgresql://x:kx7hq@h/d' PUBLICATION p",
    )

    @pytest.mark.parametrize("statement", STATEMENTS)
    @pytest.mark.parametrize("format", ["table", "json"])
    @pytest.mark.slow
    def test_explain(self, statement: str, format: str, home: Path, pgseq: Pgseq) -> None:
        stamp = "2026-01-01 00:00:00 UTC [1]"
        log = home / "server.log"
        log.write_text(
            f"{stamp} ERROR:  {ERROR}\n{stamp} DETAIL:  Key (id)=(1) already exists.\n{stamp} STATEMENT:  {statement}\n"
            f'{stamp} ERROR:  syntax error at or near "x": {statement}\n{stamp} STATEMENT:  {statement}\n'
        )
        for words in (
            ("--log", log),
            (f"ERROR:  {ERROR}\nSTATEMENT:  {statement}",),
            (f"(psycopg.errors.UniqueViolation) {ERROR}\n[SQL: {statement}]",),
            (statement,),
        ):
            done = pgseq("explain", *words, "--format", format)
            assert not shown(done.out + done.err), words

    @pytest.mark.parametrize("format", ["text", "json", "github", "gitlab", "sarif"])
    @pytest.mark.sampled(5)
    def test_lint(self, format: str, home: Path, pgseq: Pgseq) -> None:
        for number, statement in enumerate(self.STATEMENTS):
            (home / f"{number}.sql").write_text(f"{statement} NONSENSE;\nINSERT INTO t (id) VALUES (1);\n")
        (home / "psql.sql").write_text("\\connect postgresql://x:kx7hq@h/d\n\\c 'password=kx7hq'\n")
        done = pgseq("lint", home, "--format", format)
        assert not shown(done.out + done.err)

    @pytest.mark.slow
    def test_who_is_told_of(self, home: Path, pgseq: Pgseq) -> None:
        """log_line_prefix tells the application's name, which some make of their connection string."""
        record = {
            "timestamp": "2026-01-01 00:00:00 UTC",
            "user": "app",
            "dbname": "postgresql+x://u:kx7hq@h/d",
            "error_severity": "ERROR",
            "state_code": "23505",
            "message": ERROR,
            "application_name": "postgresql://u:kx7hq@h/d",
        }
        (home / "log.json").write_text(json.dumps(record) + "\n")
        for format in ("table", "json"):
            done = pgseq("explain", "--log", "log.json", "--format", format)
            assert "t_pkey" in done.out
            assert not shown(done.out + done.err)

    @pytest.mark.slow
    def test_a_default(self, database: Database, pgseq: Pgseq) -> None:
        database.run(
            "CREATE SEQUENCE s; CREATE TABLE t (id text PRIMARY KEY DEFAULT "
            "nextval('s')::text || 'host=h password=kx7hq' || 'postgresql://x:wz9vp@h/d')"
        )
        for words in (("check", "-v"), ("check", "--format", "csv"), ("verify",), ("why",), ("guard", "plan")):
            done = pgseq(*words, database.dsn)
            assert not shown(done.out + done.err), words


@pytest.mark.slow
def test_names_that_read_like_secrets_stay_exact(database: Database, pgseq: Pgseq) -> None:
    """A name in SQL is no secret: what is to be run has it as it is."""
    database.run(
        'CREATE TABLE "password=x" (id serial PRIMARY KEY); INSERT INTO "password=x" VALUES (1);'
        "CREATE TABLE password (password serial PRIMARY KEY); INSERT INTO password VALUES (1);"
    )
    done = pgseq("fix", database.dsn, "--sql")
    assert '"password=x_id_seq"' in done.out
    assert pgseq("check", database.dsn).code == 1
    assert pgseq("fix", database.dsn, "--yes").code == 0
    assert database.value('INSERT INTO "password=x" DEFAULT VALUES RETURNING id') == 2


def test_of_the_session_nothing_is_told(site: Site) -> None:
    """pg_stat_activity is open to every superuser and monitor."""
    import psycopg

    from pgseq.pg.connect import connect

    with connect(site.dsn(PRIVILEGE[0])) as connection:
        row: Any = connection.execute("SELECT a::text FROM pg_stat_activity a WHERE pid = pg_backend_pid()").fetchone()
        assert not shown(row[0])
        assert isinstance(connection, psycopg.Connection)
        assert not shown(repr(connection))
