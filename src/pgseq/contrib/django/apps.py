"""The app: a check of databases, and what happens after `migrate`."""

from __future__ import annotations

from django.apps import AppConfig
from django.core import checks
from django.db.models.signals import post_migrate

from pgseq.contrib.django import conf
from pgseq.contrib.django.database_check import check_databases
from pgseq.contrib.django.migrated import after_migrate


class PgseqConfig(AppConfig):
    """pgseq as an app of Django's."""

    name = "pgseq.contrib.django"
    label = "pgseq"
    verbose_name = "pgseq"

    def ready(self) -> None:
        """Connect what the settings ask for. Raises ImproperlyConfigured."""
        conf.read()
        checks.register(check_databases, checks.Tags.database)
        post_migrate.connect(after_migrate, sender=self, dispatch_uid="pgseq")
