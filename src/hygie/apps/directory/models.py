"""Entries of the directory, their past, what people propose, who is asked, and words to find them by."""

from __future__ import annotations

from typing import ClassVar
from uuid import uuid4

from django.db import models
from django.db.models import Q
from django.utils import timezone

from hygie.apps.core.encryption import EncryptedTextField
from hygie.apps.core.jobs.models import Job
from hygie.apps.core.organisations.models import Organisation


class Accepts(models.TextChoices):
    """Whether new patients are taken."""

    YES = "yes", "accepte de nouveaux patients"
    NO = "no", "n’accepte pas de nouveaux patients"
    UNKNOWN = "unknown", "non renseigné"


class Entry(models.Model):
    """One service at one address, kept by one organisation.

    ``hours`` are in OpenStreetMap notation. ``place`` and ``site`` are identifiers of the territory or
    of the file it came from, empty for an entry written by hand. ``as_of`` is the day for which
    what is written was last known true: the day somebody confirmed it, else that of the source.
    ``claimed`` says that an organisation wrote or confirmed it: an import never changes it again, it
    only leaves what differs in ``offered``. ``seen`` is what the source said last. ``owner_email``
    is who is asked to confirm: never shown.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="entries")
    category = models.CharField(max_length=40)
    name = models.CharField(max_length=200)
    description = models.TextField(max_length=2000, blank=True)
    address = models.CharField(max_length=300, blank=True)
    lon = models.FloatField(null=True, blank=True)
    lat = models.FloatField(null=True, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    email = models.CharField(max_length=254, blank=True)
    website = models.CharField(max_length=300, blank=True)
    hours = models.CharField(max_length=500, blank=True)
    fees = models.CharField(max_length=500, blank=True)
    coming = models.CharField(max_length=500, blank=True)
    languages = models.CharField(max_length=100, blank=True)
    accessibility = models.CharField(max_length=120, blank=True)
    accepts = models.CharField(max_length=10, choices=Accepts, default=Accepts.UNKNOWN)
    accepts_on = models.DateField(null=True, blank=True)
    accepts_by = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    place = models.CharField(max_length=160, blank=True)
    site = models.CharField(max_length=160, blank=True)
    source = models.CharField(max_length=60, blank=True)
    vintage = models.CharField(max_length=40, blank=True)
    licence = models.CharField(max_length=120, blank=True)
    as_of = models.DateField()
    confirmed_on = models.DateField(null=True, blank=True)
    confirmed_by = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    claimed = models.BooleanField(default=False)
    published = models.BooleanField(default=True)
    owner_email = EncryptedTextField(blank=True)
    asked_on = models.DateField(null=True, blank=True)
    seen = models.JSONField(default=dict, blank=True)
    offered = models.JSONField(default=dict, blank=True)
    revision = models.PositiveIntegerField(default=1)
    sort_name = models.CharField(max_length=200)

    class Meta:
        ordering = ("sort_name", "pk")
        indexes: ClassVar = [
            models.Index(fields=["published", "category", "sort_name"], name="entry_category"),
            models.Index(fields=["published", "sort_name"], name="entry_name"),
            models.Index(fields=["published", "lon", "lat"], name="entry_lon"),
            models.Index(fields=["organisation", "as_of"], name="entry_age"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organisation", "place"], condition=~Q(place=""), name="one_entry_a_place"
            ),
            models.CheckConstraint(
                condition=(Q(lon=None) & Q(lat=None))
                | (Q(lon__gte=-180) & Q(lon__lte=180) & Q(lat__gte=-90) & Q(lat__lte=90)),
                name="entry_stands_somewhere_or_nowhere",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Change(models.TextChoices):
    """How an entry came to a version."""

    CREATED = "created", "créée"
    EDITED = "edited", "modifiée"
    IMPORTED = "imported", "mise à jour par un import"
    CONFIRMED = "confirmed", "confirmée"
    CORRECTED = "corrected", "corrigée sur proposition"


class Version(models.Model):
    """One step of an entry's past: which fields changed, from what to what, by which organisation."""

    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="versions")
    revision = models.PositiveIntegerField()
    at = models.DateTimeField(default=timezone.now)
    kind = models.CharField(max_length=10, choices=Change)
    organisation = models.ForeignKey(Organisation, null=True, blank=True, on_delete=models.SET_NULL)
    changes = models.JSONField(default=dict)

    class Meta:
        ordering = ("-revision",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["entry", "revision"], name="one_version_a_revision")
        ]

    def __str__(self) -> str:
        return f"{self.entry_id} {self.revision} {self.kind}"


