"""`hygie serve`: says where, refuses clearly, stops when asked."""

from __future__ import annotations

import http.client
import signal
import subprocess
import urllib.request
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from tests.browser.conftest import free_port, hygie, wait_until_served

pytestmark = [pytest.mark.browser, pytest.mark.allow_hosts(["127.0.0.1"])]


def run(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(hygie(*words), capture_output=True, text=True, timeout=120, check=False)  # noqa: S603  # our own command


def test_ctrl_c_stops_the_site_and_the_address_was_said(clairval: Path) -> None:
    port = free_port()
    with subprocess.Popen(  # noqa: S603  # our own command
        hygie("serve", str(clairval), "--port", str(port)), stderr=subprocess.PIPE, text=True
    ) as server:
        wait_until_served(f"http://127.0.0.1:{port}", server)
        server.send_signal(signal.SIGINT)
        _, said = server.communicate(timeout=30)
    assert server.returncode == 0
    assert f"http://127.0.0.1:{port}" in said
    assert "Hygie est arrêté." in said
    assert "Traceback" not in said


def test_a_port_already_taken_is_one_clear_message(live_site: str, clairval: Path) -> None:
    taken = str(urlsplit(live_site).port)
    done = run("serve", str(clairval), "--port", taken)
    assert done.returncode == 1
    assert done.stdout == ""
    assert f"Le port {taken} ne peut pas être ouvert." in done.stderr
    assert "--port" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_folder_that_is_no_territory_is_one_clear_message(tmp_path: Path) -> None:
    done = run("serve", str(tmp_path))
    assert done.returncode == 1
    assert "n’est pas un dossier de territoire" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_site_listens_on_loopback_and_sends_its_headers(live_site: str) -> None:
    with urllib.request.urlopen(live_site, timeout=30) as answer:  # noqa: S310  # loopback
        headers = dict(answer.headers)
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "set-cookie" not in headers


def test_another_host_name_is_refused_on_the_wire(live_site: str) -> None:
    where = urlsplit(live_site)
    link = http.client.HTTPConnection("127.0.0.1", where.port or 80, timeout=30)
    link.request("GET", "/", headers={"Host": "evil.example"})
    answer = link.getresponse()
    answer.read()
    link.close()
    assert answer.status == 400


@pytest.mark.parametrize(
    "path", ["/%00", "/..%2f..%2fetc/passwd", "/static/..%2f..%2fconfig/settings.py", "/%ff"]
)
def test_a_hostile_path_is_refused_on_the_wire(live_site: str, path: str) -> None:
    where = urlsplit(live_site)
    link = http.client.HTTPConnection("127.0.0.1", where.port or 80, timeout=30)
    link.request("GET", path)
    answer = link.getresponse()
    body = answer.read()
    link.close()
    assert answer.status in (400, 404)
    assert b"SECRET" not in body
    assert b"root:" not in body
