"""The aliases of DATABASES as databases of the command line, over connections that Django makes by its settings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

from django.core.exceptions import ImproperlyConfigured
from django.db import DEFAULT_DB_ALIAS, connections
from msgspec import Struct

from pgseq import conninfo
from pgseq.cli.options.password import Password, Prompt
from pgseq.cli.options.server import NamedServer
from pgseq.errors import UsageError
from pgseq.names import display
from pgseq.pg.drivers import handles
from pgseq.pg.pool import SessionPool
from pgseq.pg.session import Session

#: libpq's parameters, and the settings that say the same.
_SETTINGS: Final = {"host": "HOST", "port": "PORT", "user": "USER", "dbname": "NAME"}


class AliasServer(NamedServer, frozen=True, kw_only=True):
    """The server of an alias, and the database of its settings or another one there."""

    alias: str
    #: What the command line says instead of the settings, by libpq's parameters.
    instead: Mapping[str, str]
    #: Options of Django's own that the command was called with.
    carried: tuple[str, ...] = ()

    @property
    def words(self) -> tuple[str, ...]:
        """Words that name its database on the command line of `manage.py pgseq`."""
        named = () if self.name == DEFAULT_DB_ALIAS else ("--database", self.name)
        return (*named, *self.options, *self.carried)

    @property
    def name(self) -> str:
        """The alias, or ALIAS/NAME for another database of its server."""
        other = self._instead.get("dbname")
        return self.alias if other is None else f"{self.alias}/{other}"

    @property
    def _instead(self) -> dict[str, str]:
        """What is not as the settings have it: the database, too, once it is one of several of the server."""
        database, own = self.parameters.get("dbname"), connections[self.alias].settings_dict["NAME"]
        return {**self.instead, **({"dbname": database} if database and database != str(own) else {})}

    @contextmanager
    def open(self, jobs: int) -> Iterator[SessionPool]:
        """At most `jobs` sessions; in a transaction of the caller's its own alone, which sees what is uncommitted.
        Raises ConnectionFailed, UsageError."""
        with self.session() as lead:
            if self._in_transaction:
                yield SessionPool(primary=lead)
            else:
                with SessionPool(primary=lead, more=self.session, jobs=jobs) as pool:
                    yield pool

    @contextmanager
    def session(self) -> Iterator[Session]:
        """A session over a connection of Django's. Raises ConnectionFailed, UsageError."""
        with handles.session(connections[self.alias] if self._in_transaction else self._connection()) as session:
            yield session

    @property
    def _in_transaction(self) -> bool:
        return not self._instead and bool(connections[self.alias].in_atomic_block)

    def _connection(self) -> Any:
        """A connection of its own by the alias' settings, not opened yet; any thread may use it."""
        wrapper = connections[self.alias].copy()
        wrapper.inc_thread_sharing()
        settings, instead = wrapper.settings_dict, self._instead
        # A pool of the application's may be too small for the sessions of a check.
        settings["OPTIONS"] = {key: value for key, value in settings["OPTIONS"].items() if key != "pool"}
        settings.update({_SETTINGS[key]: value for key, value in instead.items()})
        if instead.keys() - {"dbname"}:
            # It is for another role, or another server.
            settings["PASSWORD"] = ""
        if self.password.prompt == "always":
            settings["PASSWORD"] = self.password.value or self.password.ask(settings["USER"] or None)
        return wrapper


class Aliases(Struct, frozen=True, kw_only=True):
    """What databases are called in a project of Django's."""

    #: Options of Django's own that the command was called with, for commands to run next.
    carried: tuple[str, ...] = ()

    def server(self, name: str | None, options: Mapping[str, str], prompt: Prompt) -> NamedServer | None:
        """The server of an alias, of ALIAS/NAME, or of the alias whose database has this name; None for a connection
        string. Raises UsageError."""
        if name is not None and name not in connections.settings and conninfo.is_meant_as_string(name):
            return None
        alias, database = _divided(name or DEFAULT_DB_ALIAS)
        parameters = place(alias)
        if database:
            parameters["dbname"] = database
        return AliasServer(
            parameters=conninfo.Parameters({**parameters, **options}),
            password=Password(prompt),
            alias=alias,
            instead=dict(options),
            carried=self.carried,
            own_label=name if name and name != parameters.get("dbname") else "",
        )

    def another(self, database: str) -> str:
        """The alias whose database has this name, or else the name of a database beside that of the usual alias."""
        return _of_database(database) or f"{DEFAULT_DB_ALIAS}/{database}"


def words(alias: str) -> tuple[str, ...]:
    """Words that name the database of an alias on the command line of `manage.py pgseq`."""
    return () if alias == DEFAULT_DB_ALIAS else ("--database", alias)


def place(alias: str) -> dict[str, str]:
    """libpq's parameters of an alias, as far as they name a server, a database and a role. Raises UsageError."""
    try:
        wrapper = connections[alias]
        if wrapper.vendor != "postgresql":
            raise UsageError(
                f"the database {alias!r} of DATABASES is not PostgreSQL, but {wrapper.vendor}", _others(alias)
            )
        parameters = wrapper.get_connection_params()
    except ImproperlyConfigured as error:
        raise UsageError(" ".join(str(error).split()), f"see {alias!r} in DATABASES of Django's settings") from error
    return {key: str(parameters[key]) for key in ("service", *_SETTINGS) if parameters.get(key)}


def _divided(name: str) -> tuple[str, str]:
    """The alias, and the name of another database of its server. Raises UsageError."""
    alias, _, database = name.partition("/")
    if name in connections.settings:
        return name, ""
    if database and alias in connections.settings:
        return alias, database
    if of_database := _of_database(name):
        return of_database, ""
    raise UsageError(f"there is no database {display(name)!r} in DATABASES", _others(name))


def _of_database(name: str) -> str | None:
    """The first alias of PostgreSQL whose database has this name."""
    aliases = (alias for alias in connections.settings if connections[alias].vendor == "postgresql")
    return next((alias for alias in aliases if connections[alias].settings_dict["NAME"] == name), None)


def _others(name: str) -> str:
    others = [alias for alias in connections.settings if alias != name and connections[alias].vendor == "postgresql"]
    return f"name one with --database: {', '.join(others)}" if others else "see DATABASES in Django's settings"
