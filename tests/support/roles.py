"""Roles of a test's own, with names that have to be quoted."""

from __future__ import annotations

import contextlib
import itertools
import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg.conninfo import make_conninfo

from tests.support.database import Database

_numbers = itertools.count(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """A role that may log in to a test's database."""

    name: str
    database: Database

    @property
    def sql(self) -> str:
        """Its name, quoted."""
        return f'"{self.name}"'

    @property
    def dsn(self) -> str:
        """Its connection string through the socket."""
        return make_conninfo(self.database.dsn, user=self.name)

    def connect(self, **parameters: Any) -> psycopg.Connection[tuple[Any, ...]]:
        """Its connection with autocommit; `parameters` are psycopg's."""
        return self.database.connect(user=self.name, **parameters)

    def granted(self, script: str) -> None:
        """Run a script as superuser, `{role}` in it standing for this role."""
        self.database.run(script.replace("{role}", self.sql))


@contextlib.contextmanager
def new_role(database: Database, script: str = "") -> Iterator[Role]:
    """A role without rights but those that `script` gives (see `Role.granted`), for the length of a block."""
    role = Role(name=f"Reader {os.getpid()} {next(_numbers)}", database=database)
    role.granted("CREATE ROLE {role} LOGIN")
    try:
        role.granted(script)
        yield role
    finally:
        role.granted("REASSIGN OWNED BY {role} TO postgres; DROP OWNED BY {role}; DROP ROLE {role}")
