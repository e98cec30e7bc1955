"""People who sign in: an e-mail address, a name to show, and nothing else."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone


class UserManager(BaseUserManager["User"]):
    """Makes users; addresses are compared without case."""

    def create_user(self, email: str, name: str, password: str | None = None) -> User:
        """A user; without a password, they cannot sign in with one.

        Raises
        ------
        ValueError
            If the address is empty.
        """
        if not email.strip():
            raise ValueError("a user has an e-mail address")
        user = self.model(email=email.strip().lower(), name=name.strip())
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> User:
        """The user of an address, whatever its case."""
        return self.get(email=(username or "").strip().lower())


class User(AbstractBaseUser):
    """Somebody who signs in. What they may do comes from their memberships alone."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120)
    is_active = models.BooleanField(default=True)
    joined = models.DateTimeField(default=timezone.now)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(email=Lower("email")), name="email_in_lower_case")
        ]

    def __str__(self) -> str:
        return self.name

    def get_full_name(self) -> str:
        """Name to show."""
        return self.name

    def get_short_name(self) -> str:
        """Name to show."""
        return self.name
