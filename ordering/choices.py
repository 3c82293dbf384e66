"""What is chosen on a page: ingredients and portions, and how two recipes are drawn.

Nothing here knows networks or the page. What comes from a page is checked: a request
may hold anything.
"""

import shlex
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from menus import coverage, sheets
from menus.menu import Menu
from menus.orders import MOST, Order, read_order
from utils import InputError

WAYS = {  # how recipes are drawn, and what that is called on the page
    "one": "one recipe",
    "half": "half and half",
    "between": "between two recipes",
}


def order_of(menu: Menu, portions: Iterable[tuple[int, float]]) -> Order:
    """Makes an order of codes and amounts, as they came from outside.

    Raises:
        InputError: there are none, or more than the menu's longest recipe has; one is
            not on the menu, or there twice; an amount is out of bounds.
    """
    checked = []
    for code, amount in portions:
        if not (isinstance(code, int) and 0 < code < menu.classes):
            raise InputError(
                f"expected a code from 1 to {menu.classes - 1}. Received: {code!r}"
            )
        if not (isinstance(amount, int | float) and 0 < amount <= MOST):
            raise InputError(
                f"{menu.captions[code]}: expected an amount above 0 and up to {MOST}."
                f" Received: {amount!r}"
            )
        if code in [other for other, _ in checked]:
            raise InputError(f"expected {menu.captions[code]} once. Received: twice")
        checked.append((code, float(amount)))
    if not checked:
        raise InputError("expected an ingredient or more. Received: none")
    menu.pad([code for code, _ in checked])
    return Order(menu, tuple(checked))


def pizza(menu: Menu, row: int) -> dict[int, float]:
    """Amounts by code of a pizza of the menu; a double portion counts 2."""
    recipe = menu.recipes[row]
    return {code: float(recipe.count(code)) for code in dict.fromkeys(recipe)}


def surprise(menu: Menu, rng: np.random.Generator) -> dict[int, float]:
    """Invents a recipe: as long as some pizza's, of what pizzas often have."""
    photos = coverage.photos(menu)
    length = len(set(menu.recipes[rng.integers(len(menu.recipes))]))
    codes = rng.choice(len(photos), length, replace=False, p=photos / photos.sum())
    return {int(code): 1.0 for code in sorted(codes)}


def words_of(order: Order) -> str:
    """Writes an order as `read_order` reads it; by codes where names mislead."""
    try:
        if read_order(order.menu, str(order)) == order:
            return str(order)
    except InputError:  # an ingredient is called "2 cheeses"
        pass
    return ", ".join(f"{amount:g} {code}" for code, amount in order.portions)


@dataclass(frozen=True)
class Choice:
    """A picture that is wished for.

    Attributes:
        order: the recipe.
        way: one of `WAYS`.
        other: the other recipe: of the right half, or at the end of the way.
        share: of the way to it, 0 to 1.
    """

    order: Order
    way: str = "one"
    other: Order | None = None
    share: float = 0.5

    def __post_init__(self):
        if self.way not in WAYS:
            ways = ", ".join(WAYS)
            raise InputError(f"expected one of {ways}. Received: {self.way!r}")
        if not 0 <= self.share <= 1:
            raise InputError(
                f"expected a share of the way from 0 to 1. Received: {self.share!r}"
            )

    @property
    def place(self) -> int:
        """Which picture of the plan is meant."""
        return 1 if self.way == "half" else 0

    def plan(self) -> sheets.Plan:
        """What `generate.py` draws by the command."""
        if self.way == "half":
            return sheets.halves(self.order, self.other)
        if self.way == "between":
            return sheets.between(self.order, self.other, self.share)
        return sheets.one_recipe(self.order, [])

    def title(self) -> str:
        """Says in words what is on the picture."""
        if self.way == "half":
            return f"left {self.order}; right {self.other}"
        if self.way == "between":
            return f"{self.share:.0%} of the way from {self.order} to {self.other}"
        return str(self.order)

    def command(self, run: Path, seed: int) -> str:
        """The command line that draws the same picture."""
        flags = [f"--run={run}", f"--ingredients={words_of(self.order)}"]
        if self.way == "half":
            flags.append(f"--half={words_of(self.other)}")
        elif self.way == "between":
            flags += [f"--to={words_of(self.other)}", f"--share={self.share:g}"]
        flags += ["--count=1", f"--seed={seed}"]
        return f"python generate.py {' '.join(map(_quoted, flags))}"


def photo_command(run: Path, photo: str, before: Order, after: Order) -> str:
    """The command line that changes a photo in the same way."""
    recipes = [f"--ingredients={words_of(before)}", f"--to={words_of(after)}"]
    flags = [f"--run={run}", f"--photo={photo}", *recipes]
    return f"python style_transfer.py {' '.join(map(_quoted, flags))}"


def _quoted(flag: str) -> str:
    """Quotes the value of a flag for a shell, as people write it."""
    name, value = flag.split("=", 1)
    if shlex.quote(value) == value:
        return flag
    plain = not set(value) & set('"\\$`!')
    return f'{name}="{value}"' if plain else f"{name}={shlex.quote(value)}"
