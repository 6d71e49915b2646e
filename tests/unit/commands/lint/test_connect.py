r"""The database that psql's \connect names."""

from __future__ import annotations

import pytest

from pgseq.commands.lint.parse.connect import database


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ("", ""),
        (" -", ""),
        (" - somebody", ""),
        (" app", "app"),
        (" app somebody host 5432", "app"),
        (' "My DB"', "My DB"),
        (" 'My DB'", "My DB"),
        (" 'it''s' ", "it's"),
        (' "a""b"', 'a"b'),
        (""" -reuse-previous=on "dbname='My DB'\"""", "My DB"),
        (""" -reuse-previous=on "dbname='it\\'s \\\\ ""here""'\"""", 'it\'s \\ "here"'),
        (" -reuse-previous=off app", "app"),
        (" 'host=h dbname = app user=u'", "app"),
        (" host=h", ""),
        (" postgresql://u@h:5432/my%20db?sslmode=require", "my db"),
        (" 'postgres://h/x?dbname=y'", "y"),
        (" postgresql://h", ""),
        (" postgresql://[h", "postgresql://[h"),
    ],
)
def test_database(arguments: str, expected: str) -> None:
    assert database(arguments) == expected
