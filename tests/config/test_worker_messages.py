"""The worker sends every kind of message, though it loads none of the pages that ask for them."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import hygie.apps

ASK = """
import json, sys
from hygie.cli.portal import ready
ready()
from hygie.apps.core.messages.kinds import MESSAGE_KINDS
urls = [name for name in sys.modules if name == "hygie.config.urls"]
print(json.dumps({"kinds": sorted(MESSAGE_KINDS), "urls": urls}))
"""


def test_a_worker_knows_every_kind_declared_in_the_code(tmp_path: Path) -> None:
    declared = set()
    for file in Path(hygie.apps.__path__[0]).rglob("*.py"):
        declared |= set(re.findall(r'message_kind\(\s*MessageKind\(\s*(?:name=)?"([^"]+)"', file.read_text()))
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("HYGIE", "DATABASE"))}
    told = subprocess.run(  # noqa: S603  # our own program
        [sys.executable, "-c", ASK],
        env={**kept, "HYGIE_HOME": str(tmp_path)},
        check=True,
        capture_output=True,
        text=True,
    )
    known = json.loads(told.stdout.splitlines()[-1])
    assert declared >= {"directory.confirm", "messages.trial"}
    assert known == {"kinds": sorted(declared), "urls": []}
