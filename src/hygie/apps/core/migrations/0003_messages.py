import uuid

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import hygie.apps.core.encryption


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0002_journals_only_grow"),
    ]

    operations = [
        migrations.CreateModel(
            name="Recipient",
            fields=[
                ("key", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("counted", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Stop",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("recipient_key", models.CharField(max_length=64)),
                ("kind", models.CharField(blank=True, max_length=60)),
                ("since", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("recipient_key", "kind"), name="stopped_once_a_kind")
                ],
            },
        ),
        migrations.CreateModel(
            name="Message",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("kind", models.CharField(max_length=60)),
                ("channel", models.CharField(choices=[("email", "courriel"), ("sms", "SMS")], max_length=10)),
                ("recipient", hygie.apps.core.encryption.EncryptedTextField(blank=True)),
                ("recipient_key", models.CharField(max_length=64)),
                ("other", hygie.apps.core.encryption.EncryptedTextField(blank=True)),
                ("other_body", hygie.apps.core.encryption.EncryptedTextField(blank=True)),
                ("subject", models.CharField(blank=True, max_length=120)),
                ("body", hygie.apps.core.encryption.EncryptedTextField(blank=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("queued", "en attente"),
                            ("sending", "en cours d’envoi"),
                            ("sent", "envoyé"),
                            ("failed", "en échec"),
                            ("bounced", "adresse refusée"),
                            ("stopped", "non envoyé"),
                            ("cancelled", "annulé"),
                        ],
                        default="queued",
                        max_length=10,
                    ),
                ),
                ("error", models.CharField(blank=True, max_length=200)),
                ("about", models.CharField(blank=True, max_length=60)),
                ("record", models.CharField(blank=True, max_length=64)),
                ("once", models.CharField(blank=True, max_length=120)),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("created", models.DateTimeField(default=django.utils.timezone.now)),
                ("not_before", models.DateTimeField(default=django.utils.timezone.now)),
                ("claimed", models.DateTimeField(blank=True, null=True)),
                ("finished", models.DateTimeField(blank=True, null=True)),
                ("forgotten", models.DateTimeField(blank=True, null=True)),
                (
                    "after_bounce_of",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="resent_as",
                        to="core.message",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="letters",
                        to="core.organisation",
                    ),
                ),
            ],
            options={
                "ordering": ("-created",),
                "indexes": [
                    models.Index(fields=["state", "not_before"], name="message_due"),
                    models.Index(fields=["recipient_key", "kind", "claimed"], name="message_recipient"),
                    models.Index(fields=["about", "record"], name="message_about"),
                    models.Index(fields=["organisation", "-created"], name="message_latest"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("once", ""), _negated=True),
                        fields=("organisation", "once"),
                        name="message_asked_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Wording",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=60)),
                ("subject", models.CharField(blank=True, max_length=120)),
                ("body", models.TextField(blank=True)),
                ("sms", models.TextField(blank=True)),
                ("changed", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "changed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="wordings",
                        to="core.organisation",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("organisation", "kind"), name="one_wording_a_kind")
                ],
            },
        ),
    ]
