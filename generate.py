"""Draws pizzas for recipes of your own with a trained network.

    python generate.py                                   # each single ingredient
    python generate.py --ingredients="2 pepperoni, mozzarella, 0.5 basil"
    python generate.py --without="red onion"             # each pizza that has it
    python generate.py --ingredients="ham, mozzarella" --strength=ham    # from 0 to 2
    python generate.py --ingredients="ham, mozzarella" --to="olives, mozzarella"
    python generate.py --ingredients="ham, mozzarella" --to=olives --share=0.3
    python generate.py --ingredients="ham, mozzarella" --half="olives, mozzarella"
    python generate.py --from=photos --ingredients="ham, mozzarella"

An amount is written "2 ham" or "0.5 ham"; "2x ham" and "50% ham" are understood too.
Needs a run folder, by default the one trained last, and writes a sheet into its
`generated/`. With `--to` also a gif, if not one `--share` of the way is drawn; of a
network that paints owners also `...-owners.png`, who lies where, each ingredient in its
colour. Each sheet notes on how many photos the network saw an ingredient, and which
others were always there too.

With `--from=photos` no network draws: the pizza is laid from pieces of the menu's
photos, which `toppings.py` has found, as large as the photos. That is what every
network is to be compared with. The sheet is written to `temp/cooked/<menu>/`.
(The article's sheet of single ingredients had the ingredient in every row of the recipe
matrix, as no recipe of a menu has, and got wild colours. Here only one row has it.)
"""

from pathlib import Path

import utils
from lab import limits, runs, settings
from menus.menu import Menu

# data
FROM = "network"  # or "photos": laid from the pieces of a menu's photos
RUN = ""  # run folder; empty for the one trained last
MENU = "data/sample"  # menu folder, for pizzas from photos
INGREDIENTS = ""  # names or codes with commas, "2 ham" for an amount; empty for each
WITHOUT = ""  # what to leave out: of the ingredients, or of each pizza of the menu
STRENGTH = ""  # one ingredient, put on the ingredients in amounts from 0 to 2
TO = ""  # another recipe, to interpolate to from the ingredients
SHARE = -1.0  # of the way to `TO`: one picture, at 0 to 1 of it; -1 for all the way
HALF = ""  # another recipe, on the right half of a pizza

# output
COUNT = 8  # pictures of a recipe, each from another z, or laid anew
SEED = 0  # of z, and of where pieces lie

settings.read_settings(
    globals(),
    FROM=limits.one_of("network", "photos"),
    SHARE=limits.Limit("a number from 0 to 1, or -1", lambda v: v == -1 or 0 <= v <= 1),
    COUNT=limits.between(1, 1000),
)

import numpy as np

from lab import pictures
from menus import sheets
from menus.files import read_menu
from menus.identity import read_menu_of
from menus.orders import Order, read_codes, read_order, read_without
from training import backend

LARGEST = 512  # pixels of a pizza from photos
LEGEND = 8  # colours in a row of the legend


def check_flags():
    """Stops if flags contradict one another."""
    if FROM == "photos" and RUN:
        raise utils.InputError(
            f"--from=photos: expected --menu, no run. Received: --run={RUN}"
        )
    others = {"--strength": STRENGTH, "--to": TO, "--half": HALF}
    given = [flag for flag, value in others.items() if value]
    if len(given) > 1:
        raise utils.InputError(
            f"expected one of {', '.join(others)}. Received: {' and '.join(given)}"
        )
    if SHARE >= 0 and not TO:
        raise utils.InputError(
            f"--share: expected --to, a recipe at the end of the way. Received: {SHARE}"
        )
    if given and not INGREDIENTS:
        raise utils.InputError(
            f"{given[0]}: expected --ingredients, a recipe to start from."
            " Received: none"
        )


