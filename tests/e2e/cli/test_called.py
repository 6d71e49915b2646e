"""What stands in the place of `pgseq` stands in every command that is told to be run next."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from pgseq.cli import COMMANDS, main

UNREADABLE = {
    "moves.jsonl": b"nothing\n",
    "broken.toml": b"nonsense = 1\n",
    "check.json": b"{}",
    "seeds.sql": b"CREATE TABLE t (id serial); INSERT INTO t VALUES (1);",
    "strange.sql": b"INSERT INTO t VALUES (1);",
    "hidden.sql": b"CREATE TABLE t (id serial); COPY t FROM '/t.csv';",
    "computed.sql": b"DO $$ BEGIN EXECUTE 'INSERT INTO ' || x; END $$",
    "a b.sql": b"\x1f\x8b",
}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ("undo moves.jsonl --yes", "name the file given to ./manage.py pgseq fix --undo-file"),
        ("undo nothing.jsonl --yes", "name the file given to ./manage.py pgseq fix --undo-file"),
        ("check --config broken.toml", "see ./manage.py pgseq check --help and the README"),
        ("check --warning 90d", "./manage.py pgseq range --within 90d exits with 1"),
        ("postgresql://db/app", "./manage.py pgseq check DSN only looks"),
        ("demo --stop .", "./manage.py pgseq demo --keep prints the line that stops it"),
        ("lint seeds.sql", "./manage.py pgseq lint --fix seeds.sql appends a setval()"),
        ("lint seeds.sql --set a=b --max-jump 5%", "lint --set a=b --max-jump 5% --fix seeds.sql appends"),
        ("lint seeds.sql --ignore PGL002", "lint --ignore PGL002 --fix seeds.sql appends"),
        ("lint strange.sql", "name a database  ./manage.py pgseq lint -d DBNAME strange.sql"),
        ("lint hidden.sql --format github", "./manage.py pgseq lint --fix hidden.sql appends"),
        ("lint computed.sql", "./manage.py pgseq check says where"),
        ("lint a\\ b.sql", "zcat 'a b.sql' | ./manage.py pgseq lint -"),
        ("lint seeds.sql seeds.sql seeds.sql seeds.sql", "./manage.py pgseq lint --fix appends"),
    ],
)
def test_with_the_name_of_the_program(
    arguments: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, content in UNREADABLE.items():
        (tmp_path / name).write_bytes(content)
    monkeypatch.chdir(tmp_path)
    main.main(shlex.split(arguments), "./manage.py pgseq", standalone_mode=False)
    told = "".join(capsys.readouterr())
    assert said in told
    assert re.findall(rf"(?<!/manage\.py )pgseq (?:{'|'.join(COMMANDS)})\b", told) == []
