"""Changes what is on photographed pizzas: puts ingredients on, takes others off.

    python style_transfer.py
    python style_transfer.py --photo=my.jpg --ingredients="ham, mozzarella" --to=olives
    python style_transfer.py --photo=my.jpg --ingredients="ham, olives" --without=ham
    python style_transfer.py --photo=my.jpg --ingredients=mozzarella --with="ham, basil"

Needs a run folder whose method has an encoder, by default the one trained last. Where
the network paints owners, only places of what was put on or taken off are painted, the
rest of the photo stays; another network draws the whole photo again. Writes one sheet
of the run's menu into its `style_transfer/`, rows pizzas, columns recipes; of a photo,
before and after. Prints how much changed.
"""

from pathlib import Path

import utils
from lab import disc, limits, runs, settings

# data
RUN = ""  # run folder; empty for the one trained last
PHOTO = ""  # a photo of your own; empty for the whole menu
INGREDIENTS = ""  # what is on it, as "2 ham, mozzarella"
TO = ""  # what shall be on it
WITHOUT = ""  # or what to take off
WITH = ""  # and what to put on
CROP = "disc"  # look for a pizza off the centre; "centre" takes the centre as it is
SEED = 0  # of where new pieces lie

settings.read_settings(globals(), CROP=limits.one_of(*disc.CROPS))

import hashlib

import numpy as np

from lab import photos, pictures
from menus.identity import read_menu_of
from menus.menu import Menu, recipe_matrix
from menus.orders import Order, read_order, read_without
from menus.sheets import MOST_SHOWN, file_name, shown_note
from training import backend
from training.transfer import transfer

LARGE = 256  # pixels of a picture on the sheet of one photo
TOPPED = 0.75  # radius of the toppings, in half sides of the photo


def change(before: np.ndarray, after: np.ndarray, where: np.ndarray) -> str:
    """Says how much pictures differ, uint8 `(..., size, size, 3)`, on average.

    Args:
        before, after: the pictures.
        where: which pixels were to change, `(..., size, size)`. If all of them, the
            toppings are told from the crust.
    """
    inside, names = where, ("where owners changed", "elsewhere")
    if where.all():
        size = before.shape[-2]
        across = (np.arange(size) + 0.5) / (size / 2) - 1
        inside = np.hypot(*np.meshgrid(across, across)) < TOPPED
        names = "where toppings lie", "around them"
    difference = np.abs(before.astype(float) - after).mean(axis=-1)
    inside = np.broadcast_to(inside, difference.shape)
    means = [
        difference[part].mean() if part.any() else 0.0 for part in (inside, ~inside)
    ]
    return f"changed by {means[0]:.1f} of 255 {names[0]}, by {means[1]:.1f} {names[1]}"


def read_change(menu: Menu) -> tuple[Order, Order]:
    """Reads what is on the photo, and what shall be."""
    order = read_order(menu, INGREDIENTS)
    if TO:
        return order, read_order(menu, TO)
    changed = order.without(*read_without(order, WITHOUT))
    for code, amount in read_order(menu, WITH).portions if WITH else ():
        if code in order.codes:
            raise utils.InputError(
                f"--with: expected what is not on the photo yet, beside {order}."
                f" Received: {menu.captions[code]!r}"
            )
        changed = changed.with_amount(code, amount)
    return order, changed


def check_flags():
    """Stops if flags are missing or contradict one another."""
    ways = {"--to": TO, "--without": WITHOUT, "--with": WITH}
    given = [flag for flag, value in ways.items() if value]
    if PHOTO and not (INGREDIENTS and given):
        raise utils.InputError(
            "--photo: expected --ingredients, what is on it, and --to, what shall be,"
            f" or --without and --with. Received: {INGREDIENTS!r} and"
            f" {', '.join(given) or 'none of them'}"
        )
    if (INGREDIENTS or given) and not PHOTO:
        raise utils.InputError(
            "--ingredients, --to, --without and --with: expected --photo, a photo of"
            " what is to be redrawn. Received: none"
        )
    if TO and len(given) > 1:
        raise utils.InputError(
            f"expected --to alone, or --without and --with. Received: {given}"
        )


def main():
    check_flags()
    run = runs.find_run(RUN, needs="encoder.keras")
    menu = read_menu_of(run)
    if PHOTO:
        orders = read_change(menu)
        matrices = np.stack([order.matrix() for order in orders])
        original, note = disc.square(photos.open_photo(Path(PHOTO)), CROP)
        if note:
            print(f"{PHOTO}: {note}; --crop=centre does not look for it")

    backend.start()  # only now: mistakes in an order are answered at once
    from training.sampler import load_sampler

    sampler = load_sampler(run, menu)
    if PHOTO:
        photo = pictures.shrink(original, sampler.size)
        reconstruction = sampler.reconstruct(photo[None], matrices[:1])[0]
        drawn, where = transfer(sampler, photo[None], matrices[:1], matrices[1:], SEED)
        captions = ["photo", "reconstruction", f"to {orders[1]}"]
        sheet = pictures.sheet(
            [[photo, reconstruction, drawn[0, 0]]],
            column_captions=captions,
            notes=[f"on the photo: {orders[0]}"],
            least=LARGE,
        )
        digest = hashlib.sha256(Path(PHOTO).read_bytes()).hexdigest()[:6]
        stem = f"{Path(PHOTO).stem}.{digest}"  # no two photos share a sheet
        name = file_name(stem, orders[0], "to", orders[1])
        path = run / "style_transfer" / f"{name}.png"
        before = photo if sampler.takes == "layout" else reconstruction
        print(change(before, drawn[0, 0], where[0, 0]))
    else:
        paths = [menu.photo(i) for i in range(min(len(menu.rows), MOST_SHOWN))]
        originals = [pictures.read_photo(path, "centre") for path in paths]
        menu_photos = np.stack([pictures.shrink(x, sampler.size) for x in originals])
        matrices = recipe_matrix(menu.codes[:MOST_SHOWN], menu.classes)
        drawn, where = transfer(sampler, menu_photos, matrices, matrices, SEED)
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
            print(change(own[others], drawn[others], where[others]))
    print(f"see {pictures.save(sheet, path)}")


if __name__ == "__main__":
    utils.run(main)
