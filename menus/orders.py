"""Orders: a recipe in words, with amounts, and its matrix for a network."""

import re
from dataclasses import dataclass

import numpy as np

from menus import names
from menus.menu import Menu, recipe_matrix
from utils import InputError

MOST = 10  # portions of an ingredient
WRITTEN = 'amounts are written "2 ham" or "0.5 ham"'

NUMBER = r"(?P<number>\d+\.\d+|\.\d+|\d+)"
AMOUNTS = [  # "x" may be Latin, Cyrillic or a sign
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        # "2 ham", "2ham", "x2 ham", "50% ham"; but 23 is no 2 of 3
        rf"(?:[xх×*] ?)?{NUMBER} ?(?P<percent>%)?(?: |(?![\d.]))(?P<name>.+)",
        rf"{NUMBER}(?: ?[×*] ?| ?[xх] )(?P<name>.+)",  # "2x ham"
        rf"(?P<name>.+?)(?: ?[×*] ?| [xх] ?){NUMBER}",  # "ham x2"
        rf"(?P<name>.+?) {NUMBER} ?(?P<percent>%)",  # "ham 50%"
    )
]


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

    Also understood: "2x", "x2", "200%" and "2pepperoni".

    Raises:
        InputError: an ingredient that the menu lacks, an amount out of bounds, or one
            that may mean two things, as with a decimal comma.
    """
    # Commas between digits only: codes, as in "1,2,4", or a decimal comma?
    for part in re.split(r",(?!\d)|(?<!\d),", text):
        if re.search(r"\d,\d", part) and not re.fullmatch(r"\s*[\d,]+\s*", part):
            raise InputError(
                "expected a point in amounts, and a blank after a comma between"
                f" ingredients. Received: {part.strip()!r}; {WRITTEN}"
            )
    return Order(menu, tuple(_portion(menu, word) for word in _words(text)))


def read_codes(menu: Menu, text: str) -> list[int]:
    """Reads ingredients, as `read_order` does, each once and without an amount."""
    return list(dict.fromkeys(menu.code(word) for word in _words(text)))


def read_without(order: Order, text: str) -> list[int]:
    """Reads what is to be left out of an order; nothing, for no text.

    Raises:
        InputError: it is not in the order.
    """
    codes = read_codes(order.menu, text) if text else []
    for code in codes:
        if code not in order.codes:
            raise InputError(
                f"--without: expected some of the ingredients, {order}. Received:"
                f" {order.menu.captions[code]!r}"
            )
    return codes


def _words(text: str) -> list[str]:
    found = names.split(text)
    if not found:
        raise InputError(f"expected ingredients or codes. Received: {text!r}")
    return found


def _portion(menu: Menu, word: str) -> tuple[int, float]:
    try:
        return menu.code(word), 1.0  # a name may begin with a number: "4 cheeses"
    except InputError as error:
        mistake = error
    found = set()
    for amount in filter(None, (pattern.fullmatch(word) for pattern in AMOUNTS)):
        percent = amount.groupdict().get("percent")
        try:
            code = menu.code(amount["name"])
        except InputError as error:
            mistake = error
            continue
        found.add((code, float(amount["number"]) / (100 if percent else 1)))
    if len(found) > 1:
        raise InputError(
            f"expected an amount that means one thing. Received: {word!r}; {WRITTEN}"
        )
    if not found:
        # "½ ham", "double ham": meant as an amount?
        may_be = any(letter.isnumeric() or letter in " %" for letter in word)
        raise InputError(f"{mistake}{f'; {WRITTEN}' if may_be else ''}") from None
    ((code, amount),) = found
    if not 0 < amount <= MOST:
        raise InputError(
            f"expected an amount above 0 and up to {MOST}. Received: {word!r};"
            f" {WRITTEN}"
        )
    return code, amount
