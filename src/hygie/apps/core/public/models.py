"""Who publishes the site, and what an accessibility audit found.

Kept as long as the organisation is: the law wants the first on every page, and the second proves what
the accessibility statement says.
"""

from __future__ import annotations

from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone

from hygie.apps.core.organisations.models import Organisation


class Publisher(models.Model):
    """What the legal pages say of the organisation that runs the site.

    Everything here is published. An empty field is shown as missing, never hidden.
    """

    organisation = models.OneToOneField(Organisation, on_delete=models.CASCADE, related_name="publisher")
    legal_name = models.CharField(max_length=160, blank=True)
    address = models.CharField(max_length=300, blank=True)
    email = models.CharField(max_length=254, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    director = models.CharField(max_length=160, blank=True)
    host_name = models.CharField(max_length=160, blank=True)
    host_address = models.CharField(max_length=300, blank=True)
    host_phone = models.CharField(max_length=40, blank=True)
    dpo = models.CharField(max_length=300, blank=True)
    accessibility_contact = models.CharField(max_length=300, blank=True)
    accessibility_plan = models.CharField(max_length=300, blank=True)
    source_code = models.CharField(max_length=300, blank=True)

    def __str__(self) -> str:
        return f"éditeur : {self.organisation}"


class AccessibilityAudit(models.Model):
    """What an auditor found of the site against the RGAA; ``rate`` in percent of the criteria met."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="audits")
    auditor = models.CharField(max_length=160)
    done = models.DateField()
    rgaa = models.CharField(max_length=20)
    rate = models.DecimalField(
        max_digits=5, decimal_places=2, validators=[MinValueValidator(0), MaxValueValidator(100)]
    )
    failures = models.TextField(blank=True, max_length=5_000)
    created = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("-done", "-created")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(rate__gte=0) & Q(rate__lte=100), name="audit_rate_is_a_share"),
        ]

    def __str__(self) -> str:
        return f"audit d’accessibilité du {self.done} : {self.organisation}"
