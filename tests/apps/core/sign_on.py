"""What the tests about signing in share: passwords, codes computed apart, messages sent."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import struct
import time
from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib.auth.hashers import ScryptPasswordHasher
from django.core import mail
from django.test import Client

from hygie.apps.core.accounts.models import User
from hygie.apps.core.encryption import decrypt, encrypt


class QuickScrypt(ScryptPasswordHasher):
    """The hash of the product, made quick: tests try hundreds of passwords."""

    work_factor = 2**4


PASSWORD = "sept pommes dans la cour"  # noqa: S105  # of invented people
SECRET = base64.b32encode(b"twenty bytes of seed").decode()


def browser(**headers: Any) -> Client:
    """A browser that asks for what forms ask for, tokens included."""
    return Client(SERVER_NAME="127.0.0.1", enforce_csrf_checks=True, **headers)


def with_password(user: User) -> User:
    user.set_password(PASSWORD)
    user.save()
    return user


def with_second_factor(user: User) -> User:
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": encrypt(SECRET)})
    return user


def totp(secret: str, at: float | None = None) -> str:
    """The code of RFC 6238, written from its text and not from the library."""
    counter = int((time.time() if at is None else at) // 30)
    digest = hmac.new(base64.b32decode(secret), struct.pack(">Q", counter), hashlib.sha1).digest()
    start = digest[-1] & 15
    number = struct.unpack(">I", digest[start : start + 4])[0] & 0x7FFFFFFF
    return f"{number % 1_000_000:06}"


def secret_of(user: User) -> str:
    return decrypt(Authenticator.objects.get(user=user, type="totp").data["secret"])


def token(response: Any) -> str:
    """The token of the form of a page."""
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', response.content.decode())
    assert found, response.content.decode()[:2000]
    return found[1]


def fill(client: Client, path: str, **values: Any) -> Any:
    """Open a page, fill its form in, send it."""
    page = client.get(path)
    assert page.status_code == 200, (page.status_code, page.headers.get("Location"))
    return client.post(path, {"csrfmiddlewaretoken": token(page), **values})


def sign_in(client: Client, user: User, password: str = PASSWORD) -> Any:
    return fill(client, "/connexion", login=user.email, password=password)


def last_link() -> str:
    """The path of the link of the last message."""
    found = re.search(r"https?://[^/\s]+(/\S+)", str(mail.outbox[-1].body))
    assert found, mail.outbox[-1].body
    return found[1]
