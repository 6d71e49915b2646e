"""An operation of migrations, and a function for RunPython and tests."""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.migrations.operations.base import Operation

from pgseq.contrib.django import looking
from pgseq.model.reports import SequenceReport
from pgseq.sql.fix_tables import fix_tables


class FixSequences(Operation):
    """Moves the sequences of models forward, past the rows that operations before it have stored; backwards it does
    nothing.

    `models`: a label (`"shop.Tag"`, or `"Tag"` of the migration's own app), or several; all of the app when none is
    named. `sqlmigrate` shows a statement that does the same when it is run.
    """

    reduces_to_sql = True
    reversible = True

    def __init__(self, models: str | Iterable[str] = ()) -> None:
        self.models = (models,) if isinstance(models, str) else tuple(models)

    def state_forwards(self, app_label: str, state: Any) -> None:
        """The models stay as they are."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Move the sequences. Raises PgseqError, LookupError for a model that there is not at this point."""
        connection = schema_editor.connection
        models = [
            model for model in self._models(app_label, to_state) if self.allow_migrate_model(connection.alias, model)
        ]
        if connection.vendor != "postgresql" or not models:
            return
        if getattr(schema_editor, "collect_sql", False):
            schema_editor.execute(statement(connection, models), params=None)
        else:
            _fixed(connection, models)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Nothing: no sequence is moved back."""

    def describe(self) -> str:
        """What `migrate --plan` says."""
        return f"Fix the sequences of {', '.join(self.models) or 'all models'}"

    @property
    def migration_name_fragment(self) -> str:
        """What a migration that has it alone is called."""
        return "fix_sequences"

    def _models(self, app_label: str, state: Any) -> list[Any]:
        if not self.models:
            return list(state.apps.get_app_config(app_label).get_models())
        labels = (label if "." in label else f"{app_label}.{label}" for label in self.models)
        return [state.apps.get_model(label) for label in labels]


def fix_sequences(*models: Any, using: str = DEFAULT_DB_ALIAS) -> tuple[SequenceReport, ...]:
    """Move the sequences of models forward, past the rows that are stored: in RunPython, and in tests.

    `models`: labels such as `"shop.Tag"`, or classes, as `apps.get_model()` of a migration gives them; all sequences of
    the database when none is named. Returns a report on each; one that could not be moved is a warning. What was moved
    stays so when the transaction is rolled back. Raises PgseqError, LookupError.
    """
    connection = connections[using]
    if models:
        return _fixed(connection, [apps.get_model(model) if isinstance(model, str) else model for model in models])
    return _warned(looking.fix(connection).sequences)


def statement(connection: Any, models: Iterable[Any]) -> str:
    """One statement that moves the sequences of models forward when it is run."""
    tables = sorted({connection.ops.quote_name(table) for model in models for table in looking.tables_of(model)})
    return fix_tables(tables, looking.command("check", connection.alias))


def _fixed(connection: Any, models: Iterable[Any]) -> tuple[SequenceReport, ...]:
    return _warned(
        looking.fix_tables(connection, sorted({one for model in models for one in looking.tables_of(model)}))
    )


def _warned(reports: tuple[SequenceReport, ...]) -> tuple[SequenceReport, ...]:
    for line in filter(None, map(looking.left, reports)):
        warnings.warn(line, RuntimeWarning, stacklevel=1)
    return reports
