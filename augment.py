"""Augments a menu: photos rotated by every degree and mirrored, and recipes varied.

    python toppings.py --menu=data/sample
    python augment.py --menu=data/sample --image-size=64

Reads a menu folder and writes `augmented_<size>/` into it: `images.npy`, uint8 of shape
`(pictures, size, size, 3)`, to be memory-mapped, and `pizza.npy`, the row of `menu.csv`
that each picture shows. From the maps of `toppings.py` it also cooks pizzas of recipes
that no photo shows, into `recombined/` there (see `owners/recombine.py`), and turns
the maps as the photos are (`owners/turned.py`). A killed run goes on where it was; what
is up to date is kept.
"""

import functools
import hashlib
import itertools
import json
import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from PIL import Image

import utils
from lab import limits, pictures, settings
from menus import augmented, identity
from menus.files import read_menu
from menus.menu import Menu
from menus.unfinished import UnfinishedFolder

# data
MENU = "data/sample"  # menu folder: menu.csv, ingredients.csv, photos/
IMAGE_SIZE = 64  # pixels; the article's code 32, its gif 64
ANGLES = 360  # turns of a photo, evenly over the circle
MIRROR = True  # each turn also mirrored, left to right
RECOMBINED = 2000  # pizzas cooked from the photos' pieces; the article 0
SEED = 0  # of their recipes, and of where pieces lie

settings.read_settings(
    globals(),
    IMAGE_SIZE=limits.between(4, 2048),
    ANGLES=limits.between(1, 3600),
    RECOMBINED=limits.at_least(0),
)

# A photo is turned at no more than this many times a picture's side. Pictures of 64 of
# a photo of 1,520 lose 0.5 dB of 53.5 by it, and a camera's photo takes a tenth.
DETAIL = 16


