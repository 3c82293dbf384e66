"""The kinds of ingredients: toppings in pieces, sauces, and cheese that melts.

Lengths are in radii of the pizza.
"""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Topping:
    """Pieces scattered over the pizza.

    Attributes:
        count: how many on a pizza with two or three toppings.
        size: radius of a piece.
        shape: draws them, see `shapes`.
        colours: the main one first; the shape says what the others are for.
        second: colours of every third piece, for an ingredient of two colours.
        layer: 0 below other toppings (large and flat), 1 among them, 2 on top.
        spread: 1 for random places; with a higher number pieces lie more evenly.
        buried: share of the pieces that melted cheese covers, 0 to 1.
        juice: share of the pizza that the last colour stains, 0 to 1.
    """

    count: int
    size: float
    shape: Callable
    colours: tuple[str, ...]
    second: tuple[str, ...] = ()
    layer: int = 1
    spread: int = 4
    buried: float = 0.3
    juice: float = 0.0


@dataclass(frozen=True)
class Sauce:
    """A sauce below the cheese, drizzled on top, or both.

    Attributes:
        colour: of the sauce.
        base: how thickly it is spread below everything, 0 for not at all.
        path: makes the lines of the drizzle on top, see `drizzle`; None for no drizzle.
        width: half the width of the drizzle.
        gloss: 0 dull to 1 wet.
    """

    colour: str
    base: float = 0.0
    path: Callable | None = None
    width: float = 0.016
    gloss: float = 0.5


@dataclass(frozen=True)
class Cheese:
    """Cheese that melts over the whole pizza.

    Attributes:
        colour: of thick cheese.
        thin: colour of thin cheese.
        oil: colour of its fat.
        browned: colour of its blisters.
        portion: thickness of one portion, 1 for a usual one.
    """

    colour: str
    thin: str
    oil: str
    browned: str
    portion: float = 1.0
