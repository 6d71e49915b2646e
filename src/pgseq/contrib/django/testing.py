"""Test databases whose sequences are in sync."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.test.utils import override_settings


class FixSequencesMixin:
    """Mixed into a test runner: test databases begin with their sequences past the rows that migrations have made.

    class Runner(FixSequencesMixin, DiscoverRunner): ...
    """

    def setup_databases(self, **options: Any) -> Any:
        """Create the databases, and fix each once it is migrated, before it is copied for parallel tests. Raises
        ImproperlyConfigured."""
        if not apps.is_installed("pgseq.contrib.django"):
            raise ImproperlyConfigured('FixSequencesMixin needs "pgseq.contrib.django" in INSTALLED_APPS')
        table = {**getattr(settings, "PGSEQ", {}), "POST_MIGRATE": "fix", "DATABASES": None}
        with override_settings(PGSEQ=table):
            return super().setup_databases(**options)  # type: ignore[misc]
