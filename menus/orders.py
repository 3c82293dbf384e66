"""Orders: a recipe in words, with amounts, and its matrix for a network."""

import re
from dataclasses import dataclass

import numpy as np

from menus.menu import Menu, recipe_matrix
from utils import InputError, split_names

MOST = 10  # portions of an ingredient


@dataclass(frozen=True)
class Order:
    """Ingredients of a menu and how much of each.

    Attributes:
        menu: the menu.
        portions: codes and amounts; 1 is what a recipe of the menu has.
    """

    menu: Menu
    portions: tuple[tuple[int, float], ...]

    @classmethod
    def of(cls, menu: Menu, codes: list[int]) -> "Order":
        return cls(menu, tuple((code, 1.0) for code in codes))

    @property
    def codes(self) -> list[int]:
        return [code for code, _ in self.portions]

    def __str__(self) -> str:
        words = [
            f"{'' if amount == 1 else f'{amount:g} '}{self.menu.captions[code]}"
            for code, amount in self.portions
        ]
        return ", ".join(words) or "no ingredients"

    def without(self, *codes: int) -> "Order":
        kept = tuple(portion for portion in self.portions if portion[0] not in codes)
        return Order(self.menu, kept)

    def with_amount(self, code: int, amount: float) -> "Order":
        """Adds an ingredient, or changes how much there is of it."""
        return Order(self.menu, (*self.without(code).portions, (code, amount)))

    def matrix(self) -> np.ndarray:
        """Encodes the order, `(longest, classes)`.

        An amount stands in its ingredient's row where a recipe of the menu has 1. What
        less than 1 leaves of the row is padding: nothing of an ingredient is the row
        of a recipe without it.

        Raises:
            InputError: there are more ingredients than rows.
        """
        codes = self.menu.pad(self.codes)
        matrix = recipe_matrix(codes, self.menu.classes)
        for row, (code, amount) in zip(matrix, self.portions, strict=False):
            row[code] = amount
            row[0] = max(0.0, 1.0 - amount)
        return matrix


def read_order(menu: Menu, text: str) -> Order:
    """Reads "2 pepperoni, mozzarella, 0.5 basil": names in any case, or codes.

    Raises:
        InputError: an ingredient that the menu lacks, or an amount out of bounds.
    """
    return Order(menu, tuple(_portion(menu, word) for word in _words(text)))


def read_codes(menu: Menu, text: str) -> list[int]:
    """Reads ingredients, as `read_order` does, each once and without an amount."""
    return list(dict.fromkeys(menu.code(word) for word in _words(text)))


def _words(text: str) -> list[str]:
    found = split_names(text)
    if not found:
        raise InputError(f"expected ingredients or codes. Received: {text!r}")
    return found


def _portion(menu: Menu, word: str) -> tuple[int, float]:
    names = map(str.lower, [*menu.names, *menu.captions])
    amount = re.fullmatch(r"(\d+\.?\d*) +(.+)", word)
    if not amount or word.lower() in names:  # as "4 cheeses" may be
        return menu.code(word), 1.0
    if not 0 < float(amount[1]) <= MOST:
        raise InputError(
            f"expected an amount above 0 and up to {MOST}. Received: {word!r}"
        )
    return menu.code(amount[2]), float(amount[1])
