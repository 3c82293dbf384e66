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
from lab import settings

# data
MENU = "data/sample"  # menu folder

# method
TEACHER = "joined"  # or "lessons" from drawings alone, or "recipes" alone
SEED = 0  # of the starts of elimination

settings.read_settings(
    globals(), TEACHER=settings.one_of("joined", "lessons", "recipes")
)

import numpy as np
from PIL import Image

from lab import pictures
from menus import coverage
from menus.menu import Menu, read_menu
from owners import lessons, maps
from owners.elimination import eliminate
from owners.table import disc_radius, distances, find_table

FILLING = 0.83  # of the disc's radius: what lies further out is crust
CRUST = 0.86, 0.98  # of the disc's radius, where dough is surely seen
SHOWN = 40  # photos on the sheet


def where_to_look(photos: np.ndarray) -> tuple[np.ndarray, np.ndarray, float]:
    """Finds the filling and the crust of each photo, bool `(photos, side, side)`.

    Returns:
        Both, and the radius of the filling on most photos, in half sides.
    """
    radius = distances(photos.shape[1])
    discs = np.array([disc_radius(find_table(photo) < 0.5) for photo in photos])
    scale = discs[:, None, None]
    crust = (radius > CRUST[0] * scale) & (radius < CRUST[1] * scale)
    return radius < FILLING * scale, crust, float(FILLING * np.median(discs))


def colour_hints(menu: Menu) -> dict[int, np.ndarray]:
    """Reads the column `colour` of the table of ingredients, "#c02020", where it is."""
    hints = {}
    for code, colour in enumerate(menu.colours):
        if colour:
            parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
            hints[code] = np.array(parts, "float32")
    return hints


def find_owners(menu: Menu, photos: np.ndarray) -> tuple[np.ndarray, float]:
    """Asks the teachers.

    Returns:
        Shares of the owners `(photos, side, side, classes)`, and the radius of the
        filling.
    """
    filling, crust, radius = where_to_look(photos)
    known = lessons.known_names(menu)
    prior = None
    if TEACHER != "recipes" and known:
        logits = lessons.menu_logits(menu, photos)
        # What the finder has never heard of is as likely as all it knows, everywhere.
        known_only = np.where(np.isnan(logits), -np.inf, logits)
        unheard = np.isnan(logits).sum(axis=-1, keepdims=True)
        total = np.logaddexp.reduce(known_only, axis=-1, keepdims=True)
        share = np.where(np.isnan(logits), total - np.log(3.0), logits)
        share = np.exp(share - np.logaddexp.reduce(share, axis=-1, keepdims=True))
        if TEACHER == "lessons" and not unheard.any():
            return np.where(filling[..., None], share, _dough_only(share)), radius
        prior = share
    shares = eliminate(
        photos,
        menu.recipes,
        menu.classes,
        filling,
        crust,
        prior=prior,
        hints=colour_hints(menu),
        seed=SEED,
    )
    return shares, radius


def _dough_only(shares: np.ndarray) -> np.ndarray:
    return np.eye(shares.shape[-1], dtype="float32")[0]


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
    rows = range(len(menu.rows))
    photos = np.stack([maps.read_square(menu, row) for row in rows])
    shares, radius = find_owners(menu, photos)
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
