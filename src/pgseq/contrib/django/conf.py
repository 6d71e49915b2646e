"""The setting PGSEQ."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Literal

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connections
from msgspec import Struct

PostMigrate = Literal["warn", "fix", "off"]

_MODES: Final = ("warn", "fix", "off")
_KEYS: Final = ("POST_MIGRATE", "CHECK", "DATABASES")


class Settings(Struct, frozen=True, kw_only=True):
    """What PGSEQ says."""

    #: What happens after `migrate`.
    post_migrate: PostMigrate = "warn"
    #: Whether `manage.py check --database …` looks at sequences.
    check: bool = True
    #: Aliases that these two look at; None: every one of PostgreSQL.
    databases: tuple[str, ...] | None = None

    def looks_at(self, alias: str) -> bool:
        """Whether the database of this alias is looked at unasked."""
        asked = self.databases is None or alias in self.databases
        return asked and connections[alias].vendor == "postgresql"


def read() -> Settings:
    """The setting PGSEQ with its defaults. Raises ImproperlyConfigured."""
    table: Any = getattr(settings, "PGSEQ", {})
    if not isinstance(table, Mapping):
        raise ImproperlyConfigured('PGSEQ is not a dictionary: write PGSEQ = {"POST_MIGRATE": "warn"}')
    for key in table:
        if key not in _KEYS:
            raise ImproperlyConfigured(f"PGSEQ[{key!r}] is not known: there are {', '.join(_KEYS)}")
    mode = table.get("POST_MIGRATE", "warn")
    if mode not in _MODES:
        raise ImproperlyConfigured(f'PGSEQ["POST_MIGRATE"] is {mode!r}: write one of {", ".join(_MODES)}')
    check = table.get("CHECK", True)
    if not isinstance(check, bool):
        raise ImproperlyConfigured(f'PGSEQ["CHECK"] is {check!r}: write True or False')
    return Settings(post_migrate=mode, check=check, databases=_aliases(table.get("DATABASES")))


def _aliases(aliases: Any) -> tuple[str, ...] | None:
    if aliases is None:
        return None
    if isinstance(aliases, str) or not all(isinstance(alias, str) for alias in aliases):
        raise ImproperlyConfigured('PGSEQ["DATABASES"] is no list of aliases: write ["default"]')
    for alias in aliases:
        if alias not in connections.settings:
            raise ImproperlyConfigured(f'PGSEQ["DATABASES"]: there is no database {alias!r} in DATABASES')
    return tuple(aliases)
