"""A loop over the tables as people write it: ask for the maximum, then set the sequence.

python bench/loop.py      (PGHOST, PGDATABASE, … as for psql)
"""

from __future__ import annotations

import psycopg
from psycopg import sql

TABLES = """
SELECT table_schema, table_name, column_name,
       pg_get_serial_sequence(format('%I.%I', table_schema, table_name), column_name)
  FROM information_schema.columns
 WHERE column_default LIKE 'nextval(%'
"""


def main() -> None:
    """Set every sequence to its column's maximum."""
    with psycopg.connect("", autocommit=True) as connection:
        for schema, table, column, sequence in connection.execute(TABLES).fetchall():
            largest = sql.SQL("SELECT max({}) FROM {}").format(sql.Identifier(column), sql.Identifier(schema, table))
            found = connection.execute(largest).fetchone()
            connection.execute("SELECT setval(%s, %s)", (sequence, found[0] if found and found[0] else 1))


if __name__ == "__main__":
    main()
