"""A tree of Alembic's: alembic.ini, env.py and revisions, run in this process or by `alembic` in one of its own."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from pathlib import Path
from textwrap import dedent, indent

from alembic import command
from alembic.config import Config

from tests.support.drivers import Driver, url

#: What `alembic init` writes, and the lines of docs/frameworks/alembic.md.
_ENV = """
from alembic import context
from sqlalchemy import create_engine, pool
{imports}

config = context.config

if context.is_offline_mode():
    context.configure(url=config.get_main_option("sqlalchemy.url"), literal_binds=True)
    with context.begin_transaction():
        context.run_migrations()
else:
    engine = create_engine(config.get_main_option("sqlalchemy.url"), poolclass=pool.NullPool)
    with engine.connect() as connection:
        context.configure(
            connection=connection,
            transaction_per_migration={per_migration},
            {configured}
        )
        with context.begin_transaction():
            context.run_migrations()
"""


@dataclass(slots=True, kw_only=True)
class Tree:
    """A folder with revisions, each behind the one before."""

    folder: Path
    dsn: str
    driver: Driver = "psycopg"
    imports: str = "from pgseq.contrib.alembic import watch"
    configured: str = "on_version_apply=watch(connection),"
    per_migration: bool = True
    revisions: list[str] = field(default_factory=list)

    def revise(self, revision: str, doc: str, upgrade: str) -> None:
        """Write a revision."""
        versions = self.folder / "migrations" / "versions"
        versions.mkdir(parents=True, exist_ok=True)
        down = self.revisions[-1] if self.revisions else None
        body = indent(dedent(upgrade).strip(), "    ")
        (versions / f"{revision}.py").write_text(
            f'"""{doc}"""\nfrom alembic import op\nimport sqlalchemy as sa\n\nrevision = {revision!r}\n'
            f"down_revision = {down!r}\n\n\ndef upgrade():\n{body}\n\n\ndef downgrade():\n    pass\n",
            "utf-8",
        )
        self.revisions.append(revision)

    @property
    def address(self) -> str:
        """The URL that its engine is made of."""
        return url(self.dsn, self.driver).render_as_string(hide_password=False)

    def config(self, out: io.StringIO | None = None) -> Config:
        """The configuration, written to alembic.ini as well."""
        text = _ENV.format(imports=self.imports, configured=self.configured, per_migration=self.per_migration)
        (self.folder / "migrations" / "env.py").write_text(text, "utf-8")
        address = self.address.replace("%", "%%")
        (self.folder / "alembic.ini").write_text(
            f"[alembic]\nscript_location = {self.folder / 'migrations'}\nsqlalchemy.url = {address}\n", "utf-8"
        )
        return Config(str(self.folder / "alembic.ini"), output_buffer=out or io.StringIO())

    def upgrade(self, to: str = "head") -> None:
        """alembic upgrade"""
        command.upgrade(self.config(), to)

    def script(self, to: str = "head") -> str:
        """alembic upgrade --sql"""
        out = io.StringIO()
        command.upgrade(self.config(out), to, sql=True)
        return out.getvalue()
