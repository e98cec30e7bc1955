"""The journals refuse any change: triggers on both databases."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations

from hygie.apps.core.audit.triggers import allow_changes, refuse_changes


class Migration(migrations.Migration):
    """Append-only triggers."""

    dependencies: ClassVar = [("core", "0001_initial")]
    operations: ClassVar = [migrations.RunPython(refuse_changes, allow_changes)]
