"""Whoever encrypts outside an encrypted field is known to the rotation of keys."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

from hygie.apps.core.operations.tokens import OUTSIDE_FIELDS

SOURCE = Path(__file__).resolve().parents[2] / "src"
HOME = "hygie.apps.core.encryption"
MAKERS = {"encrypt", "ring"}
OWN = {"hygie.apps.core.encryption"}
"""The module that does it for fields."""

KEY_MAKERS = {"hygie.apps.core.encryption", "hygie.apps.core.operations.keys", "hygie.config.environment"}


def imported(tree: ast.Module) -> set[str]:
    """What a module takes from the module of encryption, whole or by name."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == HOME:
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module == HOME.rpartition(".")[0]:
            found |= MAKERS if any(name.name == "encryption" for name in node.names) else set()
        elif isinstance(node, ast.Import) and any(name.name == HOME for name in node.names):
            found |= MAKERS
    return found


@cache
def modules() -> dict[str, ast.Module]:
    """The modules that name what is looked for; migrations name the module of fields, and encrypt nothing."""
    found = {}
    for path in sorted((SOURCE / "hygie").rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        looked_for = "encrypt(" if path.parent.name == "migrations" else "encrypt"
        if looked_for in text or "cryptography" in text:
            found[".".join(path.relative_to(SOURCE).with_suffix("").parts)] = ast.parse(text)
    return found


def test_every_module_that_encrypts_by_itself_is_declared() -> None:
    found = {name for name, tree in modules().items() if imported(tree) & MAKERS}
    assert found - OWN == set(OUTSIDE_FIELDS)


def test_nobody_else_uses_the_library_of_tokens() -> None:
    users = {
        name
        for name, tree in modules().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("cryptography")
    }
    assert users <= KEY_MAKERS


def test_the_reading_of_the_code_can_fail() -> None:
    for words in (
        f"from {HOME} import encrypt",
        f"import {HOME} as e",
        "from hygie.apps.core import encryption",
    ):
        assert imported(ast.parse(words)) & MAKERS
    assert not imported(ast.parse(f"from {HOME} import EncryptedTextField")) & MAKERS
