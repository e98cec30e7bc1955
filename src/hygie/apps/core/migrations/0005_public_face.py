"""The publisher of the site, and accessibility audits."""

from __future__ import annotations

from typing import ClassVar

import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    """Two tables."""

    dependencies: ClassVar = [
        ("core", "0004_sign_on"),
    ]

    operations: ClassVar = [
        migrations.CreateModel(
            name="Publisher",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("legal_name", models.CharField(blank=True, max_length=160)),
                ("address", models.CharField(blank=True, max_length=300)),
                ("email", models.CharField(blank=True, max_length=254)),
                ("phone", models.CharField(blank=True, max_length=40)),
                ("director", models.CharField(blank=True, max_length=160)),
                ("host_name", models.CharField(blank=True, max_length=160)),
                ("host_address", models.CharField(blank=True, max_length=300)),
                ("host_phone", models.CharField(blank=True, max_length=40)),
                ("dpo", models.CharField(blank=True, max_length=300)),
                ("accessibility_contact", models.CharField(blank=True, max_length=300)),
                ("accessibility_plan", models.CharField(blank=True, max_length=300)),
                ("source_code", models.CharField(blank=True, max_length=300)),
                (
                    "organisation",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="publisher",
                        to="core.organisation",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="AccessibilityAudit",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("auditor", models.CharField(max_length=160)),
                ("done", models.DateField()),
                ("rgaa", models.CharField(max_length=20)),
                (
                    "rate",
                    models.DecimalField(
                        decimal_places=2,
                        max_digits=5,
                        validators=[
                            django.core.validators.MinValueValidator(0),
                            django.core.validators.MaxValueValidator(100),
                        ],
                    ),
                ),
                ("failures", models.TextField(blank=True, max_length=5000)),
                ("created", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="audits",
                        to="core.organisation",
                    ),
                ),
            ],
            options={
                "ordering": ("-done", "-created"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("rate__gte", 0), ("rate__lte", 100)), name="audit_rate_is_a_share"
                    )
                ],
            },
        ),
    ]
