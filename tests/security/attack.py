"""A role without privileges that owns tables, and what tells whether its code ran as somebody else."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tests.support.commandline import Completed
from tests.support.database import Database
from tests.support.roles import Role, new_role

#: What the owner's functions warn of when they run as anybody else; it goes to the server's log.
RAN = "CODE OF THE OWNER RUNS AS"

#: In schema code of the owner's: functions that tell who runs them.
_CODE = """
CREATE FUNCTION code.run(what text) RETURNS int LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  IF current_user <> session_user OR NOT pg_catalog.starts_with(current_user, 'Reader') THEN
    RAISE LOG 'CODE OF THE OWNER RUNS AS %: %', current_user, what;
  END IF;
  RETURN 1;
END $$;
CREATE FUNCTION code.tell(what text) RETURNS int LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN RETURN code.run(what); END $$;
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attacker:
    """The role, which owns schema mal of a database."""

    role: Role

    @property
    def database(self) -> Database:
        """The database."""
        return self.role.database

    def run(self, script: str) -> None:
        """Run statements as that role."""
        with self.role.connect() as connection:
            connection.execute(script)

    def ran(self) -> list[str]:
        """The lines of the server's log that tell of its code run as somebody else."""
        log = self.database.server.embedded.log_text()
        return [line for line in log.splitlines() if RAN in line and "STATEMENT" not in line]


@contextlib.contextmanager
def attacker(database: Database, *, runs: bool = False) -> Iterator[Attacker]:
    """A role that owns schema mal, for the length of a block; at its end nothing of it has run as another role, or
    something has where it `runs`."""
    with new_role(database) as role:
        for schema in ("mal", "code"):
            database.run(f"CREATE SCHEMA {schema} AUTHORIZATION {role.sql}; GRANT USAGE ON SCHEMA {schema} TO PUBLIC")
        one = Attacker(role=role)
        one.run(_CODE)
        before = len(one.ran())
        yield one
        assert bool(one.ran()[before:]) == runs, one.ran()[before:]


def behind_a_lock(
    one: Attacker, relation: str, swap: str, command: Callable[[], Completed], prepare: str = ""
) -> Completed:
    """Run `command` while the attacker holds `relation`; once it waits for that, `swap` is run, and the lock let go."""
    answers: list[Completed] = []
    lock = prepare or f"LOCK TABLE {relation} IN ACCESS EXCLUSIVE MODE"
    with one.role.connect(autocommit=False) as connection:
        connection.execute(lock)
        thread = threading.Thread(target=lambda: answers.append(command()))
        thread.start()
        while thread.is_alive() and not _waits(one.database):
            time.sleep(0.005)
        connection.execute(swap)
        connection.commit()
        thread.join()
    return answers[0]


def _waits(database: Database) -> bool:
    """Whether somebody waits for a lock on a relation of the database."""
    question = (
        "SELECT count(*) FROM pg_locks l JOIN pg_database d ON d.oid = l.database AND datname = current_database()"
    )
    return bool(database.value(f"{question} WHERE NOT granted"))
