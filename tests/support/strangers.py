"""Two roles of a test's own that have nothing to do with each other, each with a schema."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from tests.support.database import Database
from tests.support.roles import Role, new_role

#: A function that tells by sequences, which no rollback takes back, whether it ran as its owner or as another role.
TELLTALE: Final = """
GRANT USAGE ON SCHEMA mal TO PUBLIC;
CREATE SEQUENCE mal.as_owner MINVALUE 0 START 0; GRANT ALL ON SEQUENCE mal.as_owner TO PUBLIC;
CREATE SEQUENCE mal.as_another MINVALUE 0 START 0; GRANT ALL ON SEQUENCE mal.as_another TO PUBLIC;
CREATE FUNCTION mal.told() RETURNS bigint LANGUAGE plpgsql AS $$
BEGIN
  PERFORM CASE WHEN current_user = (SELECT pg_get_userbyid(nspowner) FROM pg_namespace WHERE nspname = 'mal')
               THEN nextval('mal.as_owner') ELSE nextval('mal.as_another') END;
  RETURN 1;
END $$;
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Strangers:
    """`mal` means harm to `vic`; each owns the schema of that name."""

    mal: Role
    vic: Role

    def as_mal(self, *statements: str) -> None:
        """Run statements as mal, `{mal}` and `{vic}` in them standing for the roles."""
        self._run(self.mal, statements)

    def as_vic(self, *statements: str) -> None:
        """Run statements as vic."""
        self._run(self.vic, statements)

    def granted(self, script: str) -> None:
        """Run a script as superuser."""
        self.mal.database.run(self._named(script))

    @property
    def ran(self) -> tuple[bool, bool]:
        """Whether mal's function ran as mal, and as anybody else."""
        question = "SELECT is_called FROM mal.as_owner UNION ALL SELECT is_called FROM mal.as_another"
        mine, another = (called for (called,) in self.mal.database.rows(question))
        return mine, another

    def _run(self, role: Role, statements: tuple[str, ...]) -> None:
        with role.connect() as connection:
            for statement in statements:
                connection.execute(self._named(statement).encode())

    def _named(self, script: str) -> str:
        return script.replace("{mal}", self.mal.sql).replace("{vic}", self.vic.sql)


@contextlib.contextmanager
def two_strangers(database: Database) -> Iterator[Strangers]:
    """The two, for the length of a block."""
    with new_role(database) as vic, new_role(database) as mal:
        strangers = Strangers(mal=mal, vic=vic)
        strangers.granted("CREATE SCHEMA vic AUTHORIZATION {vic}; CREATE SCHEMA mal AUTHORIZATION {mal}")
        yield strangers
