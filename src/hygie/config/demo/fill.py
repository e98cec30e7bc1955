"""Filling an instance with Clairval; twice is the same as once."""

from __future__ import annotations

from pathlib import Path

from hygie.apps.core.jobs.registry import Report
from hygie.apps.territory.selectors import current_territory
from hygie.config.demo.people import bring_people, invite_others, send_resident_code
from hygie.config.demo.places import bring_directory
from hygie.config.demo.plans import save_scenarios, say_who_publishes, write_messages
from hygie.config.demo.studies import bring_studies

__all__ = ["bring_people", "bring_town"]


def bring_town(folder: Path, report: Report) -> None:
    """Once everybody is there, what they have done: directory, scenarios, studies, messages, legal pages.

    Parameters
    ----------
    folder
        Territory folder of Clairval, which the site shows.
    """
    invite_others()
    send_resident_code()
    say_who_publishes()
    bring_directory(folder, report)
    save_scenarios(current_territory)
    bring_studies(current_territory)
    write_messages()
