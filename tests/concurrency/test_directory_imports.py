"""Imports of one directory at once, and edits meanwhile: nothing twice, lost or overwritten."""

from __future__ import annotations

import json
from typing import Any

from tests.concurrency.conftest import Instance, finished

ENTRIES = 120

PREPARE = """
from hygie.apps.core.organisations.models import Organisation
from hygie.apps.core.organisations.roles import Kind
Organisation.objects.create(name='Essai', slug='essai', kind=Kind.COMMUNE, hosts=True)
"""
IMPORT = f"""
import sys, time
from datetime import date
from hygie.apps.core.audit.journal import SYSTEM
from hygie.apps.core.organisations.models import Organisation
from hygie.apps.directory import importing
from hygie.apps.directory.drafts import Draft
importing.BATCH = 10
town = Organisation.objects.get()
drafts = [
    Draft(f'p:{{i}}', '', 'a', '2026', '', {{'category': 'gp', 'name': f'Cabinet {{sys.argv[1]}} {{i}}'}})
    for i in range({ENTRIES})
]
plan = importing.plan_import(town, drafts)
print(len(plan.new), flush=True)
time.sleep(max(0.0, float(sys.argv[2]) - time.time()))
importing.apply_import(
    town, plan, actor=SYSTEM, on=date(2026, 11, 24), report=lambda *told: time.sleep(0.01)
)
"""
EDIT = f"""
import sys, time
from datetime import date
from hygie.apps.core.organisations.models import Organisation
from hygie.apps.core.audit.journal import SYSTEM, journalled
from hygie.apps.directory.models import Change, Entry
from hygie.apps.directory.services import confirm, keep, lock, put
town = Organisation.objects.get()
time.sleep(max(0.0, float(sys.argv[1]) - time.time()))
for i in range({ENTRIES} - 1, -1, -3):
    with journalled():
        entry = lock(Entry.objects.get(place=f'p:{{i}}'), None)
        changed = put(entry, {{'phone': str(i)}}, town, date(2026, 11, 24))
        confirm(entry, town, date(2026, 11, 24))
        entry.save()
        keep(entry, Change.EDITED, changed, actor=SYSTEM, organisation=town)
"""
TOLD = """
import json
from typing import Any
from django.db.models import Count
from hygie.apps.core.audit.models import Decision
from hygie.apps.directory.models import Entry, Version
print(json.dumps({
    'entries': [list(row) for row in Entry.objects.order_by('place').values_list(
        'place', 'name', 'phone', 'claimed', 'revision', 'offered')],
    'versions': Version.objects.count(),
    'doubled': Entry.objects.values('place').annotate(n=Count('pk')).filter(n__gt=1).count(),
    'imports': Decision.objects.filter(action='directory.import').count(),
}))
"""
NOW = "import time; print(time.time() + 4)"


def told(instance: Instance) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(instance.run(TOLD))
    return found


def test_two_imports_at_once_add_each_place_once(instance: Instance) -> None:
    instance.run(PREPARE)
    start = instance.run(NOW).strip()
    both = [instance.start(IMPORT, "Une", start) for _ in range(2)]
    assert [finished(one).split()[0] for one in both] == [str(ENTRIES)] * 2, "both planned to add them all"
    found = told(instance)
    assert len(found["entries"]) == ENTRIES
    assert (found["doubled"], found["versions"]) == (0, ENTRIES)
    assert found["imports"] == 2 * ENTRIES // 10


def test_an_edit_during_an_import_is_kept_and_the_difference_offered(instance: Instance) -> None:
    instance.run(PREPARE)
    instance.run(IMPORT, "Une", "0")
    start = instance.run(NOW).strip()
    running = [instance.start(IMPORT, "Deux", start), instance.start(EDIT, start)]
    for process in running:
        finished(process)
    edited = {f"p:{i}" for i in range(ENTRIES - 1, -1, -3)}
    outcomes = set()
    for place, name, phone, claimed, revision, offered in told(instance)["entries"]:
        number = str(place)[2:]
        if place not in edited:
            assert (name, phone, claimed, revision) == (f"Cabinet Deux {number}", "", False, 2)
            continue
        assert (phone, claimed) == (number, True), "what somebody wrote stays"
        first = not offered  # the import wrote first, then somebody confirmed
        outcomes.add(first)
        assert (name, revision) == ((f"Cabinet Deux {number}", 3) if first else (f"Cabinet Une {number}", 2))
        assert offered == ({} if first else {"name": f"Cabinet Deux {number}"})
    assert outcomes, "some entries were edited"