class Outcome(models.TextChoices):
    """What became of a correction."""

    PENDING = "pending", "à examiner"
    ACCEPTED = "accepted", "acceptée"
    EDITED = "edited", "acceptée avec des changements"
    REFUSED = "refused", "refusée"


class Correction(models.Model):
    """What somebody, who did not say who they are, proposes to correct.

    The message may tell about them: it is encrypted, and erased some time after the answer.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="corrections")
    changes = models.JSONField(default=dict)
    message = EncryptedTextField(blank=True)
    forgotten = models.BooleanField(default=False)
    outcome = models.CharField(max_length=10, choices=Outcome, default=Outcome.PENDING)
    reason = models.CharField(max_length=500, blank=True)
    created = models.DateTimeField(default=timezone.now)
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("created",)
        indexes: ClassVar = [models.Index(fields=["outcome", "created"], name="correction_queue")]

    def __str__(self) -> str:
        return f"{self.entry_id} {self.outcome}"


class Ask(models.Model):
    """A link sent to the owner of an entry: it serves once, until a moment."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="asks")
    sent = models.DateTimeField(default=timezone.now)
    expires = models.DateTimeField()
    used = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.entry_id} {self.sent:%Y-%m-%d}"


class Stage(models.TextChoices):
    """Where a file of entries stands."""

    WAITING = "waiting", "lecture en cours"
    READ = "read", "lu, à décider"
    REFUSED = "refused", "refusé"
    TAKING = "taking", "import en cours"
    TAKEN = "taken", "importé"


class Upload(models.Model):
    """A file of entries: kept as it was sent, read by a job, shown, then taken in as somebody decides.

    ``content`` is the file until it is read. ``told`` is what reading found and, at the end, what was
    done (``uploads.Told``). ``left_out`` are the places that somebody chose not to add: kept, so that an
    import taken up again leaves out the same.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE)
    file = models.CharField(max_length=200)
    stage = models.CharField(max_length=10, choices=Stage, default=Stage.WAITING)
    content = models.BinaryField(blank=True, default=bytes)
    drafts = models.JSONField(default=list)
    rejects = models.JSONField(default=list)
    told = models.JSONField(default=dict)
    left_out = models.JSONField(default=list)
    refusal = models.CharField(max_length=500, blank=True)
    job = models.ForeignKey(Job, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    created = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.file


class Word(models.Model):
    """A word found in entries: small letters and digits without accents."""

    text = models.CharField(max_length=24, unique=True)

    def __str__(self) -> str:
        return self.text


class Spelling(models.Model):
    """A word with one letter left out: how a slip of the finger is found."""

    form = models.CharField(max_length=24)
    word = models.ForeignKey(Word, on_delete=models.CASCADE)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["form", "word"], name="one_spelling_a_form")]

    def __str__(self) -> str:
        return self.form


class Posting(models.Model):
    """A word of an entry, and how much it tells about it."""

    word = models.ForeignKey(Word, on_delete=models.CASCADE, db_index=False)
    entry = models.ForeignKey(Entry, on_delete=models.CASCADE)
    weight = models.PositiveSmallIntegerField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["word", "entry"], name="one_posting_a_word")]

    def __str__(self) -> str:
        return f"{self.word_id} {self.entry_id}"