def augment(photo: Image.Image, size: int, angles: int, mirror: bool) -> np.ndarray:
    """Makes all pictures of one photo.

    Turned large and reduced to `size` afterwards: the article reduced first, which
    blurs twice. A quarter turn of a square grid moves whole pixels, so only the first
    quarter of the circle is resampled, and no mirroring is.

    Args:
        photo: square photo.
        size: pixels of a picture.
        angles: turns, evenly over the circle; the first is by 0 degrees.
        mirror: whether to append all of them mirrored.

    Returns:
        uint8 array `(angles or 2 * angles, size, size, 3)`; number 0 is the photo
        itself, plainly reduced.
    """
    quarters = 4 if angles % 4 == 0 else 1
    degrees = [360 * k / angles for k in range(1, angles // quarters)]
    large = min(photo.width, DETAIL * size)
    turns = pictures.turns(pictures.shrink(photo, large), degrees)
    photos = itertools.chain([photo], turns)
    first = [pictures.shrink(each, size) for each in photos]
    turned = np.concatenate([np.rot90(first, k, axes=(1, 2)) for k in range(quarters)])
    return np.concatenate([turned, turned[:, :, ::-1]]) if mirror else turned


def augment_row(menu: Menu, images: Path, i: int) -> str:
    """Augments the photo in row `i` into its place in the file `images`.

    Returns:
        What is to be said of the photo, if anything.
    """
    try:
        photo, note = menu.square(i)
    except utils.InputError as error:
        raise utils.InputError(f"{menu.where(i)}: {error}") from None
    block = augment(photo, IMAGE_SIZE, ANGLES, MIRROR)
    # Mapped anew for each photo: what is written does not stay in memory.
    with utils.reading(images, "pictures begun before", f"delete {images.parent}"):
        mapped = np.load(images, mmap_mode="r+")
        mapped[i * len(block) : (i + 1) * len(block)] = block
    return note and f"{menu.photo(i)}: {note}"


def made_from(menu: Menu) -> dict:
    """Lists all that the pictures depend on; where it differs, they are made anew.

    "menu" is what the scripts that use the pictures compare with the menu as it is.
    """
    values = {"IMAGE_SIZE": IMAGE_SIZE, "ANGLES": ANGLES, "MIRROR": MIRROR}
    return {"settings": values, "menu": identity.identity(menu)}


def is_made_from(folder: Path, record: dict) -> bool:
    try:
        return identity.read_record(folder) == record
    except utils.InputError:  # none, or damaged
        return False


def is_whole(open_arrays: Callable, menu: Menu) -> bool:
    try:
        open_arrays(menu, IMAGE_SIZE)
    except utils.InputError:
        return False
    return True


def turn_photos(menu: Menu):
    """Writes the turned and mirrored pictures of all photos, if they are not there."""
    from tqdm import tqdm

    record, folder = made_from(menu), augmented.folder_of(menu, IMAGE_SIZE)
    if is_made_from(folder, record) and is_whole(augmented.open_augmented, menu):
        print(f"{folder} is up to date")
        return

    turns, count = ANGLES * (2 if MIRROR else 1), len(menu.rows)
    shape = (count * turns, IMAGE_SIZE, IMAGE_SIZE, 3)
    arrays = {"images": (shape, "uint8"), "pizza": (shape[:1], "int32")}
    unfinished = UnfinishedFolder(folder, arrays, count, record)
    unfinished.open("pizza")[:] = np.repeat(np.arange(count), turns)
    augment_one = functools.partial(augment_row, menu, unfinished.path("images"))
    # Pillow resamples outside the interpreter lock.
    with ThreadPoolExecutor() as threads:
        rows = range(unfinished.done, count)
        results = threads.map(augment_one, rows)
        bar = tqdm(results, folder.name, len(rows), unit="photo", disable=None)
        notes = []
        for i, note in zip(rows, bar, strict=True):
            notes.append(note)
            unfinished.note(i + 1)
    for note in filter(None, notes):
        print(f"{note}; if that is wrong, write centre in a column crop of menu.csv")
    unfinished.finish()
    photos_counted = utils.count(count, "photo")
    print(f"{folder}: {utils.count(turns, 'picture')} of each of {photos_counted}")


def read_owners(menu: Menu):
    """Reads the maps of `toppings.py`, and says so if there are none."""
    from owners import maps

    try:
        return maps.read_maps(menu)
    except utils.InputError as error:
        print(f"no recipes are varied, and nobody knows who lies where: {error}")


def owners_made_from(menu: Menu, found, **values) -> dict:
    """Lists all that depends on maps too, as `made_from` does."""
    digest = hashlib.sha256(b"".join(share.tobytes() for share in found.shares))
    values = {"IMAGE_SIZE": IMAGE_SIZE} | values
    record = {"settings": values, "menu": identity.identity(menu)}
    return record | {"maps": digest.hexdigest()}


def turn_maps(menu: Menu, found):
    """Turns the maps as the photos are turned, if that is not done."""
    from owners import turned

    folder = augmented.folder_of(menu, IMAGE_SIZE)
    record = owners_made_from(menu, found, ANGLES=ANGLES, MIRROR=MIRROR)
    whole = is_whole(augmented.open_owners, menu)
    if augmented.owners_record(menu, IMAGE_SIZE) == record and whole:
        return
    turned.turn_owners(menu, found, IMAGE_SIZE, ANGLES, MIRROR, folder)
    utils.write_text(folder / augmented.OWNERS_RECORD, json.dumps(record))
    print(f"{folder}: the owners of all turned photos")


def recombine_recipes(menu: Menu, found):
    """Cooks pizzas of other recipes, if that is not done."""
    from owners.bank import load_bank
    from owners.layouts import FINER
    from owners.recombine import digest_of_first, recombine

    folder = augmented.recombined_folder(menu, IMAGE_SIZE)
    values = {"RECOMBINED": RECOMBINED, "SEED": SEED, "FINER": FINER}
    record = owners_made_from(menu, found, **values)
    bank = load_bank(menu, FINER * IMAGE_SIZE)
    record["first_pizza"] = digest_of_first(bank, SEED)
    if is_made_from(folder, record) and is_whole(augmented.open_recombined, menu):
        print(f"{folder} is up to date")
        return
    recombine(bank, IMAGE_SIZE, RECOMBINED, SEED, folder, record)
    print(f"{folder}: {utils.count(RECOMBINED, 'pizza')} of other recipes")


def main():
    menu = read_menu(MENU)
    turn_photos(menu)
    found, folder = read_owners(menu), augmented.folder_of(menu, IMAGE_SIZE)
    if found:
        turn_maps(menu, found)
    else:
        (folder / augmented.OWNERS_RECORD).unlink(missing_ok=True)
    if found and RECOMBINED:
        recombine_recipes(menu, found)
    else:
        recombined = augmented.recombined_folder(menu, IMAGE_SIZE)
        shutil.rmtree(recombined, ignore_errors=True)


if __name__ == "__main__":
    utils.run(main)
