"""Names that no server has quoted, as SQL: quoted where quote_ident() would quote them. For what people read. Pure.

Source: quote_identifier() in src/backend/utils/adt/ruleutils.c, keywords of 12 to 18 (pg_get_keywords()).
"""

from __future__ import annotations

import re
from typing import Final

_PLAIN: Final = re.compile(r"[a-z_][a-z0-9_]*")
_WORDS: Final = """
all analyse analyze and any array as asc asymmetric authorization between bigint binary bit boolean both
case cast char character check coalesce collate collation column concurrently constraint create cross
current_catalog current_date current_role current_schema current_time current_timestamp current_user dec
decimal default deferrable desc distinct do else end except exists extract false fetch float for foreign
freeze from full grant greatest group grouping having ilike in initially inner inout int integer intersect
interval into is isnull join json json_array json_arrayagg json_exists json_object json_objectagg json_query
json_scalar json_serialize json_table json_value lateral leading least left like limit localtime
localtimestamp merge_action national natural nchar none normalize not notnull null nullif numeric offset on
only or order out outer overlaps overlay placing position precision primary real references returning right
row select session_user setof similar smallint some substring symmetric system_user table tablesample then
time timestamp to trailing treat trim true union unique user using values varchar variadic verbose when
where window with xmlattributes xmlconcat xmlelement xmlexists xmlforest xmlnamespaces xmlparse xmlpi
xmlroot xmlserialize xmltable
"""
#: Every keyword that is reserved in some way.
KEYWORDS: Final = frozenset(_WORDS.split())


def quoted(*parts: str) -> str:
    """A name, qualified by the parts before it (empty ones are left out), as SQL takes it."""
    return ".".join(_identifier(part) for part in parts if part)


def literal(sql: str) -> str:
    """SQL's own text as a string literal, as nextval() takes a sequence's name."""
    return "'" + sql.replace("'", "''") + "'"


def _identifier(name: str) -> str:
    plain = _PLAIN.fullmatch(name) is not None and name not in KEYWORDS
    return name if plain else '"' + name.replace('"', '""') + '"'
