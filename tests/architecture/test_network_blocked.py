"""No test reaches the network, except browser tests, on loopback."""

from __future__ import annotations

import socket

import pytest
from pytest_socket import SocketBlockedError, SocketConnectBlockedError


def test_a_test_cannot_open_a_socket() -> None:
    with pytest.warns(UserWarning, match="socket"), pytest.raises(SocketBlockedError):
        socket.socket(socket.AF_INET, socket.SOCK_STREAM)


def test_a_test_cannot_look_a_name_up() -> None:
    with pytest.warns(UserWarning, match="getaddrinfo"), pytest.raises(SocketBlockedError):
        socket.getaddrinfo("example.org", 443)


@pytest.mark.allow_hosts(["127.0.0.1"])
def test_the_loopback_exception_reaches_loopback_and_nothing_else() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as server:
        server.bind(("127.0.0.1", 0))
        server.listen(1)
        with socket.create_connection(server.getsockname(), timeout=5):
            pass
    with (
        socket.socket(socket.AF_INET, socket.SOCK_STREAM) as outside,
        pytest.warns(UserWarning, match="connect"),
        pytest.raises(SocketConnectBlockedError),
    ):
        outside.connect(("192.0.2.1", 9))  # documentation address, RFC 5737
