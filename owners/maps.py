"""Owner maps of a menu's photos, in the menu's folder `toppings/`.

Beside each other there, for a photo of slug `ham`: `ham.npz` with "codes", the owners
of the photo, and "shares", uint8 `(side, side, owners)`, 255 for all of a pixel; and
`ham.png`, the owner of each pixel in the ingredient's colour, to be painted over by
hand. `toppings.json` says what the maps were made from.
"""

import colorsys
import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from lab import pictures
from menus.menu import Menu
from utils import InputError, read_json, reading, whole_file, write_text

SIDE = 96  # pixels of a map
RECORD = "toppings.json"


@dataclass(frozen=True)
class OwnerMaps:
    """Maps of all photos of a menu.

    Attributes:
        shares: by row of the menu, float32 `(side, side, owners)`, 0..1.
        codes: by row, the owners: 0 for dough and table, then the recipe's codes.
        filling: radius of the filling, in half sides of a photo.
    """

    shares: list[np.ndarray]
    codes: list[list[int]]
    filling: float

    def full(self, row: int, classes: int) -> np.ndarray:
        """One map with a channel for each ingredient, `(side, side, classes)`."""
        found = np.zeros((*self.shares[row].shape[:2], classes), "float32")
        found[..., self.codes[row]] = self.shares[row]
        return found


def folder_of(menu: Menu) -> Path:
    return menu.folder / "toppings"


def read_square(menu: Menu, row: int, side: int = SIDE) -> np.ndarray:
    """Reads a photo of a menu, float32 `(side, side, 3)`, 0..1."""
    photo = pictures.shrink(menu.square(row)[0], side)
    return photo.astype("float32") / 255


def owners_of(recipe: list[int]) -> list[int]:
    """Dough, and the ingredients of a recipe, each once."""
    return [0, *dict.fromkeys(recipe)]


def colour_of(code: int) -> tuple[int, int, int]:
    """The colour of an ingredient on painted maps; dough is grey."""
    if code == 0:
        return 200, 200, 200
    hue, value = code * 0.618 % 1, (1.0, 0.75, 0.5)[code % 3]
    red, green, blue = colorsys.hsv_to_rgb(hue, 0.85, value)
    return round(255 * red), round(255 * green), round(255 * blue)


def made_from(menu: Menu, row: int) -> dict:
    """What a map depends on: the photo and the names of its ingredients."""
    recipe = [menu.names[code] for code in menu.recipes[row]]
    return {"photo": menu.photo_digests[row], "recipe": recipe}


def paint(labels: np.ndarray, codes: list[int]) -> Image.Image:
    """Paints the owner of each pixel: labels are places in `codes`."""
    image = Image.fromarray(labels.astype("uint8"), "P")
    image.putpalette([value for code in codes for value in colour_of(code)])
    return image


def colour_in(labels: np.ndarray, table: int) -> np.ndarray:
    """Colours labels of any shape by `colour_of`, the table white: uint8 RGB."""
    colours = [colour_of(code) for code in range(table)]
    return np.array([*colours, (255, 255, 255)], "uint8")[labels]


def legend(labels: np.ndarray, menu: Menu) -> dict[str, tuple[int, int, int]]:
    """Names who lies somewhere, and the colour of each; the table needs none."""
    codes = [int(code) for code in np.unique(labels) if code < menu.classes]
    return {menu.captions[code] if code else "dough": colour_of(code) for code in codes}


def read_painted(path: Path, codes: list[int]) -> np.ndarray:
    """Reads a painted map: the owner whose colour is nearest, `(SIDE, SIDE)`."""
    advice = "delete it, and it is made again"
    with reading(path, "a painted map", advice), Image.open(path) as image:
        painted = image.convert("RGB").resize((SIDE, SIDE), Image.Resampling.NEAREST)
    colours = np.array([colour_of(code) for code in codes])
    difference = np.asarray(painted, int)[:, :, None] - colours
    return (difference**2).sum(axis=-1).argmin(axis=-1)


def read_record(menu: Menu) -> dict:
    """Reads `toppings.json`, or what stands for none."""
    try:
        record = read_json(folder_of(menu) / RECORD)
    except InputError:  # none, or a damaged one
        record = {}
    return record if isinstance(record.get("maps"), dict) else {"maps": {}}


def _digest(image: Image.Image) -> str:
    return hashlib.sha256(image.convert("RGB").tobytes()).hexdigest()


def edited_by_hand(path: Path) -> bool:
    """Whether a painted map differs from what was written: the file itself says so."""
    if not path.exists():
        return False
    try:
        with Image.open(path) as image:
            return image.info.get("written") != _digest(image)
    except Exception:  # of whichever decoder
        return True  # `read_painted` says what is wrong with it


def write_map(menu: Menu, row: int, shares: np.ndarray) -> dict:
    """Writes one map and its painting, unless that was edited; returns its record.

    Args:
        menu: the menu.
        row: of the photo.
        shares: float32 `(side, side, owners)`, owners as of `owners_of`.
    """
    slug, codes = menu.rows[row]["slug"], owners_of(menu.recipes[row])
    folder = folder_of(menu)
    painted = folder / f"{slug}.png"
    if edited_by_hand(painted):
        labels = read_painted(painted, codes)
        shares = np.eye(len(codes), dtype="float32")[labels]
    else:
        image, info = paint(shares.argmax(axis=-1), codes), PngInfo()
        info.add_text("written", _digest(image))
        with whole_file(painted) as part:
            image.save(part, "PNG", pnginfo=info)
    with whole_file(folder / f"{slug}.npz") as part, open(part, "wb") as file:
        quantised = np.rint(255 * shares).astype("uint8")
        np.savez_compressed(file, codes=np.array(codes), shares=quantised)
    return made_from(menu, row)


def write_record(menu: Menu, entries: dict, **others):
    record = json.dumps({**others, "maps": entries}, indent=1, ensure_ascii=False)
    write_text(folder_of(menu) / RECORD, record + "\n")


def read_maps(menu: Menu) -> OwnerMaps:
    """Reads the maps of a menu.

    Raises:
        InputError: there are none, or they are of other photos or recipes by now.
    """
    command = f"run `python toppings.py --menu={menu.folder}`"
    record = read_record(menu)
    shares, codes = [], []
    for row, fields in enumerate(menu.rows):
        slug = fields["slug"]
        if record["maps"].get(slug) != made_from(menu, row):
            raise InputError(
                f"expected a map of {slug!r} in {folder_of(menu)}. Received: none of"
                f" this photo and recipe; {command}"
            )
        owners = owners_of(menu.recipes[row])
        painted = folder_of(menu) / f"{slug}.png"
        if edited_by_hand(painted):
            labels = read_painted(painted, owners)
            shares.append(np.eye(len(owners), dtype="float32")[labels])
        else:
            path = folder_of(menu) / f"{slug}.npz"
            with reading(path, "a map", command), np.load(path) as arrays:
                share, shape = arrays["shares"], (SIDE, SIDE, len(owners))
                if share.dtype != np.uint8 or share.shape != shape:
                    raise ValueError(f"{share.dtype} of shape {share.shape}")
            shares.append(share.astype("float32") / 255)
        codes.append(owners)
    with reading(folder_of(menu) / RECORD, "the radius of the filling", command):
        filling = float(record["filling"])
        if not 0 < filling < 2:
            raise ValueError(f"{filling}")
    return OwnerMaps(shares, codes, filling)
