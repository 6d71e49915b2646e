"""Parts of patterns for PostgreSQL's lexical structure, in bytes of any encoding whose ASCII is ASCII.

Rules: src/fe_utils/psqlscan.l.
"""

from __future__ import annotations

import re
from typing import Final

WORD: Final = rb"[A-Za-z_\x80-\xff][\w$\x80-\xff]*+"
DOLLAR: Final = rb"\$(?:[A-Za-z_\x80-\xff][\w\x80-\xff]*)?\$"
ESCAPED: Final = rb"'[^'\\]*+(?:(?:\\.|'')[^'\\]*+)*+'"
STANDARD: Final = rb"'[^']*+(?:''[^']*+)*+'"
#: Where a comment begins or ends: they nest.
NESTED: Final = re.compile(rb"/\*|\*/")
