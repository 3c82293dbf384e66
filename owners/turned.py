"""The owners of turned photos: maps turned as `augment.py` turns the photos.

In `augmented_<size>/`, beside the pictures: `owners.npy`, labels uint8
`(pictures, size, size)`: 0 for the dough, codes of ingredients, and for the table the
number of classes; and `owners.json`, what they were made from.
"""

from pathlib import Path

import numpy as np
from PIL import Image

from menus.augmented import OWNERS
from menus.menu import Menu
from owners.enlarge import enlarge
from owners.maps import OwnerMaps, read_square
from utils import claim_room, whole_file

FINER = 3  # maps are turned so many times larger; odd, so that pixels have a centre


def turn_labels(labels: np.ndarray, angles: int, mirror: bool, table: int):
    """Turns a label map.

    Args:
        labels: uint8 `(FINER * size, FINER * size)`.
        angles, mirror: as of `augment.augment`, whose order this has.
        table: the label of what comes in at the corners.

    Returns:
        uint8 `(angles or 2 * angles, size, size)`.
    """
    quarters = 4 if angles % 4 == 0 else 1
    image, middle = Image.fromarray(labels), FINER // 2
    first = np.stack(
        [
            np.asarray(image.rotate(360 * k / angles, fillcolor=table))
            for k in range(angles // quarters)
        ]
    )[:, middle::FINER, middle::FINER]
    turned = np.concatenate([np.rot90(first, k, axes=(1, 2)) for k in range(quarters)])
    return np.concatenate([turned, turned[:, :, ::-1]]) if mirror else turned


def turn_owners(
    menu: Menu, found: OwnerMaps, size: int, angles: int, mirror: bool, folder: Path
):
    """Writes the labels of all turned photos of a menu into `folder`."""
    turns = angles * (2 if mirror else 1)
    shape = len(menu.rows) * turns, size, size
    with whole_file(folder / OWNERS) as part:
        mapped = np.lib.format.open_memmap(part, "w+", dtype="uint8", shape=shape)
        claim_room(part, part.stat().st_size)
        for row in range(len(menu.rows)):
            photo = read_square(menu, row, FINER * size)
            owners = enlarge(found.shares[row], found.codes[row], photo, menu.classes)
            most = np.argmax(list(owners.values()), axis=0)
            labels = np.array(list(owners), "uint8")[most]
            block = turn_labels(labels, angles, mirror, menu.classes)
            mapped[row * turns : (row + 1) * turns] = block
        del mapped
