"""Which run can a training go on with? One of its settings, that learned the same."""

from pathlib import Path

from lab import runs
from lab.settings import Settings
from menus.augmented import folder_of, owners_record, recombined_record
from menus.identity import difference, read_record, record_of
from menus.menu import Menu


def record_to_learn(settings: Settings, menu: Menu) -> dict:
    """Describes what a training with these settings learns from.

    Returns:
        The record that `augment.py` left beside its pictures; with "owners" and
        "recombined", the records of those, where the training takes them.
    """
    size = settings.values["IMAGE_SIZE"]
    record = read_record(folder_of(menu, size))
    if settings.values.get("NETWORKS") == "painter":
        record |= {"owners": owners_record(menu, size)}
    if settings.values.get("RECOMBINED"):
        record |= {"recombined": recombined_record(menu, size)}
    return record


def resumable_run(settings: Settings, menu: Menu) -> Path | None:
    """Finds the run that a training shall go on with; None if it shall be a new one.

    Raises:
        InputError: there is none; the nearest is named, and what differs.
    """
    if not settings.values["RESUME"]:
        return None
    record = record_to_learn(settings, menu)
    return runs.run_to_resume(settings, lambda run: _unlike(run, record))


def _unlike(run: Path, record: dict) -> str:
    """Says why a run has learned from other pictures than those of a record."""
    was = record_of(run)
    if not was:
        return "a run that has not noted what it learned from"
    if found := difference(was["menu"], record["menu"]):
        return f"a run of a menu {found}"
    if was.get("recombined") != record.get("recombined"):
        return "a run of other recombined pizzas"
    return "" if was == record else "a run of pictures that were made otherwise"
