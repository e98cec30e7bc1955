"""Encrypted fields: closed without the key, never searched, re-encrypted by rotation."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from cryptography.fernet import Fernet
from django.core.exceptions import FieldError
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from hygie.apps.core.encryption import CannotDecryptError, EncryptedTextField, decrypt, encrypt, rotated


@given(st.text(min_size=1))
def test_what_is_encrypted_comes_back(text: str) -> None:
    if any(0xD800 <= ord(c) <= 0xDFFF for c in text):
        return
    token = encrypt(text)
    assert decrypt(token) == text
    assert len(text) < 4 or text not in token


def test_two_encryptions_of_one_text_differ() -> None:
    assert encrypt("06 00 00 00 00") != encrypt("06 00 00 00 00")


def test_without_the_key_nothing_is_read(settings: Settings) -> None:
    token = encrypt("secret")
    settings.ENCRYPTION_KEYS = (Fernet.generate_key().decode(),)
    with pytest.raises(CannotDecryptError):
        decrypt(token)
    with pytest.raises(CannotDecryptError):
        rotated(token)


def test_a_changed_token_is_refused() -> None:
    token = encrypt("secret")
    for at in range(0, len(token) - 2, 9):
        with pytest.raises(CannotDecryptError):
            decrypt(token[:at] + ("A" if token[at] != "A" else "B") + token[at + 1 :])
    with pytest.raises(CannotDecryptError):
        decrypt("clair")


def test_rotation_moves_to_the_first_key_and_keeps_the_old_readable(settings: Settings) -> None:
    old, new = settings.ENCRYPTION_KEYS[0], Fernet.generate_key().decode()
    token = encrypt("secret")
    settings.ENCRYPTION_KEYS = (new, old)
    assert decrypt(token) == "secret"
    moved = rotated(token)
    settings.ENCRYPTION_KEYS = (new,)
    assert decrypt(moved) == "secret"
    with pytest.raises(CannotDecryptError):
        decrypt(token)


def test_threads_do_not_mix_texts() -> None:
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(lambda n: decrypt(encrypt(str(n))), range(400))) == [str(n) for n in range(400)]


def test_an_encrypted_field_is_not_searched() -> None:
    field: EncryptedTextField = EncryptedTextField(name="phone")
    for lookup in ("exact", "contains", "gt", "in", "iexact"):
        with pytest.raises(FieldError, match="encrypted"):
            field.get_lookup(lookup)
    assert field.get_lookup("isnull") is not None
    assert field.get_prep_value("") == ""
    assert field.get_prep_value("x") != "x"
