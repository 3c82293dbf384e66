"""The table of ingredients: how each looks, one row an ingredient.

Colours, sizes and counts follow photos of a pizzeria's menu; toppings that would be
lost at 64 pixels are bolder. Lengths are in radii of the pizza. A new ingredient is a
new row and, if its shape is new, one short function in `shapes`.
"""

import colorsys
import zlib
from functools import partial

from renderer import drizzle, shapes
from renderer.kinds import Cheese, Sauce, Topping

# By name, in the order of the article's codes 1 to 28.
INGREDIENTS = {
    "condensed milk": Sauce("#fff0cc", 0.8, drizzle.lattice, 0.02, 0.6),
    "ranch sauce": Sauce("#fbf4ea", 0.9, drizzle.zigzag, 0.014, 0.3),
    "cheese sauce": Sauce("#f9c440", 1.0, drizzle.puddles, 0.03, 0.6),
    "tomato sauce": Sauce("#e8662c", 1.0),
    "pineapple": Topping(
        46,
        0.062,
        partial(shapes.chunk, length=0.9, width=0.55, ragged=0.3, gloss=0.4, lean=0.5),
        ("#ffde62", "#f2b844"),
        layer=2,
        buried=0.15,
    ),
    "basil": Topping(
        11, 0.1, shapes.leaf, ("#4f8a2c", "#9cbf5a", "#2f5c1e"), layer=2, buried=0.0
    ),
    "bacon": Topping(
        14,
        0.25,
        partial(shapes.ribbon, width=0.32, bend=0.15, wave=0.11, stripes=0.5),
        ("#b23a34", "#f8d2b4", "#7c2420"),
        layer=2,
        spread=4,
        buried=0.0,
    ),
    "cowberry": Topping(
        300,
        0.03,
        shapes.bead,
        ("#c01a50", "#ea6a8c", "#96104c"),
        layer=1,
        spread=1,
        buried=0.0,
        juice=0.75,
    ),
    "brynza": Topping(
        30,
        0.08,
        partial(shapes.chunk, square=6, height=0.42, gloss=0.0, ragged=0.15),
        ("#fffdf2", "#f2e4c0"),
        layer=2,
        buried=0.0,
    ),
    "ham": Topping(
        22,
        0.145,
        partial(
            shapes.chunk, length=0.75, width=0.7, square=7, height=0.14, browned=0.3
        ),
        ("#f89c96", "#e07c78"),
        layer=0,
        buried=0.1,
    ),
    "beef": Topping(
        18,
        0.15,
        partial(
            shapes.chunk, length=0.95, width=0.5, ragged=0.4, browned=0.4, lean=0.4
        ),
        ("#9a503e", "#562818"),
        buried=0.05,
    ),
    "minced beef": Topping(
        260,
        0.035,
        partial(shapes.chunk, ragged=0.7, square=2.5, height=0.7, browned=0.4),
        ("#553424", "#38200f"),
        spread=1,
        buried=0.0,
    ),
    "sweet-and-sour sauce": Sauce("#f27a14", 0.0, drizzle.spiral, 0.015, 0.9),
    "red onion": Topping(
        32,
        0.108,
        partial(shapes.ribbon, width=0.2, bend=0.7, core=0.6, height=0.14, gloss=0.3),
        ("#9c3482", "#f2c6da", "#781f64"),
        layer=2,
        spread=2,
        buried=0.05,
    ),
    "shrimp": Topping(
        24,
        0.128,
        shapes.shrimp,
        ("#ff8468", "#fff4ee", "#f0503c"),
        buried=0.0,
        layer=2,
    ),
    "black olives": Topping(
        44,
        0.045,
        shapes.ring,
        ("#2c2c36", "#15151c"),
        layer=2,
        buried=0.0,
    ),
    "mozzarella": Cheese("#feedd3", "#fbd0a2", "#f8b06a", "#f09a42"),
    "oregano": Topping(
        380,
        0.019,
        partial(shapes.chunk, length=1.2, width=0.5, ragged=0.5, height=0.3, gloss=0.0),
        ("#4c7420", "#304e14"),
        second=("#5e6a22", "#3a4416"),
        layer=2,
        spread=1,
        buried=0.0,
    ),
    "hunter sausages": Topping(
        38,
        0.074,
        partial(shapes.slice_of_sausage, rim=0.22, cup=0.05, specks=0.9, height=0.3),
        ("#8c2a2e", "#461010", "#d88a74"),
        spread=2,
        buried=0.05,
    ),
    "pepperoni": Topping(
        22,
        0.125,
        shapes.slice_of_sausage,
        ("#da5524", "#b0300f", "#f4a066"),
        layer=0,
        spread=24,
        buried=0.06,
    ),
    "sweet pepper": Topping(
        36,
        0.1,
        partial(shapes.ribbon, width=0.2, bend=0.55, height=0.22, gloss=0.6),
        ("#96c436", "#c4dc60", "#5c961e"),
        second=("#f0b81e", "#f7d860", "#d08a10"),
        layer=2,
        buried=0.0,
    ),
    "pickled cucumbers": Topping(
        18,
        0.09,
        shapes.round_slice,
        ("#c6b248", "#8a7c1c", "#a8962e"),
        layer=2,
        spread=6,
        buried=0.0,
    ),
    "barbecue sauce": Sauce("#8a180f", 0.0, drizzle.zigzag, 0.015, 0.9),
    "tomatoes": Topping(
        44,
        0.062,
        partial(shapes.chunk, square=5, height=0.4, gloss=0.5, browned=0.25),
        ("#f23c22", "#d42a14"),
        buried=0.06,
        spread=6,
    ),
    "jalapeno": Topping(
        24,
        0.08,
        shapes.pod,
        ("#9cb43c", "#4a7018", "#f0e8a8"),
        layer=2,
        buried=0.0,
    ),
    "chicken": Topping(
        28,
        0.115,
        partial(shapes.chunk, ragged=1.0, square=2.5, height=0.6, browned=0.5),
        ("#ffdfa4", "#bc7826"),
        buried=0.05,
    ),
    "garlic": Topping(
        44,
        0.095,
        shapes.clove,
        ("#fdfad4", "#9a6c1c", "#98b840"),
        layer=2,
        spread=2,
        buried=0.0,
    ),
    "mushrooms": Topping(
        24,
        0.148,
        shapes.mushroom,
        ("#96705c", "#50342a", "#d6b69e"),
        spread=6,
        buried=0.0,
    ),
}

# Other names of ingredients of the table, as menus have them.
SYNONYMS = {"lingonberry": "cowberry", "beef (minced)": "minced beef"}


def known_name(*names: str) -> str | None:
    """The name in the table of what a menu calls an ingredient; None if it has none.

    Args:
        names: names of one ingredient, the best first. A synonym counts, and what
            stands in brackets does not: "mushrooms (champignons)".
    """
    for name in names:
        name = SYNONYMS.get(name.lower(), name.lower()).partition(" (")[0]
        if name in INGREDIENTS:
            return name
    return None


def look_up(name: str) -> Topping | Sauce | Cheese:
    """The row of an ingredient; one outside the table gets a colour from its name."""
    if name.lower() in INGREDIENTS:
        return INGREDIENTS[name.lower()]
    code = zlib.crc32(name.lower().encode())
    hue, value = code % 360 / 360, 0.5 + code // 360 % 40 / 100
    colours = [
        "#" + "".join(f"{round(255 * c):02x}" for c in colorsys.hsv_to_rgb(hue, 0.6, v))
        for v in (value, 0.7 * value)
    ]
    return Topping(26, 0.06, partial(shapes.chunk, ragged=0.4), tuple(colours))
