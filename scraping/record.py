"""Notes what a scrape wrote into a menu folder, so that only that is written over."""

import hashlib
import json
import tempfile
from pathlib import Path

from menus.files import write_menu
from utils import InputError, read_json, reading, write_text

RECORD = "scraped.json"
TABLES = ("ingredients.csv", "menu.csv")
ADVICE = "give --menu another folder, or delete both tables of this one"


def check(folder: Path, source: str):
    """Makes sure that a menu may be written over; where there is none, it may.

    Args:
        folder: the menu folder.
        source: where the new menu is from.

    Raises:
        InputError: the menu there is another's, of another source, or edited since.
    """
    found = _digests(folder)
    if not found:
        return
    path = folder / RECORD
    if not path.exists():
        raise InputError(
            f"--menu: expected a folder without another menu. Received: {folder}, with"
            f" no record of what was scraped; {ADVICE}"
        )
    record = read_json(path, ADVICE)
    with reading(path, "a record of what was scraped", ADVICE):
        was, written = str(record["source"]), set(record["tables"])
    if was != source:
        raise InputError(
            f"--menu: expected a folder without another menu. Received: {folder},"
            f" scraped from {was}; {ADVICE}"
        )
    for name, digest in found.items():
        if digest not in written:
            raise InputError(
                "--menu: expected tables as they were scraped. Received:"
                f" {folder / name}, edited since; {ADVICE}"
            )


def write(folder: Path, source: str, rows: list[dict], ingredients: list[dict]):
    """Writes a menu, see `menus.files.write_menu`, where `check` allows it.

    The record comes first, and knows the old tables too: a scrape that is killed while
    it writes leaves nothing that looks edited.
    """
    check(folder, source)  # an edit may be as new as that
    with tempfile.TemporaryDirectory() as draft:
        write_menu(Path(draft), rows, ingredients)
        digests = {*_digests(folder).values(), *_digests(Path(draft)).values()}
    record = {"source": source, "tables": sorted(digests)}
    write_text(folder / RECORD, json.dumps(record, indent=1) + "\n")
    write_menu(folder, rows, ingredients)


def _digests(folder: Path) -> dict[str, str]:
    """The SHA-256 of each table that is there."""
    return {
        name: hashlib.sha256((folder / name).read_bytes()).hexdigest()
        for name in TABLES
        if (folder / name).exists()
    }
