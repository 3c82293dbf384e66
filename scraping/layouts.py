"""The HTML layouts of Dodo's menu, of 2017, of 2020-2022 and of today, as cards.

Only names that the site's programmers chose are used (`data-testid`, `prod_block`),
never classes such as `sc-1gfzx1o-2`, which change with every build.
"""

import re
from collections.abc import Iterator
from dataclasses import replace

import bs4

from scraping.cards import Card, absolute, is_inside, number, price, title
from scraping.markup import describe, parse
from scraping.recipes import tidy
from utils import InputError

BETWEEN = r",(?=https?://|/)"  # two addresses of a srcset
ARTICLE = 'article[data-testid^="menu__meta-product_"]'


def cards_of_articles(articles: list, address: str) -> Iterator[tuple[Card, str]]:
    """Reads 2020's and today's `<article>`s; yields cards and their kind."""
    for article in articles:
        head = article.select_one('[data-gtm-id="product-title"]')
        head = head or article.select_one("h2")
        link = head and (head.select_one("a[href]") or head.find_parent("a", href=True))
        paid = article.select_one(".money__value, div.product-control-price")
        card = Card(
            title(article.get("aria-label") or (head.get_text() if head else "")),
            _text_after(head) if head else "",
            absolute(link["href"], address) if link else "",
            _pictures(article, address),
            {"price": price(paid.get_text())} if paid else {},
        )
        yield card, article.get("data-menu-product-kind", "pizza")


def _text_after(head: bs4.Tag) -> str:
    """The text right after a title, inside the same parent.

    React parts text with comments, which are no text; a footnote's `<sup>` is no part
    of it either. Only where there is no bare text, that of the next element is taken.
    """
    bare = [node for node in head.next_siblings if type(node) is bs4.NavigableString]
    if text := tidy("".join(bare)):
        return text
    texts = (tidy(node.get_text()) for node in head.find_next_siblings())
    return next(filter(None, texts), "")


def _pictures(article: bs4.Tag, address: str) -> list[str]:
    """Addresses in `<picture>`, widest first; lazy ones are in `data-` attributes."""
    found = []
    for tag in article.select("picture source, img"):
        for name in ("data-srcset", "srcset", "data-src", "src"):
            value = tag.get(name, "").strip()
            entries = split_srcset(value) if "srcset" in name else [(value, "")]
            for place, descriptor in entries:
                width = _width(place, descriptor)
                found.append((width, absolute(place, address, "im_")))
    found.sort(key=lambda entry: entry[0], reverse=True)
    return list(dict.fromkeys(place for _, place in found if place))


def split_srcset(text: str) -> list[tuple[str, str]]:
    """Splits a `srcset` into addresses and descriptors, "292w" or "2x", as browsers do.

    An address ends at a blank, and may have commas in it; blanks after the commas
    between two entries are often left out. Where no descriptor says where an address
    ends, a comma before "/" or "http" does.
    """
    entries, rest = [], text
    while found := re.match(r"[\s,]*([^\s,]\S*)(.*)", rest, re.DOTALL):
        (address, rest), descriptor = found.groups(), ""
        if not address.endswith(","):
            descriptor, _, rest = rest.partition(",")
        address = address.rstrip(",")
        several = [address] if is_inside(address) else re.split(BETWEEN, address)
        entries += [(one, "") for one in several[:-1]]
        entries.append((several[-1], descriptor.strip()))
    return entries


def _width(place: str, descriptor: str) -> tuple[float, float]:
    """The pixels across that an address names, and of how dense a screen they are."""
    named = None if is_inside(place) else re.search(r"/r:(\d{1,5})x\d", place)
    named = named or re.match(r"(\d{1,5})w", descriptor)
    dense = re.match(r"(\d{1,3}(?:\.\d{1,3})?)x", descriptor)
    return int(named[1]) if named else 0, float(dense[1]) if dense else 1.0


def cards_of_2017(blocks: list, address: str) -> Iterator[tuple[Card, str]]:
    """Reads the blocks of a city's page of 2017; the photos are in the popups."""
    for block in blocks:
        link = block.select_one("h3.prod_header > a[href]")
        name = (link or block).select_one("span")
        contains = block.select_one("div.prod_contains")
        card = Card(
            title(name.get_text()) if name else "",
            tidy(contains.get_text()) if contains else "",
            absolute(link["href"], address) if link else "",
        )
        yield card, "pizza"


def read_popup(text: str, card: Card) -> Card:
    """Completes a card of 2017 by its popup: the photo, the price, figures for 100 g.

    Raises:
        InputError: it is no popup, or it has no third slide, the one from above.
    """
    soup = parse(text)
    popup = soup.select_one("div.popup_prod_cont")
    if popup is None:
        raise InputError(f"expected its popup. Received: {describe(text, soup)}")
    slides = popup.select("div.product_slides > ul.slides > li > img")
    if len(slides) < 3:
        raise InputError(
            f"expected three slides, the third from above. Received: {len(slides)}"
        )
    photo = absolute(
        slides[2].get("data-src") or slides[2].get("src", ""), card.link, "im_"
    )
    details = {}
    for column, selector in {
        "price": "div.prod_price_value > span.value",
        "kilocalories": "span#kiloCalories",
        "proteins": "span#proteins",
        "fats": "span#fats",
        "carbohydrates": "span#carbohydrates",
        "size": "span#sizeValue",
        "weight": "span#weightValue",
    }.items():
        if tag := popup.select_one(selector):
            read = price if column == "price" else number
            details[column] = read(tag.get_text())
    return replace(card, photos=[photo] if photo else [], details=details)
