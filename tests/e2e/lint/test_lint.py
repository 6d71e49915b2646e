"""The command `pgseq lint`: files, formats, exit codes, a live database."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from tests.support.commandline import Pgseq, environment, executable
from tests.support.database import Database
from tests.support.terminal import on_terminal

TABLE = "CREATE TABLE users (id serial PRIMARY KEY, name text);\n"
BAD = TABLE + "INSERT INTO users VALUES (1, 'a'), (7, 'b');\n"
UNKNOWN = TABLE + "COPY users FROM '/tmp/users.csv';\n"
FINDING = (
    "bad.sql:2:1: error: explicit ids: users.id holds 7, and users_id_seq hands out 1 next [PGL001]\n"
    "    pgseq lint --fix bad.sql appends a setval() to what is stored; or leave the ids to the default\n"
    "1 file: 1 error\n"
)


@pytest.fixture
def bad(tmp_path: Path) -> Path:
    """A file with one finding, in the folder in which pgseq runs."""
    (tmp_path / "bad.sql").write_text(BAD)
    return tmp_path


def test_text(bad: Path, pgseq: Pgseq) -> None:
    done = pgseq("lint", "bad.sql")
    assert (done.code, done.out.replace("\n   →", "\n →"), done.err) == (1, FINDING, "")


@pytest.mark.parametrize(("text", "code"), [(TABLE, 0), (BAD, 1), (UNKNOWN, 3), (BAD + "SELEC;", 1), ("", 0)])
@pytest.mark.sampled(5)
def test_exit_codes(pgseq: Pgseq, text: str, code: int) -> None:
    assert pgseq("lint", "-", input=text).code == code


@pytest.mark.slow
def test_clean(pgseq: Pgseq) -> None:
    assert pgseq("lint", "-", input=TABLE).out == "1 file: no sequence is left behind\n"
    assert pgseq("lint", "-q", "-", input=TABLE).out == ""


def test_a_statement_that_the_server_would_refuse(pgseq: Pgseq, tmp_path: Path) -> None:
    (tmp_path / "a.sql").write_text("SELECT 1;\nSELECT 'é', 1 +\n  WHERE;\n" + BAD)
    done = pgseq("lint", "a.sql")
    assert done.code == 1
    lines = [line for line in done.out.splitlines() if line.startswith("a.sql")]
    assert lines[0] == 'a.sql:3:3: error: syntax error at or near "WHERE": not PostgreSQL 18\'s grammar [PGL000]'
    assert lines[1].startswith("a.sql:5:1: error: explicit ids")


@pytest.mark.parametrize(
    ("content", "message", "hint"),
    [
        (b"PGDMP\x01\x0e", "f is a pg_dump archive, not plain SQL", "pg_restore -f - f | pgseq lint -"),
        (b"\x1f\x8b\x08", "f is compressed by gzip, not plain SQL", "zcat f | pgseq lint -"),
        ("SELECT 1".encode("utf-16"), "f is UTF-16, not plain SQL", "iconv -f UTF-16 -t UTF-8 f | pgseq lint -"),
        (b"SELECT \x00", "f is not plain SQL: it has null bytes", "name a file of SQL in UTF-8 or Latin-1"),
    ],
)
@pytest.mark.sampled(4)
def test_what_is_no_sql(pgseq: Pgseq, tmp_path: Path, content: bytes, message: str, hint: str) -> None:
    (tmp_path / "f").write_bytes(content)
    done = pgseq("lint", "f")
    assert (done.code, done.err) == (2, f"pgseq: error: {message}\nhint: {hint}\n")


def test_files_that_cannot_be_read(pgseq: Pgseq, tmp_path: Path) -> None:
    assert pgseq("lint", "missing.sql").err.startswith(
        "pgseq: error: missing.sql cannot be read: No such file or directory\n"
    )
    (tmp_path / "empty").mkdir()
    done = pgseq("lint", "empty")
    assert (done.code, done.err) == (2, "pgseq: error: folder empty has no *.sql\nhint: name the files\n")
    assert pgseq("lint").code == 2
    assert pgseq("lint", "--ignore", "PGL099", "x").code == 2
    assert pgseq("lint", "--fix", "-", input=BAD).err.startswith("pgseq: error: --fix cannot append to standard input")


def test_a_folder_in_the_order_of_its_numbers(pgseq: Pgseq, tmp_path: Path) -> None:
    folder = tmp_path / "migrations"
    (folder / "later").mkdir(parents=True)
    (folder / "2_users.sql").write_text(TABLE)
    (folder / "10_rows.sql").write_text("INSERT INTO users VALUES (1, 'a');")
    (folder / "later" / "1.sql").write_text("SELECT setval('users_id_seq', 5);")
    done = pgseq("lint", "migrations", "--format", "json")
    files = [(Path(one["file"]).name, [f["code"] for f in one["findings"]]) for one in done.json()["files"]]
    assert files == [("2_users.sql", []), ("10_rows.sql", ["PGL001"]), ("1.sql", [])]


@pytest.mark.slow
def test_a_file_that_is_read_by_another(pgseq: Pgseq, tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "all.sql").write_text(TABLE + "\\i sub/rows.sql\n")
    (tmp_path / "sub" / "rows.sql").write_text("\\ir 'more rows.sql'\n")
    (tmp_path / "sub" / "more rows.sql").write_text("INSERT INTO users (name) VALUES ('a');\n")
    alone = pgseq("lint", "all.sql")
    assert alone.code == 3
    assert alone.out.splitlines()[0] == "all.sql:2:1: unknown: \\i sub/rows.sql is not followed [PGL009]"
    assert pgseq("lint", "all.sql", "sub/rows.sql").code == 3
    every = pgseq("lint", "all.sql", "sub/rows.sql", "sub/more rows.sql")
    assert (every.code, every.out.count(" info: "), every.out.count("[PGL009]")) == (0, 2, 2)


def test_bom_and_latin_1(pgseq: Pgseq, tmp_path: Path) -> None:
    (tmp_path / "bom.sql").write_bytes(b"\xef\xbb\xbf" + BAD.encode())
    (tmp_path / "latin.sql").write_bytes('CREATE TABLE "é" (id serial);\nINSERT INTO "é" VALUES (1);'.encode("latin-1"))
    assert pgseq("lint", "bom.sql").code == 1
    assert '"é".id holds 1' in pgseq("lint", "latin.sql").out


def test_json(bad: Path, pgseq: Pgseq) -> None:
    document = pgseq("lint", "bad.sql", "--format", "json").json()
    assert document["format"] == 1
    (file,) = document["files"]
    (finding,) = file["findings"]
    assert (file["file"], file["statements"], file["fixed"]) == ("bad.sql", 2, 0)
    assert (finding["code"], finding["severity"], finding["ignored"]) == ("PGL001", "error", None)
    assert (finding["line"], finding["column"], finding["end_line"]) == (2, 1, 2)
    assert finding["sequence"] == {"schema": None, "name": "users_id_seq"}


def test_github(pgseq: Pgseq, tmp_path: Path) -> None:
    (tmp_path / "a,b.sql").write_text(BAD + "INSERT INTO x SELECT 1;\n\\i 100%.sql\n")
    lines = pgseq("lint", "a,b.sql", "--format", "github").out.splitlines()
    assert lines[0].startswith(
        "::error file=a%2Cb.sql,line=2,endLine=2,col=1,title=PGL001 explicit ids::explicit ids: "
    )
    assert lines[1].startswith(
        "::warning file=a%2Cb.sql,line=3,endLine=3,col=1,title=PGL008 unknown table::cannot tell"
    )
    assert lines[2].startswith(
        "::warning file=a%2Cb.sql,line=4,endLine=4,col=1,title=PGL009 not followed::\\i 100%25.sql"
    )


#: What SARIF 2.1.0 requires of a log like ours (sections 3.13 to 3.30 and 3.49 to 3.50).
SARIF: dict[str, Any] = {
    "type": "object",
    "required": ["version", "runs"],
    "properties": {
        "version": {"const": "2.1.0"},
        "runs": {
            "type": "array",
            "minItems": 1,
            "items": {
                "required": ["tool", "results"],
                "properties": {
                    "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
                    "tool": {
                        "required": ["driver"],
                        "properties": {
                            "driver": {
                                "required": ["name"],
                                "properties": {
                                    "rules": {
                                        "type": "array",
                                        "uniqueItems": True,
                                        "items": {
                                            "required": ["id"],
                                            "properties": {
                                                "shortDescription": {"required": ["text"]},
                                                "help": {"required": ["text"]},
                                                "defaultConfiguration": {"$ref": "#/$defs/leveled"},
                                            },
                                        },
                                    }
                                },
                            }
                        },
                    },
                    "results": {
                        "type": "array",
                        "items": {
                            "required": ["message"],
                            "$ref": "#/$defs/leveled",
                            "properties": {
                                "message": {"required": ["text"]},
                                "ruleIndex": {"type": "integer", "minimum": 0},
                                "locations": {
                                    "type": "array",
                                    "items": {
                                        "properties": {
                                            "physicalLocation": {
                                                "required": ["artifactLocation", "region"],
                                                "properties": {
                                                    "artifactLocation": {
                                                        "properties": {"uri": {"type": "string", "pattern": "^[!-~]+$"}}
                                                    },
                                                    "region": {
                                                        "required": ["startLine"],
                                                        "properties": {
                                                            key: {"type": "integer", "minimum": 1}
                                                            for key in ("startLine", "startColumn", "endLine")
                                                        },
                                                    },
                                                },
                                            }
                                        }
                                    },
                                },
                                "suppressions": {
                                    "type": "array",
                                    "items": {
                                        "required": ["kind"],
                                        "properties": {"kind": {"enum": ["inSource", "external"]}},
                                    },
                                },
                            },
                        },
                    },
                },
            },
        },
    },
    "$defs": {"leveled": {"properties": {"level": {"enum": ["none", "note", "warning", "error"]}}}},
}


def test_sarif(pgseq: Pgseq, tmp_path: Path) -> None:
    ignored = "INSERT INTO users VALUES (9, 'c'); -- pgseq: ignore PGL001 (seeds)\n"
    (tmp_path / "my file.sql").write_text(BAD + ignored + "SELEC;\n\\i more.sql\n")
    done = pgseq("lint", "my file.sql", "--format", "sarif")
    document = done.json()
    Draft202012Validator(SARIF).validate(document)
    (run,) = document["runs"]
    rules = run["tool"]["driver"]["rules"]
    found = [(rules[one["ruleIndex"]]["id"], one["level"], "suppressions" in one) for one in run["results"]]
    assert found == [("PGL001", "error", True), ("PGL000", "error", False), ("PGL009", "warning", False)]
    assert run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "my%20file.sql"
    assert run["results"][0]["suppressions"] == [{"kind": "inSource", "justification": "seeds"}]


def test_sarif_says_where_a_finding_is_ignored(bad: Path, pgseq: Pgseq) -> None:
    (bad / "pgseq.toml").write_text('ignore = [{ code = "PGL001", sequence = "users_*", reason = "seeds" }]')
    done = pgseq("lint", "bad.sql", "--format", "sarif")
    document = done.json()
    Draft202012Validator(SARIF).validate(document)
    assert done.code == 0
    assert document["runs"][0]["results"][0]["suppressions"] == [{"kind": "external", "justification": "seeds"}]


@pytest.mark.slow
def test_ignored_by_the_command_line_and_the_configuration(bad: Path, pgseq: Pgseq) -> None:
    assert pgseq("lint", "bad.sql", "--ignore", "pgl001").out == "1 file: 1 ignored\n"
    (bad / "pgseq.toml").write_text('ignore = [{ code = "PGL001", sequence = "users_*", reason = "seeds" }]')
    done = pgseq("lint", "bad.sql")
    assert (done.code, done.out) == (0, "1 file: 1 ignored\n")
    (bad / "pgseq.toml").write_text('ignore = [{ code = "PGL001", sequence = "other", reason = "seeds" }]')
    assert pgseq("lint", "bad.sql").code == 1


@pytest.mark.slow
def test_fix_twice(bad: Path, pgseq: Pgseq) -> None:
    file = bad / "bad.sql"
    assert pgseq("lint", "--fix", file).out == "1 file: 1 sequence put right\n"
    fixed = file.read_text()
    assert fixed.startswith(BAD)
    assert pgseq("lint", file).code == 0
    assert pgseq("lint", "--fix", file).out == "1 file: no sequence is left behind\n"
    assert file.read_text() == fixed


def test_fix_keeps_line_ends(bad: Path, pgseq: Pgseq) -> None:
    file = bad / "bad.sql"
    file.write_bytes(BAD.replace("\n", "\r\n").encode())
    assert pgseq("lint", "--fix", file).code == 0
    assert file.read_bytes().count(b"\n") == file.read_bytes().count(b"\r\n")


@pytest.mark.parametrize(
    ("end", "why"),
    [
        ("COPY users FROM stdin;\n9\tc\n", "it ends within COPY data"),
        ("SELECT 'open", "it ends within a quoted text or a comment"),
        ("-- migrate:down\nDROP TABLE users;\n", "it has a way back"),
    ],
)
@pytest.mark.sampled(2)
def test_nothing_is_appended_where_it_would_not_run(bad: Path, pgseq: Pgseq, end: str, why: str) -> None:
    file = bad / "bad.sql"
    file.write_text(BAD + end)
    done = pgseq("lint", "--fix", "bad.sql")
    assert (done.code, done.err) == (1, f"pgseq: nothing is appended to bad.sql: {why}\n")
    assert file.read_text() == BAD + end


@pytest.mark.slow
def test_a_live_database_knows_the_tables_and_where_they_stand(database: Database, bad: Path, pgseq: Pgseq) -> None:
    seeds = bad / "seeds.sql"
    seeds.write_text("INSERT INTO users VALUES (1, 'a'), (7, 'b');\nINSERT INTO gone VALUES (1);\n")
    database.run(TABLE)
    done = pgseq("lint", "-d", database.dsn, "seeds.sql", "--format", "json")
    found = [(one["code"], one["sequence"]) for one in done.json()["files"][0]["findings"]]
    assert found == [("PGL001", {"schema": "public", "name": "users_id_seq"}), ("PGL008", None)]
    assert done.code == 1

    database.run("INSERT INTO users (name) SELECT 'x' FROM generate_series(1, 20)")
    assert pgseq("lint", "-d", database.dsn, "seeds.sql").code == 3, "20 have been handed out: nothing is behind"

    connected = f"\\connect {database.name}\n{seeds.read_text()}\\connect other\nINSERT INTO users VALUES (90, 'c');"
    elsewhere = pgseq("lint", "-d", database.dsn, "-", input=connected)
    assert [line[:6] for line in elsewhere.out.splitlines() if "PGL" in line] == ["-:3:1:", "-:5:1:"]

    database.run("INSERT INTO users VALUES (500, 'stray')")
    seeds.write_text("SELECT setval('users_id_seq', 30);")
    low = pgseq("lint", "-d", database.dsn, "seeds.sql")
    assert (
        "setval() to a value too low: public.users.id holds 500, and public.users_id_seq hands out 31 next" in low.out
    )
    seeds.write_text("SELECT setval('users_id_seq', (SELECT max(id) FROM users));")
    assert pgseq("lint", "-d", database.dsn, "seeds.sql").code == 0


def test_a_database_that_cannot_be_reached(bad: Path, pgseq: Pgseq) -> None:
    assert pgseq("lint", "-h", str(bad), "-d", "x", "bad.sql").code == 2


def test_without_the_grammar(bad: Path) -> None:
    code = (
        "import sys; sys.modules['postgast'] = None; from pgseq.cli import main; "
        "sys.argv = ['pgseq', 'lint', 'bad.sql']; main()"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=bad, capture_output=True, text=True, timeout=60)
    assert done.returncode == 2
    assert done.stderr == (
        'pgseq: error: lint needs PostgreSQL\'s grammar, which is not installed\nhint: pip install "pgseq[lint]"\n'
    )


def test_help_does_not_load_the_grammar(tmp_path: Path) -> None:
    code = (
        "import sys; from pgseq.cli import main; sys.argv = ['pgseq', 'lint', '--help']\n"
        "try: main()\n"
        "finally: print(sorted(name for name in sys.modules if name in ('postgast', 'psycopg')), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0
    assert done.stderr == "[]\n"
    assert "pg_dump app | pgseq lint -" in done.stdout


@pytest.mark.slow
def test_a_reader_that_goes_away(bad: Path) -> None:
    (bad / "many.sql").write_text(TABLE + "SELEC;\n" * 20_000)
    command = f"{executable()} lint many.sql | head -1; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(
        ["bash", "-c", command], cwd=bad, env=environment(bad), capture_output=True, text=True, timeout=60
    )
    assert done.stdout.splitlines()[1:] == ["141"]
    assert done.stderr == ""


@pytest.mark.slow
def test_a_long_insert_is_read_in_parts(pgseq: Pgseq, tmp_path: Path) -> None:
    rows = [f"({number}, 'name {number}; -- \\ ')" for number in range(1, 40_001)]
    rows[30_000] = "(3, 'bad)"
    file = tmp_path / "long.sql"
    file.write_text(TABLE + "INSERT INTO users (id, name) VALUES\n" + ",\n".join(rows[:30_000] + rows[30_001:]) + ";\n")
    assert "long.sql:2:1: error: explicit ids: users.id holds 40000" in pgseq("lint", file).out
    file.write_text(TABLE + "INSERT INTO users VALUES\n" + ",\n".join([*rows[:30_000], "(1, 2))", "(3, 'x')"]) + ";\n")
    done = json.loads(pgseq("lint", file, "--format", "json").out)
    wrong = next(one for one in done["files"][0]["findings"] if one["code"] == "PGL000")
    assert (wrong["line"], wrong["column"]) == (30_003, 7)


@pytest.mark.slow
def test_a_bar_while_a_large_file_is_read(tmp_path: Path) -> None:
    rows = "".join(f"INSERT INTO users VALUES ({number}, 'somebody');\n" for number in range(1, 75_001))
    (tmp_path / "large.sql").write_text(TABLE + rows)
    shown = on_terminal(tmp_path, "lint", "--color", "never", "large.sql")
    assert shown.code == 1
    plain = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", shown.out)
    assert re.search(r"[12]/3", plain), "megabytes read, of all"
    assert plain.rstrip().endswith("1 file: 1 error")


def test_the_hooks_run_the_command() -> None:
    root = Path(__file__).parents[3]
    hooks = (root / ".pre-commit-hooks.yaml").read_text(encoding="utf-8")
    extra = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    assert hooks.count("entry: pgseq lint") == hooks.count("- id:") == 2
    assert hooks.count(json.dumps(extra["lint"])) == 2


def hook(id: str, *files: str, args: tuple[str, ...] = ()) -> list[str]:
    """The words with which pre-commit calls a hook for some files."""
    text = (Path(__file__).parents[3] / ".pre-commit-hooks.yaml").read_text(encoding="utf-8")
    (entry,) = re.findall(rf"- id: {id}\n(?:  .*\n)*?  entry: pgseq (.*)\n", text)
    return [*entry.split(), *args, *files]


@pytest.mark.slow
def test_the_hook_with_one_file(pgseq: Pgseq, tmp_path: Path) -> None:
    folder = tmp_path / "db"
    folder.mkdir()
    (folder / "1.sql").write_text(TABLE)
    (folder / "2.sql").write_text("INSERT INTO users VALUES (1, 'a');\nINSERT INTO users VALUES (2, 'b');\n")
    assert pgseq(*hook("pgseq-lint", "db/2.sql")).code == 3, "whether a sequence feeds the table is in another file"
    whole = pgseq(*hook("pgseq-lint", "db/2.sql", args=("db",)))
    assert (whole.code, whole.out.splitlines()[0].partition(": ")[0]) == (1, "db/2.sql:2:1")
    assert whole.out.endswith("2 files: 1 error\n"), "each file is read once"
    fixed = pgseq(*hook("pgseq-lint-fix", "db/2.sql", args=("db",)))
    assert (fixed.code, fixed.out) == (0, "2 files: 1 sequence put right\n")
    (folder / "2.sql").write_text(
        "INSERT INTO users VALUES (1, 'a');\nSELECT setval('users_id_seq', (SELECT max(id) FROM users));\n"
    )
    assert pgseq(*hook("pgseq-lint", "db/2.sql")).code == 0


@pytest.mark.slow
def test_a_table_that_a_later_file_makes(pgseq: Pgseq, tmp_path: Path) -> None:
    (tmp_path / "a.sql").write_text("INSERT INTO s.users VALUES (1, 'a');\nINSERT INTO nothing VALUES (1);\n")
    (tmp_path / "b.sql").write_text("create unlogged table if not exists s . users (id serial);\n")
    done = pgseq("lint", "a.sql", "b.sql")
    assert [line for line in done.out.splitlines() if line[0] != " "] == [
        "a.sql:1:1: unknown: cannot tell whether a sequence feeds s.users: "
        "b.sql, which makes it, is read later [PGL008]",
        "a.sql:2:1: unknown: cannot tell whether a sequence feeds nothing: it is not made in the files [PGL008]",
        "2 files: 2 cannot be told",
    ]
    assert "give the files in the order in which they are run" in done.out
    assert "is not made in the files" in pgseq("lint", "a.sql").out


@pytest.mark.slow
def test_what_one_statement_hides_is_told_once(pgseq: Pgseq, tmp_path: Path) -> None:
    tables = "".join(f"CREATE TABLE {name} (id serial);\nINSERT INTO {name} VALUES (1);\n" for name in "abcde")
    computed = "SELECT setval(format('%s', relname), 5) FROM pg_class;\n"
    (tmp_path / "a.sql").write_text(tables + computed + "INSERT INTO a ${columns} VALUES (2);\n")
    done = pgseq("lint", "a.sql")
    assert [line for line in done.out.splitlines() if line[0] != " "] == [
        "a.sql:11:1: unknown: cannot tell where b_id_seq, c_id_seq, d_id_seq and 1 more stand: "
        "setval() is called for computed sequences [PGL007]",
        "a.sql:12:1: unknown: cannot tell what comes into a.id: a statement with ${columns}, which has no value, "
        "stores rows [PGL007]",
        "1 file: 2 cannot be told",
    ]
    assert pgseq("lint", "--fix", "a.sql").out == "1 file: 5 sequences put right\n"
    assert (tmp_path / "a.sql").read_text().count("-- pgseq: resync") == 5


@pytest.mark.slow
def test_what_drowns_the_rest_is_summed_up(pgseq: Pgseq, tmp_path: Path) -> None:
    statements = "INSERT INTO ${schema} ${kind} x VALUES (1);\nCREATE ${kind} x;\n" * 1500
    (tmp_path / "a.sql").write_text(TABLE + "INSERT INTO users VALUES (1);\n" + statements)
    done = pgseq("lint", "a.sql")
    assert [line for line in done.out.splitlines() if line[0] != " "] == [
        "a.sql:2:1: error: explicit ids: users.id holds 1, and users_id_seq hands out 1 next [PGL001]",
        "a.sql:3:1: unknown: cannot tell in which table: a statement with ${schema}, which has no value, stores rows; "
        "1499 more findings of this kind below [PGL007]",
        "a.sql:4:8: unknown: cannot tell what 1,500 statements do: ${kind} has no value [PGL007]",
        "1 file: 1 error, 2 cannot be told",
    ]
    assert "give it one: --set kind=…" in done.out


def test_explain_prints_a_code_of_lint(pgseq: Pgseq) -> None:
    done = pgseq("explain", "pgl003")
    assert (done.code, done.out.splitlines()[0]) == (0, "# PGL003: copied ids")


@pytest.mark.slow
def test_set_gives_a_placeholder_its_value(pgseq: Pgseq, tmp_path: Path) -> None:
    (tmp_path / "a.sql").write_text("CREATE TABLE ${app}.t (id serial);\nINSERT INTO public.t VALUES (:nr);\n")
    done = pgseq("lint", "--set", "app=public", "--set", "nr=7", "a.sql")
    assert (done.code, done.out.splitlines()[0]) == (
        1,
        "a.sql:2:1: error: explicit ids: public.t.id holds 7, and public.t_id_seq hands out 1 next [PGL001]",
    )
    refused = pgseq("lint", "--set", "app", "a.sql")
    assert (refused.code, refused.err) == (
        2,
        "pgseq: error: --set takes a name and its value, and was given app\nhint: write --set NAME=VALUE\n",
    )


@pytest.mark.slow
def test_fix_gives_up_a_range_only_when_it_is_told_to(pgseq: Pgseq, tmp_path: Path) -> None:
    file = tmp_path / "a.sql"
    file.write_text("CREATE TABLE t (id serial);\nINSERT INTO t VALUES (2147483600);\n")
    done = pgseq("lint", "--fix", "a.sql")
    assert (done.code, done.out.splitlines()[1]) == (
        1,
        "    beyond 2147483600 --fix would give up 100 % of the free values left: give the row with id = 2147483600 "
        "another id, or give them up: --max-jump 100%",
    )
    assert "setval" not in file.read_text()
    assert pgseq("lint", "--fix", "--max-jump", "100%", "a.sql").code == 0
    assert "setval" in file.read_text()
