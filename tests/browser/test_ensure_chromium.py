"""Finding the browser, without starting it."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.browser import ensure_chromium


def test_the_variable_names_the_browser(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = tmp_path / "my-browser"
    browser.touch()
    monkeypatch.setenv("HYGIE_CHROMIUM", str(browser))
    assert ensure_chromium.find_chromium() == str(browser)


def test_a_wrong_variable_is_not_replaced_by_another_browser(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HYGIE_CHROMIUM", "no-such-browser")
    assert ensure_chromium.find_chromium() is None


def test_without_browser_nor_root_it_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("HYGIE_CHROMIUM", raising=False)
    monkeypatch.setattr("shutil.which", lambda _name: None)
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    assert ensure_chromium.main() == 1
    assert "apt-get install chromium" in capsys.readouterr().err
