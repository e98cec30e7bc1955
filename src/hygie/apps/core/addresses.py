"""Network address of who asks, to count tries; never written as it is."""

from __future__ import annotations

import ipaddress

from allauth.core.internal.httpkit import get_client_ip
from django.http import HttpRequest


def network_of(request: HttpRequest) -> str:
    """What one household or office shares: the IPv4 address, or the first 64 bits of the IPv6 one.

    Empty when the server does not say, so that those who hide share one limit.
    """
    found = get_client_ip(request)
    if not found:
        return ""
    address = ipaddress.ip_address(found)
    if isinstance(address, ipaddress.IPv6Address):
        return str(ipaddress.ip_network(f"{address}/64", strict=False).network_address)
    return str(address)


def blurred(address: str) -> str:
    """An address with its end erased: enough to recognise one's own sessions, not to find a person."""
    found = ipaddress.ip_address(address)
    bits = 24 if found.version == 4 else 48
    return str(ipaddress.ip_network(f"{found}/{bits}", strict=False).network_address)
