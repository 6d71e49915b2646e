"""docs/guard.md's real output: its `console` blocks marked `<!-- run -->`, in order, on a database of its own.

`python -m tests.support.guard_page` rewrites the file.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import psycopg

from pgseq.embedded import EmbeddedServer
from tests.support.readme import regenerated

PAGE: Final = Path(__file__).parents[2] / "docs" / "guard.md"
DATABASE: Final = "crm"
TABLES: Final = """
CREATE TABLE customers (id serial PRIMARY KEY, name text);
INSERT INTO customers (name) SELECT 'x' FROM generate_series(1, 3);
CREATE TABLE tickets (id serial PRIMARY KEY, title text);
CREATE SEQUENCE invoice_no;
CREATE TABLE invoices (no bigint PRIMARY KEY DEFAULT nextval('invoice_no'));
"""


def build(server: EmbeddedServer) -> None:
    """Create the page's database."""
    with psycopg.connect(server.dsn(), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {DATABASE}")
    with psycopg.connect(server.dsn(DATABASE), autocommit=True) as connection:
        connection.execute(TABLES)


def page() -> str:
    """The page as it would be with the output of today."""
    return regenerated(PAGE, build)


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
