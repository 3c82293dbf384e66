"""What sheets of generated pizzas show: which recipes, and what to say about them.

A plan knows nothing of networks; `generate.py` draws it.
"""

import hashlib
import re
from collections.abc import Sized
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from PIL import Image

from lab import pictures
from menus.coverage import describe
from menus.menu import Menu
from menus.orders import Order
from utils import InputError

MOST_SHOWN = 20  # pizzas of a larger menu, on sheets of a menu
LEFT = 270  # pixels for row captions: recipes of nine ingredients in four lines
ACROSS = 10  # pictures in a row, where recipes are rows
FEW, LARGE = 4, 128  # rows of pictures, and pixels that each has at least if so few
STRENGTHS = np.linspace(0, 2, 9)  # a menu's recipe has 1, or 2 as a double portion
SHARES = np.linspace(0, 1, 31)  # of the way to another recipe, on the gif
EVERY = 3  # of them is on the sheet
LONGEST_NAME = 100  # bytes of a file's name, before the hash
FRAME, REST = 60, 1000  # milliseconds of the gif: on the way, and at either end


@dataclass
class Plan:
    """A sheet before it is drawn: recipes, each to be drawn from every z.

    Attributes:
        name: of its file, without the ending.
        recipes: recipe matrices.
        captions: one a recipe.
        notes: paragraphs below the pictures.
        photos: one or `None` a recipe, to stand before its pictures; or none at all.
        columns: whether recipes are columns and z rows, or the other way round.
        every: which of the recipes are on the sheet: one in so many.
    """

    name: str
    recipes: list[np.ndarray] = field(default_factory=list)
    captions: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    photos: list[np.ndarray | None] = field(default_factory=list)
    columns: bool = False
    every: int = 1

    def sheet(self, drawn: np.ndarray) -> Image.Image:
        """Lays out what was drawn, uint8 `(recipes, z, size, size, 3)`."""
        if self.columns:
            rows = [list(row) for row in drawn[:: self.every].swapaxes(0, 1)]
            captions = self.captions[:: self.every]
            return pictures.sheet(rows, (), captions, self.notes, least=_least(rows))
        rows, captions = [], []
        for i, caption in enumerate(self.captions):
            for start in range(0, drawn.shape[1], ACROSS):
                photo = [None if start else self.photos[i]] if self.photos else []
                rows.append([*photo, *drawn[i, start : start + ACROSS]])
                captions.append("" if start else caption)
        first = ["photo"] if self.photos else []
        least = _least(rows)
        return pictures.sheet(rows, captions, first, self.notes, LEFT, least)

    def save_gif(self, drawn: np.ndarray, path: Path) -> Path:
        """Shows one recipe after the other, there and back, each a row of some z."""
        there = [
            pictures.sheet([list(pizzas[:ACROSS])], notes=[caption, *self.notes])
            for pizzas, caption in zip(drawn, self.captions, strict=True)
        ]
        times = [REST, *[FRAME] * (len(there) - 2), REST]
        back = slice(-2, 0, -1)
        return pictures.write_gif(there + there[back], times + times[back], path)


def _least(rows: list) -> int:
    return LARGE if len(rows) <= FEW else pictures.CELL


def each_ingredient(menu: Menu) -> Plan:
    codes = range(1, menu.classes)
    return Plan(
        "each-ingredient",
        [Order.of(menu, [code]).matrix() for code in codes],
        [describe(menu, [code]) for code in codes],
    )


def one_recipe(order: Order, without: list[int]) -> Plan:
    """The recipe as ordered and, if something is to be left out, below it without."""
    if not without:
        return Plan(file_name(order), [order.matrix()], [str(order)], [on_menu(order)])
    rest, gone = order.without(*without), order.menu.describe(without)
    return Plan(
        file_name(order, "without", gone),
        [order.matrix(), rest.matrix()],
        [str(order), f"without {gone}"],
        [on_menu(rest), f"Left out: {describe(order.menu, without)}"],
    )