def make_plan(menu: Menu) -> sheets.Plan:
    if not INGREDIENTS:
        if WITHOUT:
            return sheets.menu_without(menu, read_codes(menu, WITHOUT))
        return sheets.each_ingredient(menu)
    order = read_order(menu, INGREDIENTS)
    without = read_without(order, WITHOUT)
    rest = order.without(*without)
    if STRENGTH:
        code = menu.code(STRENGTH.strip())
        check_return("--strength", Order.of(menu, [code]), without)
        return sheets.strength(rest, code)
    if TO:
        to = read_order(menu, TO)
        check_return("--to", to, without)
        if SHARE >= 0:
            return sheets.between(rest, to, SHARE)
        return sheets.way(rest, to)
    if HALF:
        other = read_order(menu, HALF)
        check_return("--half", other, without)
        return sheets.halves(rest, other)
    return sheets.one_recipe(order, without)


def check_return(flag: str, order: Order, without: list[int]):
    """Stops where a flag puts on again what `--without` leaves out."""
    if back := [code for code in without if code in order.codes]:
        raise utils.InputError(
            f"{flag}: expected nothing that --without leaves out. Received:"
            f" {order.menu.describe(back)!r} in both"
        )


def cook_from_photos():
    """Lays what was ordered from the pieces of a menu's photos."""
    from owners.bank import load_bank
    from owners.strips import cook_each

    menu = read_menu(MENU)
    plan = make_plan(menu)
    rows = range(len(menu.rows))
    sides = [menu.square(row)[0].width for row in rows]
    bank = load_bank(menu, min(LARGEST, *sides))
    seeds = [SEED * COUNT + number for number in range(COUNT)]
    pizzas = cook_each(bank, plan.recipes, seeds)
    save(plan, pizzas, runs.TEMP / "cooked" / menu.folder.name)


def save_owners(plan: sheets.Plan, labels: np.ndarray, menu: Menu, folder: Path):
    """Writes who lies where on the pizzas of a plan, and a legend of colours."""
    from owners.maps import colour_in, legend

    coloured = colour_in(labels, menu.classes)
    sheet = plan.sheet(coloured.reshape(len(plan.recipes), -1, *coloured.shape[1:]))
    colours = legend(labels, menu)
    names = list(colours)
    squares = [np.full((8, 8, 3), colours[name], "uint8") for name in names]
    parts = [
        pictures.sheet([squares[i : i + LEGEND]], (), names[i : i + LEGEND])
        for i in range(0, len(names), LEGEND)
    ]
    path = folder / f"{file_stem(plan)}-owners.png"
    print(f"see {pictures.save(pictures.stack([sheet, *parts]), path)}")


def file_stem(plan: sheets.Plan) -> str:
    return f"{plan.name}-seed-{SEED}" if SEED else plan.name


def save(plan: sheets.Plan, pizzas: np.ndarray, folder: Path):
    """Writes the sheet of a plan, and of a way from one recipe to another a gif."""
    path = folder / f"{file_stem(plan)}.png"
    print(f"see {pictures.save(plan.sheet(pizzas), path)}")
    if TO and SHARE < 0:
        print(f"see {plan.save_gif(pizzas, path.with_suffix('.gif'))}")


def main():
    check_flags()
    if FROM == "photos":
        cook_from_photos()
        return
    run = runs.find_run(RUN)
    menu = read_menu_of(run)
    values = runs.run_settings(run)
    plan = make_plan(menu)

    backend.start()  # only now: mistakes in an order are answered at once
    from training.sampler import load_sampler

    sampler = load_sampler(run, menu)
    if not sampler.takes:
        if INGREDIENTS or WITHOUT:
            raise utils.InputError(
                f"expected a network that draws recipes. Received: {run}, whose network"
                " takes no recipe"
            )
        plan = sheets.Plan("samples", [Order.of(menu, []).matrix()], [""])
    if held_out := values.get("HOLD_OUT"):
        plan.notes.append(f"Held out of the training: {held_out}.")
    recipes = np.stack(plan.recipes)
    inputs = sampler.inputs(recipes, COUNT, SEED)
    pizzas = sampler.paint(*inputs)
    shape = len(recipes), COUNT, *pizzas.shape[1:]
    save(plan, pizzas.reshape(shape), run / "generated")
    if sampler.takes == "layout":
        save_owners(plan, inputs[1][..., 0], menu, run / "generated")


if __name__ == "__main__":
    utils.run(main)
