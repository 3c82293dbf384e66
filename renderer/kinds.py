"""The kinds of ingredients: toppings in pieces, sauces, and cheese that melts.

Lengths are in radii of the pizza.
"""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Topping:
    """Pieces strewn over the pizza.

    Attributes:
        count: how many on a pizza with two or three toppings.
        size: radius of a piece.
        shape: draws them, see `shapes`.
        colours: what they mean is the shape's business; the main one comes first.
        second: colours of every third piece, for what comes in two colours.
        layer: 0 below other toppings (large and flat), 1 among them, 2 on top.
        spread: 1 strewn blindly; the more, the more evenly laid.
        buried: how much of them the cheese runs over, 0 to 1.
        juice: how much of the pizza its last colour stains, 0 to 1.
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
        colour: its own.
        base: how thickly it is spread below everything, 0 for not at all.
        path: gives the line of the drizzle on top, see `drizzle`; None for none.
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
    """Cheese that melts over all.

    Attributes:
        colour: where it is thick.
        thin: where it is thin.
        oil: of the fat it leaves.
        browned: of its blisters.
        portion: thickness of one portion, 1 for a usual one.
    """

    colour: str
    thin: str
    oil: str
    browned: str
    portion: float = 1.0
