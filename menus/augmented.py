"""What `augment.py` made of a menu: is it there, whole, and of the menu as it is?"""

from pathlib import Path

import numpy as np

from menus import identity
from menus.menu import Menu
from utils import InputError, reading

OWNERS, OWNERS_RECORD = "owners.npy", "owners.json"
SOME = 1000  # of these are looked at; a large menu has gigabytes of them


def folder_of(menu: Menu, size: int) -> Path:
    return menu.folder / f"augmented_{size}"


def recombined_folder(menu: Menu, size: int) -> Path:
    return folder_of(menu, size) / "recombined"


def open_augmented(menu: Menu, size: int) -> tuple[np.ndarray, np.ndarray]:
    """Maps the pictures that `augment.py` made of a menu.

    Args:
        menu: the menu.
        size: pixels a side.

    Returns:
        Pictures, uint8 `(n, size, size, 3)`, and the row of the menu that each shows,
        `(n,)`.

    Raises:
        InputError: there are none of this size, they are damaged, or of another menu:
            another photo, another recipe, or other rows or codes than those were.
    """
    folder = folder_of(menu, size)
    advice = f"run `python augment.py --menu={menu.folder} --image-size={size}`"
    if not (folder / "images.npy").exists():
        raise InputError(f"expected pictures in {folder}. Received: none; {advice}")
    _expect_same(menu, identity.read_record(folder, advice), folder, "pictures", advice)
    with reading(folder / "images.npy", "whole pictures", advice):
        images = np.load(folder / "images.npy", mmap_mode="r")
        if images.dtype != np.uint8 or images.shape[1:] != (size, size, 3):
            raise ValueError(f"{images.dtype} of shape {images.shape}")
    with reading(folder / "pizza.npy", "the rows of all pictures", advice):
        pizza = np.load(folder / "pizza.npy")
        if pizza.shape != images.shape[:1] or pizza.dtype.kind != "i":
            raise ValueError(f"{pizza.dtype} of shape {pizza.shape}")
        if not np.array_equal(np.unique(pizza), np.arange(len(menu.rows))):
            raise ValueError("others")
    return images, pizza


def owners_record(menu: Menu, size: int) -> dict | None:
    """Reads what the owners of turned photos were made from; None if there are none."""
    try:
        return identity.read_record(folder_of(menu, size), name=OWNERS_RECORD)
    except InputError:  # none, or a damaged one
        return None


def open_owners(menu: Menu, size: int) -> np.ndarray:
    """Maps the owners of turned photos: see `owners/turned.py`.

    Args:
        menu: the menu.
        size: pixels a side.

    Returns:
        Labels, uint8 `(n, size, size)`, of the pictures of `open_augmented`.

    Raises:
        InputError: there are none, they are damaged, or of another menu.
    """
    advice = f"run `python toppings.py --menu={menu.folder}`, then `python augment.py"
    advice += f" --menu={menu.folder} --image-size={size}`"
    path, record = folder_of(menu, size) / OWNERS, owners_record(menu, size)
    if not record:
        raise InputError(f"expected the owners of photos. Received: none; {advice}")
    _expect_same(menu, record, path, "the owners of photos", advice)
    with reading(path, "the owners of turned photos", advice):
        owners = np.load(path, mmap_mode="r")
        expected = (len(open_augmented(menu, size)[0]), size, size)
        if owners.dtype != np.uint8 or owners.shape != expected:
            raise ValueError(f"{owners.dtype} of shape {owners.shape}")
        some = owners[:: 1 + len(owners) // SOME]
        if some.max() > menu.classes:
            raise ValueError(f"values up to {some.max()}")
    return owners


def open_recombined(menu: Menu, size: int) -> dict[str, np.ndarray] | None:
    """Opens the pizzas that `augment.py` cooked from the pieces of a menu's photos.

    Args:
        menu: the menu.
        size: pixels a side.

    Returns:
        The arrays of `owners/recombine.py` by name, pictures and owners memory-mapped;
        None if there are no such pizzas.

    Raises:
        InputError: they are damaged, or of another menu.
    """
    folder = recombined_folder(menu, size)
    if not folder.exists():
        return None
    advice = f"run `python augment.py --menu={menu.folder} --image-size={size}`"
    _expect_same(menu, identity.read_record(folder, advice), folder, "pizzas", advice)
    expected = {  # shape of one pizza, dtype, and the largest value
        "images": ((size, size, 3), "uint8", 255),
        "owners": ((size, size), "uint8", menu.classes),
        "codes": ((menu.longest,), "int32", menu.classes - 1),
        "lenders": ((len(menu.rows),), "bool", True),
    }
    arrays = {}
    for name, (shape, dtype, largest) in expected.items():
        with reading(folder / f"{name}.npy", "whole recombined pizzas", advice):
            array = np.load(folder / f"{name}.npy", mmap_mode="r")
            if array.dtype != dtype or array.shape[1:] != shape or not len(array):
                raise ValueError(f"{array.dtype} of shape {array.shape}")
            if name != "images" and not 0 <= array.min() <= array.max() <= largest:
                raise ValueError(f"values from {array.min()} to {array.max()}")
            if len(array) != len(arrays.get("images", array)):
                raise ValueError(f"{len(array)}, and {len(arrays['images'])} pictures")
            arrays[name] = array
    return arrays


def recombined_record(menu: Menu, size: int) -> dict | None:
    """Reads what these pizzas were made from, beside the menu; None without any."""
    folder = recombined_folder(menu, size)
    if folder.exists():
        record = identity.read_record(folder)
        return {key: value for key, value in record.items() if key != "menu"}


def _expect_same(menu: Menu, record: dict, path: Path, things: str, advice: str):
    """Refuses what was made of a menu that is another by now."""
    if found := identity.difference(record["menu"], identity.identity(menu)):
        raise InputError(
            f"{path}: expected {things} of {menu.folder} as it is now. Received: older"
            f" ones, {found}; {advice}"
        )
