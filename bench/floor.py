"""The floor: the leanest statements that tell every stored maximum and every position, on one open connection.

    python bench/floor.py      (PGHOST, PGDATABASE, … as for psql)

Prints the seconds, without the start of Python and the connection. It knows nothing of grids, ranges, rights, locks,
partitions, shared sequences or defaults, and explains nothing: it is what any program must pay.
"""

from __future__ import annotations

import time
from typing import Any

import psycopg

#: Tables a statement reads: each is locked until its end.
BATCH = 50

SOURCES = b"""
SELECT d.objid, format('(SELECT max(%I) FROM %I.%I)', a.attname, n.nspname, t.relname)
  FROM pg_depend d
  JOIN pg_sequence s ON s.seqrelid = d.objid
  JOIN pg_class t ON t.oid = d.refobjid
  JOIN pg_namespace n ON n.oid = t.relnamespace
  JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
 WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')
"""
POSITIONS = b"SELECT seqrelid, last_value, is_called FROM pg_sequence, pg_get_sequence_data(seqrelid)"


def main() -> None:
    """Measure and print."""
    with psycopg.connect("", autocommit=True, prepare_threshold=None) as connection:
        start = time.perf_counter()
        count = behind(connection)
        print(f"{time.perf_counter() - start:.6f} {count}")


def behind(connection: psycopg.Connection[Any]) -> int:
    """How many sequences stand before their column's maximum."""
    found = connection.execute(SOURCES).fetchall()
    stored: dict[int, int | None] = {}
    for first in range(0, len(found), BATCH):
        batch = found[first : first + BATCH]
        question = f"SELECT ARRAY[{','.join(source for _, source in batch)}]"
        ((values,),) = connection.execute(question.encode()).fetchall()
        stored |= zip((oid for oid, _ in batch), values, strict=True)
    positions = connection.execute(POSITIONS).fetchall()
    return sum((stored.get(oid) or 0) >= last + called for oid, last, called in positions)


if __name__ == "__main__":
    main()
