"""The first steps of the home page: each role has some, none is refused, a passer-by sees none."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.apps.core.conftest import Town, join, signed_in

from hygie.apps.core.organisations.roles import Role


def steps(client: Client) -> list[str]:
    """Addresses of the first steps that the home page offers."""
    page = unescape(client.get("/").content.decode())
    found = re.search(r'aria-labelledby="commencer">(.*?)</section>', page, re.DOTALL)
    return re.findall(r'<li><a href="([^"]+)"', found[1]) if found else []


@pytest.mark.parametrize("role", list(Role))
def test_each_role_begins_somewhere_and_is_refused_nowhere(town: Town, site: Client, role: Role) -> None:
    del site  # a territory is shown
    client = signed_in(town.people[role])
    offered = steps(client)
    assert 2 <= len(offered) <= 6
    assert len(set(offered)) == len(offered)
    opened = [address for address in offered if address != "/diagnostic/rapport"]  # long to compute
    assert {address: client.get(address).status_code for address in opened} == dict.fromkeys(opened, 200)


def test_a_passer_by_has_no_step(town: Town, site: Client) -> None:
    del town
    assert steps(site) == []


def test_two_roles_add_up_to_six_steps_at_most(town: Town) -> None:
    person = town.people[Role.ADMINISTRATOR]
    join(person, town.commune, Role.COORDINATOR)
    assert len(steps(signed_in(person))) == 6


def test_steps_cost_no_query_more_than_another_page(town: Town) -> None:
    client = signed_in(town.people[Role.COORDINATOR])
    asked = []
    for address in ("/numeros-utiles", "/"):
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        asked.append(len(queries))
    assert asked[0] == asked[1]


def test_the_administrator_of_a_guest_is_not_led_to_the_pages_of_the_host(town: Town) -> None:
    offered = steps(signed_in(town.stranger))
    assert "/gestion/personnes/inviter" in offered
    assert not {"/gestion/editeur", "/gestion/territoire"} & set(offered)
