"""Matches rows of VALUES whose cells are plain constants, or functions of such, without the grammar. Pure.

The grammar accepts every match with the same result (src/backend/parser/scan.l, gram.y), and reads all other rows.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from pgseq.commands.lint.parse.lexemes import STANDARD
from pgseq.names import KEYWORDS

_NUMBER: Final = rb"-?(?:[0-9]++(?:\.[0-9]*+)?|\.[0-9]++)(?:[eE][+-]?[0-9]++)?(?![\w.])"
#: Escapes that are never refused.
_ESCAPED: Final = rb"[eE]'[^'\\]*+(?:(?:\\[bfnrt'\"\\/]|'')[^'\\]*+)*+'"
_BITS: Final = rb"[bB]'[01]*+'|[xX]'[0-9a-fA-F]*+'"
_WORDS: Final = (
    rb"(?i:null|true|false|default|current_(?:timestamp|date|time)|localtime(?:stamp)?)(?![\w$\x80-\xff('.])"
)
_NAME: Final = rb"(?!(?i:" + "|".join(sorted(KEYWORDS)).encode() + rb"|setval)(?![\w$\x80-\xff]))[A-Za-z_][\w$]*+"
_TYPE: Final = (
    rb"(?:(?:(?i:numeric|varchar|character\s+varying|timestamp|time|interval)(?![\w$\x80-\xff])|" + _NAME + rb"(?:\."
    + _NAME + rb")?)(?:\([0-9]{1,4}(?:,[0-9]{1,4})?\))?"
    rb"|(?i:bigint|integer|int|smallint|real|double\s+precision|boolean|json|(?:timestamp|time)\s+with(?:out)?\s+time"
    rb"\s+zone)(?![\w$\x80-\xff]))(?:\[\])?"
)  # fmt: skip
_PLAIN: Final = (
    rb"(?:" + _NUMBER + rb"|" + STANDARD + rb"|" + _ESCAPED + rb"|" + _BITS + rb"|" + _WORDS + rb")(?:\s*+::\s*+"
    + _TYPE + rb")*+"
)  # fmt: skip
_LIST: Final = rb"\s*+(?:" + _PLAIN + rb"\s*+(?:,\s*+" + _PLAIN + rb"\s*+)*+)?"
_CELL: Final = (
    rb"\s*+(?:" + _PLAIN + rb"|(?:" + _NAME + rb"(?:\." + _NAME + rb")?\(" + _LIST
    + rb"\)|(?i:array)\[" + _LIST + rb"\])(?:\s*+::\s*+" + _TYPE + rb")*+)\s*+"
)  # fmt: skip
#: A cell to read: an integer that any column may hold, DEFAULT or NULL.
_ID: Final = rb"(?:0|-?[1-9][0-9]{0,17})"
_WANTED: Final = rb"\s*+(" + _ID + rb"(?=\s*+[,)])|'" + _ID + rb"'(?=\s*+[,)])|(?i:default|null)(?=\s*+[,)]))\s*+"


@lru_cache(maxsize=100)
def patterns(width: int, wanted: Sequence[int]) -> tuple[re.Pattern[bytes], re.Pattern[bytes]]:
    """Patterns for rows of `width` cells, each with its comma: for consecutive rows, and for one row whose groups are
    the cells at the positions `wanted` (from 0, ascending)."""
    parts, at = [], 0
    for place in wanted:
        parts += [_others(place - at), _WANTED]
        at = place + 1
    parts.append(_others(width - at))
    row = rb"\(" + rb",".join(part for part in parts if part) + rb"\)\s*+,\s*+"
    return re.compile(rb"(?:" + row + rb"(?=\())*+"), re.compile(row)


def _others(count: int) -> bytes:
    """A pattern for `count` cells that are not read."""
    return b"" if count == 0 else _CELL if count == 1 else rb"%b(?:,%b){%d}+" % (_CELL, _CELL, count - 1)
