"""The menu JSON that Dodo's site loads, as cards.

{"items": [{"name": ..., "description": "the ingredients", "variations": [
    {"product": {"price": 479, "size": 1, "traits": {"pizza": {}},
                 "foodValue": {"weight": 410, "calories": 250, ...}}}]}],
 "structure": [{"title": "Пиццы", "items": [{"menuItem": {"$ref": "#/items/0"}}]}]}
"""

import json
import re
from collections.abc import Iterator
from typing import Any

from scraping.cards import Card, absolute, number, title
from scraping.recipes import tidy
from utils import InputError

CENTIMETRES = {1: 25, 2: 30, 3: 35}  # the site's `productSizeGroup`s
COLUMNS = {  # of menu.csv, by what `foodValue` may call them
    "kilocalories": ("calories", "kiloCalories", "kilocalories"),
    "proteins": ("proteins",),
    "fats": ("fats",),
    "carbohydrates": ("carbohydrates",),
    "weight": ("weight",),
}
PICTURE = re.compile(
    r"data:image/|(https?:)?/\S*(/image/|\.(avif|webp|png|jpe?g)\b)", re.IGNORECASE
)


def cards_of_json(text: str, address: str) -> Iterator[tuple[Card, str]]:
    """Reads a menu JSON; yields cards and their kind.

    Raises:
        InputError: it is no JSON, or has no `items`.
    """
    try:
        menu = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InputError(f"expected a menu as JSON. Received: {error}") from None
    items = _get(menu, "items", list)
    if not items:
        raise InputError("expected a menu as JSON with items[]. Received: none in it")
    sections = {}  # by "#/items/N", the title of the section it stands in
    for section in _get(menu, "structure", list):
        for entry in _get(section, "items", list):
            place = _get(_get(entry, "menuItem", dict), "$ref", str)
            sections.setdefault(place, _get(section, "title", str))
    products = [
        [_get(v, "product", dict) for v in _get(item, "variations", list)]
        for item in items
    ]
    have_traits = any(_is_pizza(p) for variations in products for p in variations)
    for n, (item, variations) in enumerate(zip(items, products, strict=True)):
        section = sections.get(f"#/items/{n}", "no section")
        if have_traits:
            is_pizza = any(map(_is_pizza, variations))
        else:
            is_pizza = re.match(r"\s*(пицц|pizza)", section, re.IGNORECASE)
        card = Card(
            title(_get(item, "name", str)),
            tidy(_get(item, "description", str)),
            photos=[absolute(picture, address, "im_") for picture in _pictures(item)],
            details=_details(variations),
        )
        yield card, "pizza" if is_pizza else section


def _get(value: Any, key: str, kind: type) -> Any:
    """The value of a key if there is one of that type, else an empty one."""
    found = value.get(key) if isinstance(value, dict) else None
    return found if isinstance(found, kind) else kind()


def _is_pizza(product: dict) -> bool:
    return _get(product, "traits", dict).get("pizza") not in (None, False)


def _details(products: list[dict]) -> dict[str, str]:
    """Columns of the cheapest variation, the one that menus print as "from 479"."""
    priced = [p for p in products if _get(p, "price", int) or _get(p, "price", float)]
    if not priced:
        return {}
    product = min(priced, key=lambda p: p["price"])
    size = product.get("size")
    size = CENTIMETRES.get(size, size) if isinstance(size, int) else size
    details = {"price": product["price"]}
    food = _get(product, "foodValue", dict)
    for column, keys in COLUMNS.items():
        details[column] = next((food[key] for key in keys if key in food), "")
    details["size"] = size
    return {
        column: number(f"{value}".removesuffix(".0"))
        for column, value in details.items()
    }


def _pictures(item: Any) -> list[str]:
    """Every string in an item that looks like the address of a picture, in order."""
    found, waiting = [], [item]
    while waiting:
        value = waiting.pop()
        if isinstance(value, str) and PICTURE.match(value):
            found.append(value)
        elif isinstance(value, dict | list):
            values = value.values() if isinstance(value, dict) else value
            waiting.extend(reversed(list(values)))
    return list(dict.fromkeys(found))
