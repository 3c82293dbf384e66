"""Finds who lies where on each photo of a menu: this pixel is ham, that one dough.

    python toppings.py --menu=data/sample

Nobody has labelled the photos; only their recipes are known. Two teachers find the
owners nevertheless. One has learned from drawings, and knows the ingredients of the
renderer's table (`owners/lessons.py`). The other needs no lessons: olives are what all
photos with olives share and the others lack (`owners/elimination.py`).

Writes `toppings/` into the menu folder: a map a photo, the same as a picture that may
be painted over by hand, and `toppings.png` to look at. What was painted is kept.
"""

import utils
from lab import limits, settings

# data
MENU = "data/sample"  # menu folder

# method
TEACHER = "joined"  # or "lessons" from drawings alone, or "recipes" alone
SEED = 0  # of the starts of elimination

settings.read_settings(globals(), TEACHER=limits.one_of("joined", "lessons", "recipes"))

import numpy as np
from PIL import Image

from lab import pictures
from menus import coverage
from menus.files import read_menu
from menus.menu import Menu
from owners import lessons, maps
from owners.locate import find_owners
from owners.table import distances
from training import backend

SHOWN = 40  # photos on the sheet


def draw_sheet(menu: Menu, found: maps.OwnerMaps) -> Image.Image:
    """Lays out each photo, its owners in colours, and each ingredient cut out."""
    rows, captions, longest = [], [], 0
    for row in range(min(len(menu.rows), SHOWN)):
        photo = pictures.to_uint8(maps.read_square(menu, row))
        labels = found.shares[row].argmax(axis=-1)
        codes = found.codes[row]
        cells = [photo, np.asarray(maps.paint(labels, codes).convert("RGB"))]
        for place in range(1, len(codes)):
            cells.append(np.where((labels == place)[..., None], photo, 235))
        rows.append([cell.astype("uint8") for cell in cells])
        inside = distances(maps.SIDE) < found.filling
        parts = [
            f"{menu.captions[code]} {(labels == place)[inside].mean():.0%}"
            for place, code in enumerate(codes)
            if place
        ]
        captions.append(f"{menu.titles[row]}: {', '.join(parts)}")
        longest = max(longest, len(codes) - 1)
    columns = ["photo", "owners", *(f"{i + 1}." for i in range(longest))]
    notes = [
        f"Never apart on any photo, perhaps swapped: {menu.describe(group)}."
        for group in coverage.never_apart(menu)
    ]
    if len(menu.rows) > SHOWN:
        notes.append(f"The first {SHOWN} of {len(menu.rows)} pizzas.")
    return pictures.sheet(rows, captions, columns, notes, left=270)


def main():
    menu = read_menu(MENU)
    if TEACHER != "recipes":
        backend.start()
    rows = range(len(menu.rows))
    photos = np.stack([maps.read_square(menu, row) for row in rows])
    shares, radius = find_owners(menu, photos, TEACHER, SEED)
    entries = {}
    for row in rows:
        codes = maps.owners_of(menu.recipes[row])
        entries[menu.rows[row]["slug"]] = maps.write_map(
            menu, row, shares[row][..., codes]
        )
    maps.write_record(menu, entries, filling=radius, teacher=TEACHER)
    unheard = set(range(1, menu.classes)) - set(lessons.known_names(menu))
    if unheard and TEACHER != "recipes":
        names = ", ".join(menu.captions[code] for code in sorted(unheard))
        print(f"not in the lessons, found by elimination: {names}")
    sheet = draw_sheet(menu, maps.read_maps(menu))
    print(f"see {pictures.save(sheet, maps.folder_of(menu) / 'toppings.png')}")


if __name__ == "__main__":
    utils.run(main)
