"""What a menu can teach: which ingredients its photos show, and never apart from which.

    python -m experiments.menu_coverage --menu=data/sample

Prints a table of a menu folder. No network can know how basil looks where every photo
with basil shows olives too: it may paint the olives green.
"""

import utils
from lab import settings
from menus import coverage
from menus.menu import read_menu

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
        " were a pizza's look the sum of its ingredients', so many could be told"
    )


if __name__ == "__main__":
    utils.run(main)
