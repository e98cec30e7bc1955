"""Limits, invitations, codes sent to contacts."""

from __future__ import annotations

from typing import ClassVar

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import hygie.apps.core.encryption


class Migration(migrations.Migration):
    """Three tables."""

    dependencies: ClassVar = [
        ("core", "0003_messages"),
    ]

    operations: ClassVar = [
        migrations.CreateModel(
            name="ContactCode",
            fields=[
                ("mark", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("digest", models.CharField(max_length=64)),
                ("expires", models.DateTimeField(db_index=True)),
                ("tries", models.PositiveSmallIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="Count",
            fields=[
                ("digest", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("hits", models.PositiveIntegerField()),
                ("ends", models.BigIntegerField(db_index=True)),
            ],
        ),
        migrations.CreateModel(
            name="Invitation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("email", hygie.apps.core.encryption.EncryptedTextField()),
                ("name", hygie.apps.core.encryption.EncryptedTextField()),
                ("mark", models.CharField(db_index=True, max_length=64)),
                ("digest", models.CharField(max_length=64, unique=True)),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("administrator", "administration"),
                            ("coordinator", "coordination"),
                            ("agent", "agent ou agente"),
                            ("partner", "partenaire"),
                            ("decider", "autorité qui décide, ou délégation"),
                            ("commission", "commission d’attribution des aides"),
                            ("elected", "élue ou élu"),
                            ("dpo", "protection des données"),
                        ],
                        max_length=20,
                    ),
                ),
                ("schemes", models.JSONField(blank=True, default=list)),
                ("since", models.DateField()),
                ("until", models.DateField(blank=True, null=True)),
                ("order_number", models.CharField(blank=True, max_length=60)),
                ("order_date", models.DateField(blank=True, null=True)),
                ("created", models.DateTimeField(default=django.utils.timezone.now)),
                ("expires", models.DateTimeField()),
                ("used", models.DateTimeField(blank=True, null=True)),
                ("cancelled", models.DateTimeField(blank=True, null=True)),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="invitations",
                        to="core.organisation",
                    ),
                ),
            ],
            options={
                "ordering": ("-created",),
                "indexes": [models.Index(fields=["expires"], name="invitation_expires")],
            },
        ),
    ]
