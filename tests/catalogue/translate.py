"""translated.json, written by a real server in every language that Debian's postgresql-15 speaks.

    python -m tests.catalogue.translate

gettext translates under LC_ALL=C.UTF-8 where LANGUAGE names a language; so no locale of the system is needed. What is
in the file for languages that this server lacks stays.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import psycopg

from pgseq.embedded.account import Account
from tests.support.binaries import binaries, client
from tests.support.messages import LOCALES

TARGET: Final = Path(__file__).with_name("translated.json")
PORT: Final = 5499

#: The situation that the texts come from; `test_translated.py` makes it again.
SETUP: Final = """
CREATE TABLE users (id serial PRIMARY KEY, name text);
INSERT INTO users (id) VALUES (1);
CREATE SEQUENCE small MAXVALUE 2 START 2;
SELECT nextval('small');
CREATE SEQUENCE wide START 40000;
CREATE TABLE narrow (id smallint DEFAULT nextval('wide'), n int);
CREATE TABLE lost (id integer PRIMARY KEY, n int);
CREATE TABLE ga (id integer GENERATED ALWAYS AS IDENTITY, n int);
"""
FAILING: Final = {
    "duplicate": "INSERT INTO users (name) VALUES ('x')",
    "limit": "SELECT nextval('small')",
    "too_narrow": "INSERT INTO narrow (n) VALUES (1)",
    "null": "INSERT INTO lost (n) VALUES (1)",
    "generated": "INSERT INTO ga (id) VALUES (7)",
    "denied": "SET ROLE reader; INSERT INTO users (name) VALUES ('x')",
    "missing": "SELECT nextval('orders_orderid_seq')",
    "read_only": "BEGIN READ ONLY; SELECT nextval('users_id_seq')",
}


def main() -> None:
    """Write the file anew."""
    texts: dict[str, dict[str, str]] = json.loads(TARGET.read_text("utf-8"))
    folder = Path(tempfile.mkdtemp(prefix="pgseq-translate-"))
    account = Account.for_servers()
    account.own(folder)
    try:
        _run("initdb", "-D", folder / "data", "-A", "trust", "-U", "postgres", "--locale=C.UTF-8", "-E", "UTF8")
        for number, language in enumerate(["en", *sorted(p.name for p in LOCALES.iterdir() if _speaks(p))]):
            texts[language] = _texts(folder, language, first=number == 0)
    finally:
        shutil.rmtree(folder)
    TARGET.write_text(json.dumps(texts, ensure_ascii=False, indent=1, sort_keys=True) + "\n", "utf-8")


def _speaks(locale: Path) -> bool:
    return (locale / "LC_MESSAGES" / "postgres-15.mo").exists()


def _texts(folder: Path, language: str, *, first: bool) -> dict[str, str]:
    options = f"-c listen_addresses= -c unix_socket_directories={folder} -c lc_messages=C.UTF-8 -p {PORT}"
    data = folder / "data"
    _run("pg_ctl", "-D", data, "-w", "-l", folder / "log", "-o", options, "start", env={"LANGUAGE": language})
    try:
        dsn = f"host={folder} port={PORT} user=postgres dbname=postgres"
        with psycopg.connect(dsn, autocommit=True) as connection:
            if first:
                connection.execute(SETUP + "CREATE ROLE reader; GRANT INSERT, SELECT ON users TO reader;")
            connection.execute("SELECT setval('users_id_seq', 1, false)")
        return {name: _psql(dsn, statement) for name, statement in FAILING.items()}
    finally:
        _run("pg_ctl", "-D", data, "-w", "-m", "immediate", "stop")


def _psql(dsn: str, statement: str) -> str:
    environment = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}
    command = [client("psql"), "-X", "-q", "-d", dsn, "-c", statement]
    return subprocess.run(command, capture_output=True, text=True, env=environment, check=False).stderr.rstrip("\n")


def _run(program: str, *arguments: str | Path, env: Mapping[str, str] | None = None) -> None:
    """Run a server program as an ordinary user."""
    settings = [f"{key}={value}" for key, value in ({"LC_ALL": "C.UTF-8"} | dict(env or {})).items()]
    command = ["env", *settings, binaries(15) / program, *arguments]
    if os.geteuid() == 0:
        command = ["runuser", "-u", "postgres", "--", *command]
    subprocess.run(command, check=True, cwd="/", stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    main()
