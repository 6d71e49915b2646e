"""Statements that are left out without being read: of other databases, and those that touch no sequence. Pure."""

from __future__ import annotations

import re
from typing import Final

#: Statements that neither store rows nor move a sequence, whatever stands in them.
SILENT: Final = re.compile(
    r"(?:grant|revoke|comment|security|(?:create|alter|drop)\s+(?:role|user|group|extension|policy|server|foreign"
    r"|subscription|publication|tablespace|database)|reassign|vacuum|analyze|notify|listen|lock|set|reset|show)\b",
    re.IGNORECASE,
)
#: What only MySQL and MariaDB write, apart from quoted text.
MYSQL: Final = re.compile(r"`\w+`|\bauto_increment\b|\bengine\s*=|\b(?:un)?lock\s+tables\b", re.IGNORECASE)
MYSQL_NOTE: Final = "this is SQL of MySQL or MariaDB, not of PostgreSQL; its statements are left out"