def menu_without(menu: Menu, without: list[int]) -> Plan:
    """Each pizza that has something that is not wanted, below it without that.

    Raises:
        InputError: something that is on no pizza.
    """
    for code in without:
        if not any(code in recipe for recipe in menu.recipes):
            raise InputError(
                "--without: expected what a pizza of the menu has. Received:"
                f" {menu.captions[code]!r}"
            )
    words = menu.describe(without)
    plan = Plan(
        file_name("menu", "without", words),
        notes=[f"On the menu: {describe(menu, without)}"],
    )
    for i, recipe in enumerate(menu.recipes):
        if gone := [code for code in without if code in recipe]:
            order = Order.of(menu, recipe)
            plan.recipes += [order.matrix(), order.without(*gone).matrix()]
            plan.captions += [f"{menu.titles[i]}: {order}"]
            plan.captions += [f"without {menu.describe(gone)}"]
            photo = pictures.read_photo(menu.photo(i), "centre")  # a run's are squares
            plan.photos += [np.asarray(photo), None]
    return plan


def strength(order: Order, code: int) -> Plan:
    orders = [order.with_amount(code, amount) for amount in STRENGTHS.tolist()]
    name, rest = order.menu.captions[code], order.without(code)
    return Plan(
        file_name(rest, "strength", "of", name),
        [order.matrix() for order in orders],
        [f"{amount:g} {name}" for amount in STRENGTHS],
        [f"On each: {rest}", on_menu(orders[-1])],
        columns=True,
    )


def way(order: Order, to: Order) -> Plan:
    here, there = order.matrix(), to.matrix()
    return Plan(
        file_name(order, "to", to),
        [(1 - share) * here + share * there for share in SHARES],
        [f"{share:.0%}" for share in SHARES],
        [f"0%: {order}. {on_menu(order)}", f"100%: {to}. {on_menu(to)}"],
        columns=True,
        every=EVERY,
    )


def between(order: Order, to: Order, share: float) -> Plan:
    """One place of the way to another recipe.

    Args:
        order: where it begins.
        to: where it ends.
        share: of the way, 0 to 1.
    """
    words = f"{share:g}"
    return Plan(
        file_name(order, words, "to", to),
        [(1 - share) * order.matrix() + share * to.matrix()],
        [f"{share:.0%}"],
        [f"0%: {order}. {on_menu(order)}", f"100%: {to}. {on_menu(to)}"],
    )


def halves(order: Order, other: Order) -> Plan:
    """Half and half between both whole pizzas: each of two recipes, left and right."""
    left, right = order.matrix(), other.matrix()
    return Plan(
        file_name(order, "half", other),
        [np.stack(pair) for pair in [(left, left), (left, right), (right, right)]],
        [str(order), "half and half", str(other)],
        [on_menu(order), on_menu(other)],
    )


def real_sheet(
    menu: Menu, images: np.ndarray, pizza: np.ndarray, rows: list[int]
) -> Image.Image:
    """Lays out pictures of training as sheets of samples are: one row a pizza."""
    shown = rows[:MOST_SHOWN]
    by_pizza = [np.flatnonzero(pizza == i) for i in shown]
    return pictures.sheet(
        [list(images[indices[:: -(-len(indices) // 8)]]) for indices in by_pizza],
        [menu.describe(menu.recipes[i]) for i in shown],
        notes=shown_note(rows),
    )


def shown_note(pizzas: Sized) -> list[str]:
    """The note that a sheet of the first pizzas needs, if they are not all."""
    if len(pizzas) <= MOST_SHOWN:
        return []
    return [f"The first {MOST_SHOWN} of {len(pizzas)} pizzas."]


def on_menu(order: Order) -> str:
    return f"On the menu: {describe(order.menu, order.codes)}"


def file_name(*parts: str | Order) -> str:
    """Names a file after what it shows, "ham+2-olives-to-basil", no two alike.

    A name that is cut, or that lacks a sign that the words have, ends in a hash.
    """
    texts = [str(part) for part in parts]
    portions = [text.split(", ") for text in texts]
    plain = "-".join("+".join(map(_plain, amounts)) for amounts in portions)
    cut = plain.encode()[:LONGEST_NAME].decode(errors="ignore")
    same = all(_plain(p) == p.replace(" ", "-") for of in portions for p in of)
    if same and cut == plain and "-" not in "".join(texts):
        return plain
    digest = hashlib.sha256("\n".join(texts).encode(errors="replace")).hexdigest()
    return f"{cut}-{digest[:8]}"


def _plain(words: str) -> str:
    return re.sub(r"[^\w.]+", "-", words).strip("-.")
