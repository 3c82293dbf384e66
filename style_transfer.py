"""Draws photographed pizzas with other recipes: z of a photo, with another recipe.

    python style_transfer.py
    python style_transfer.py --photo=my.jpg --ingredients="ham, mozzarella" --to=olives

Needs a run folder whose method has an encoder, by default the one trained last. Writes
one sheet of the run's menu into its `style_transfer/`, rows pizzas, columns recipes; of
a photo, before and after. Prints how much changed.
"""

from pathlib import Path

import utils
from lab import runs, settings

# data
RUN = ""  # run folder; empty for the one trained last
PHOTO = ""  # a photo of your own; empty for the whole menu
INGREDIENTS = ""  # what is on it, as "2 ham, mozzarella"
TO = ""  # what shall be on it
CROP = "disc"  # look for a pizza off the centre; "centre" takes the centre as it is

settings.read_settings(globals(), CROP=settings.one_of("disc", "centre"))

import hashlib

import numpy as np

from lab import disc, photos, pictures
from menus.identity import read_menu_of
from menus.menu import recipe_matrix
from menus.orders import read_order
from menus.sheets import MOST_SHOWN, file_name, shown_note
from training import backend

LARGE = 256  # pixels of a picture on the sheet of one photo
TOPPED = 0.75  # radius of the toppings, in half sides of the photo


def transfer(encoder, drawing, photos, recipes, to) -> np.ndarray:
    """Encodes photos with their own recipes and decodes them with others.

    Args:
        encoder: photo in 0..1 and recipe -> z_mean and z_log_var.
        drawing: z and recipe -> picture in 0..1.
        photos: uint8 `(n, size, size, 3)`.
        recipes: matrices `(n, longest, classes)`.
        to: matrices `(m, longest, classes)`.

    Returns:
        uint8 `(n, m, size, size, 3)`.
    """
    from training.models import draw_each, encode

    return draw_each(drawing, encode(encoder, photos, recipes), to).swapaxes(0, 1)


def change(before: np.ndarray, after: np.ndarray) -> str:
    """Says how much pictures differ, uint8 `(..., size, size, 3)`, on average."""
    size = before.shape[-2]
    across = (np.arange(size) + 0.5) / (size / 2) - 1
    inside = np.hypot(*np.meshgrid(across, across)) < TOPPED
    difference = np.abs(before.astype(float) - after).mean(axis=-1)
    return (
        f"changed by {difference[..., inside].mean():.1f} of 255 where toppings lie,"
        f" by {difference[..., ~inside].mean():.1f} around them"
    )


def main():
    if PHOTO and not (INGREDIENTS and TO):
        raise utils.InputError(
            "--photo: expected --ingredients, what is on it, and --to, what shall be."
            f" Received: {INGREDIENTS!r} and {TO!r}"
        )
    if (INGREDIENTS or TO) and not PHOTO:
        raise utils.InputError(
            "--ingredients and --to: expected --photo, a photo of what is to be"
            " redrawn. Received: none"
        )
    run = runs.find_run(RUN, needs="encoder.keras")
    menu = read_menu_of(run)
    if PHOTO:
        orders = [read_order(menu, INGREDIENTS), read_order(menu, TO)]
        matrices = np.stack([order.matrix() for order in orders])
        original, note = disc.square(photos.open_photo(Path(PHOTO)), CROP)
        if note:
            print(f"{PHOTO}: {note}; --crop=centre does not look for it")

    backend.start()  # only now: mistakes in an order are answered at once
    from training.models import load_generator, load_network

    encoder, drawing = load_network(run, "encoder"), load_generator(run, menu)
    size = drawing.output_shape[1]

    if PHOTO:
        photo = pictures.shrink(original, size)
        drawn = transfer(encoder, drawing, photo[None], matrices[:1], matrices)[0]
        captions = ["photo", "reconstruction", f"to {orders[1]}"]
        sheet = pictures.sheet(
            [[photo, *drawn]],
            column_captions=captions,
            notes=[f"on the photo: {orders[0]}"],
            least=LARGE,
        )
        digest = hashlib.sha256(Path(PHOTO).read_bytes()).hexdigest()[:6]
        stem = f"{Path(PHOTO).stem}.{digest}"  # no two photos share a sheet
        name = file_name(stem, orders[0], "to", orders[1])
        path = run / "style_transfer" / f"{name}.png"
        print(change(drawn[0], drawn[1]))
    else:
        menu_photos = [
            pictures.shrink(pictures.read_photo(menu.photo(i), "centre"), size)
            for i in range(min(len(menu.rows), MOST_SHOWN))
        ]
        matrices = recipe_matrix(menu.codes[:MOST_SHOWN], menu.classes)
        drawn = transfer(encoder, drawing, np.stack(menu_photos), matrices, matrices)
        rows = [[photo, *row] for photo, row in zip(menu_photos, drawn, strict=True)]
        titles = menu.titles[:MOST_SHOWN]
        sheet = pictures.sheet(
            [[None, *menu_photos], *rows],
            ["drawn with:", *titles],
            ["photo", *titles],
            shown_note(menu.rows),
        )
        path = run / "style_transfer" / "menu.png"
        n = len(drawn)
        others = ~np.eye(n, dtype=bool)
        own = np.broadcast_to(drawn[np.arange(n), np.arange(n)][:, None], drawn.shape)
        if n > 1:
            print(change(own[others], drawn[others]))
    print(f"see {pictures.save(sheet, path)}")


if __name__ == "__main__":
    utils.run(main)
