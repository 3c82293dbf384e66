"""A card: what a page says of one pizza, whatever the page's layout."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import urljoin

from scraping.recipes import tidy

LONGEST_NAME = 100  # characters
LONGEST_ADDRESS = 2000
NOT_ONE_PIZZA = re.compile(  # in the name or the link of what has no recipe of its own
    r"половин|пополам|собери|создай|сво[яюе]\w* пицц|конструктор|комбо"
    r"|\bhal(f|ves)|build-?your|constructor|combodetails",
    re.IGNORECASE,
)
# .../web/20170811000000im_/https://dodopizza.ru/...
ARCHIVED = re.compile(r"(https?://[^/]+/web/\d{4,14})(?:[a-z]{2}_)?/(https?:/.*)")


@dataclass(frozen=True)
class Card:
    """What a page says of one pizza.

    Attributes:
        name: its name.
        contains: its ingredients as printed.
        link: address of its own page or popup; empty if it has none.
        photos: addresses of its photo, the best first.
        details: more columns for `menu.csv`: price in the page's currency; for 100 g
            kilocalories, proteins, fats, carbohydrates in g; size in cm, weight in g.
    """

    name: str
    contains: str
    link: str = ""
    photos: list[str] = field(default_factory=list)
    details: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Page:
    """A page with a menu.

    Attributes:
        layout: "2017", "2020-2022", "today" or "menu JSON".
        cards: its pizzas, in the page's order.
        others: name and kind of whatever is no pizza.
    """

    layout: str
    cards: list[Card]
    others: list[tuple[str, str]]


def sort_out(layout: str, found: Iterable[tuple[Card, str]]) -> Page:
    """Parts pizzas from what is none: kinds other than "pizza", halves, combos."""
    cards, others = [], []
    for card, kind in found:
        if kind != "pizza":
            others.append((card.name, tidy(kind)[:LONGEST_NAME]))
        elif NOT_ONE_PIZZA.search(f"{card.name} {card.link}"):
            others.append((card.name, "combo, halves or build your own"))
        else:
            cards.append(card)
    return Page(layout, cards, others)


def title(text: str) -> str:
    """A name as it goes into a table: one line, and no formula to a spreadsheet."""
    return tidy(text)[:LONGEST_NAME].strip(" =+@-\t")


def price(text: str) -> str:
    """The first price of a text: "1,479 ₸" -> "1479", "1.479,50" -> "1479.50".

    A point or a comma before just three digits parts thousands, but in "0,500".
    """
    return number(re.sub(r"(?<=\d)(?<!\b0)[.,](?=\d{3}(?!\d))", "", text))


def number(text: str) -> str:
    """The first number of a text: "от 1 479 ₽" -> "1479", "257,52" -> "257.52"."""
    found = re.search(
        r"\d[\d ]{0,9}([.,]\d{1,4})?( ?± ?\d{1,4})?", tidy(text).replace("+-", "±")
    )
    return found[0].replace(" ", "").replace(",", ".") if found else ""


def is_inside(address: str) -> bool:
    """Whether an address is the picture itself, as `data:image/png;base64,...`."""
    return address[:5].lower() == "data:"


def absolute(address: str, page: str, mark: str = "") -> str:
    """Completes an address as a browser would.

    On a page of the Web Archive, addresses that it did not rewrite are made to lead
    into the archive too, to the same time.

    Args:
        address: as it stands in the page.
        page: the page's own address.
        mark: what the archive is to do with it; "im_" for a picture as it was.

    Returns:
        The address, of any scheme; empty if there is none or it makes no sense.
    """
    if is_inside(address):
        return address
    address = "".join(filter(str.isprintable, address.strip()))
    try:
        joined = urljoin(page, address)
        here = ARCHIVED.match(page)
        if here and not ARCHIVED.match(joined):
            joined = urljoin(here[2], address)
            if joined.startswith(("http://", "https://")):
                joined = f"{here[1]}{mark}/{joined}"
        return joined if address and len(joined) <= LONGEST_ADDRESS else ""
    except ValueError:  # "http://[" and the like
        return ""
