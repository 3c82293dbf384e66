"""Which menu is it? A menu told by its content, not by its name.

`augment.py` notes beside its pictures what they were made from, and a run notes what it
learns from. Rows that were sorted since, another photo, another recipe or ingredients
with other codes are noticed: what was made does not fit any more.
"""

import json
from pathlib import Path

from lab import runs
from menus.files import read_menu
from menus.menu import Menu
from menus.names import fold
from utils import InputError, read_json, reading, write_text

RECORD = "made_from.json"


def identity(menu: Menu) -> dict:
    """Describes a menu by its content.

    Returns:
        "ingredients": their names by code, and "pizzas": by row of the menu, the
        photo's digest and the recipe by names.
    """
    words = [fold(name) for name in menu.names]
    pizzas = [
        {"photo": photo, "recipe": [words[code] for code in recipe]}
        for photo, recipe in zip(menu.photo_digests, menu.recipes, strict=True)
    ]
    return {"ingredients": words, "pizzas": pizzas}


def difference(was: dict, now: dict) -> str:
    """Says in words how two menus of `identity` first differ; nothing if not at all."""
    if was == now:
        return ""
    for thing in ("ingredients", "pizzas"):
        counts = [len(menu.get(thing, ())) for menu in (was, now)]
        if counts[0] != counts[1]:
            return f"of {counts[0]} {thing}, not {counts[1]}"
    ingredients = zip(was["ingredients"], now["ingredients"], strict=True)
    for code, (before, after) in enumerate(ingredients):
        if before != after:
            return f"with code {code} as {before!r}, not {after!r}"
    for i, (before, after) in enumerate(zip(was["pizzas"], now["pizzas"], strict=True)):
        for thing in ("recipe", "photo"):
            if before[thing] != after[thing]:
                return f"with another {thing} of pizza {i + 1}"
    return "of another form"


def keep_record(run: Path, record: dict):
    """Notes in a run folder what it learns from: a record of `augment.py`."""
    write_text(run / "menu" / RECORD, json.dumps(record, indent=1) + "\n")


def record_of(run: Path) -> dict | None:
    """Reads what a run has learned from; none if it is older than such records."""
    path = run / "menu" / RECORD
    return read_record(path.parent) if path.exists() else None


def read_record(folder: Path, advice: str = "", name: str = RECORD) -> dict:
    """Reads what is noted in a folder: "menu", an `identity`, and what else matters.

    Raises:
        InputError: there is no record, or a damaged one.
    """
    path = folder / name
    record = read_json(path, advice)
    with reading(path, "a record of a menu", advice):
        words, pizzas = (record["menu"][thing] for thing in ("ingredients", "pizzas"))
        for pizza in pizzas:
            words = [*words, pizza["photo"], *pizza["recipe"]]
        if not all(isinstance(word, str) for word in words):
            raise ValueError("something else")
    return record


def read_menu_of(run: Path) -> Menu:
    """Reads the copy of the menu in a run folder.

    Raises:
        InputError: it is damaged, or was changed since the training.
    """
    menu = read_menu(run / "menu")
    record = record_of(run) or {"menu": identity(menu)}
    was, now = (_without_photos(each) for each in (record["menu"], identity(menu)))
    if found := difference(was, now):
        raise InputError(
            f"{run}/menu: expected the menu that the run has learned. Received: another"
            f" (it was {found}); the run's own copy is not to be edited"
        )
    return menu


def changed_since(run: Path, menu: Menu) -> str:
    """Says how a run's menu differs from a menu as it is; nothing if not at all."""
    if record := record_of(run):
        return difference(record["menu"], identity(menu))
    # An older run: its own copy has the same photos in other files.
    copy = identity(read_menu(run / "menu"))
    return difference(_without_photos(copy), _without_photos(identity(menu)))


def is_current(run: Path) -> bool:
    """Whether a run has learned its menu as it is now, where it has noted that."""
    if not record_of(run):
        return True
    return not changed_since(run, read_menu(runs.run_settings(run)["MENU"]))


def _without_photos(menu: dict) -> dict:
    return menu | {"pizzas": [pizza | {"photo": ""} for pizza in menu["pizzas"]]}
