"""What a menu's photos can teach: on how many photos is each ingredient, and with what?

    python -m experiments.menu_coverage --menu=data/sample

Prints a table of a menu folder. If every photo with basil also shows olives, no network
can learn which of the two is green.
"""

import utils
from lab import settings
from menus import coverage
from menus.files import read_menu

# data
MENU = "data/sample"  # menu folder

settings.read_settings(globals())


def main():
    menu = read_menu(MENU)
    shown, width = coverage.photos(menu), max(map(len, menu.captions))
    print(f"photos  {'ingredient':{width}}  always with")
    for code in sorted(range(1, menu.classes), key=lambda code: (shown[code], code)):
        others = menu.describe(coverage.always_with(menu, code)) or "-"
        print(f"{shown[code]:6}  {menu.captions[code]:{width}}  {others}")
    for group in coverage.never_apart(menu):
        print(f"never apart: {menu.describe(group)}")
    pizzas = utils.count(len(menu.rows), "pizza")
    ingredients = utils.count(menu.classes - 1, "ingredient")
    print(
        f"{pizzas} of {ingredients}, rank {coverage.rank(menu)}:"
        " so many could be separated if the looks of ingredients added up"
    )


if __name__ == "__main__":
    utils.run(main)
