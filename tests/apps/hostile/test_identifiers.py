"""Identifiers guessed, stolen, forged or absurd: the answer is that of a record which does not exist."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.apps.hostile.addresses import address, names_a_record, plain, served
from tests.apps.hostile.conftest import MISSING_NUMBER, World, missing

from hygie.apps.core.audit.models import Decision

pytestmark = pytest.mark.django_db(databases=["default", "readings"])

BY_SECRET = {"invitation", "account_reset_password_from_key"}
"""A link whose secret is kept nowhere: another's cannot be told from a false one."""

BY_LINK = {"scenario_by_link", "directory_confirm", "stop_messages"}
"""Open to whoever holds the signed link."""

ABSURD = ["0", "99999999999999999999", "9" * 400, "9" * 5000, "9223372036854775808"]
TOKENS = [
    "x",
    "%00",
    "a%00b",
    "%ED%A0%80",
    "%FF",
    "..",
    "%2e%2e",
    "%F0%9F%98%80",
    "é" * 300,
    "a" * 3000,
    "=" * 40,
]


def absent(name: str, known: dict[str, str]) -> str:
    """The same address, about a record that does not exist."""
    number = known["identifier"].isdigit()
    return reverse(name, kwargs={**known, "identifier": MISSING_NUMBER if number else missing()})


def answered(client: Client, path: str, method: str) -> tuple[int, str, str]:
    answer: Any = client.generic(method, path)
    return answer.status_code, answer.headers.get("Location", ""), plain(answer.content)


def test_every_address_that_names_a_record_has_one_here(world: World) -> None:
    named = {page.name for page in served() if names_a_record(page)}
    assert named == set(world.records) | BY_SECRET


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_another_organisation_s_record_answers_as_one_that_does_not_exist(world: World, method: str) -> None:
    before = Decision.objects.count()
    wrong: list[tuple[object, ...]] = []
    for who, client in (("neighbour", world.neighbour), ("resident", world.resident)):
        for name, known in world.records.items():
            if name in BY_LINK:
                continue
            there = answered(client, reverse(name, kwargs=dict(known)), method)
            nowhere = answered(client, absent(name, dict(known)), method)
            if there != nowhere or there[0] not in (403, 404, 405):
                wrong.append((who, name, there[:2], nowhere[:2]))
            if who == "neighbour" and there[0] == 403:
                wrong.append((who, name, "refused by role, not by record"))
    assert not wrong
    assert Decision.objects.count() == before


def test_a_passer_by_is_asked_to_sign_in_alike(world: World) -> None:
    for name, known in world.records.items():
        if name in BY_LINK:
            continue
        there = answered(world.anybody, reverse(name, kwargs=dict(known)), "GET")
        nowhere = answered(world.anybody, absent(name, dict(known)), "GET")
        assert there[0] == nowhere[0], name
        assert there[0] in (302, 404), name


def test_numbers_that_no_table_can_hold_are_not_found(world: World) -> None:
    everywhere, wrong = world.neighbour, []
    for page in served():
        if "<int:identifier>" in page.route:
            for number in ABSURD:
                path = "/" + page.route.replace("<int:identifier>", number)
                for method in ("GET", "POST"):
                    status = everywhere.generic(method, path).status_code
                    if status not in (404, 405):
                        wrong.append((page.name, method, number[:20], status))
    assert not wrong


def test_forged_tokens_open_nothing(world: World) -> None:
    clients, wrong = (world.anybody, world.neighbour), []
    for page in served():
        if "<str:token>" in page.route or "<str:secret>" in page.route or "<str:name>" in page.route:
            for token in TOKENS:
                path = "/" + page.route.partition("<")[0] + token
                statuses = [client.get(path).status_code for client in clients]
                if not set(statuses) <= {302, 404}:
                    wrong.append((page.name, token[:20], statuses))
    assert not wrong


def test_a_link_cut_or_changed_is_one_that_never_was(world: World) -> None:
    for name in BY_LINK:
        token = world.records[name]["token"]
        assert world.anybody.get(reverse(name, args=[token])).status_code == 200, name
        for false in (token[:-2], token[1:], token.swapcase(), token + "AAAA", token + "%00"):
            answer = world.anybody.get(reverse(name, args=[token]).replace(token, false))
            assert answer.status_code == 404, (name, false)


def test_a_signature_of_one_kind_of_link_opens_no_other(world: World) -> None:
    for name in BY_LINK:
        for other in BY_LINK - {name}:
            token = world.records[other]["token"]
            assert world.anybody.get(reverse(name, args=[token])).status_code == 404


def test_every_address_is_known_to_these_tests(world: World) -> None:
    for page in served():
        assert world.neighbour.head(address(page, world.records)).status_code < 500, page.name
