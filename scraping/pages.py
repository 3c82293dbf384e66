"""A page of any layout as pizzas; the layout is recognised from the page itself."""

import json
import re

import bs4

from scraping.cards import Page, absolute, sort_out, title
from scraping.layouts import ARTICLE, cards_of_2017, cards_of_articles
from scraping.markup import describe, parse
from scraping.menu_json import cards_of_json
from utils import InputError


def read_page(text: str, address: str) -> Page:
    """Reads a menu in whichever layout the page has.

    Args:
        text: the page, or the menu JSON.
        address: where it is from; links and pictures are relative to it.

    Raises:
        InputError: the page holds no menu in a layout that is known.
    """
    text = text.strip("\ufeff \r\n\t")
    if text.startswith(("{", "[")):
        return sort_out("menu JSON", cards_of_json(text, address))
    soup = parse(text)
    _unfold(soup, text)
    articles = soup.select(ARTICLE)
    if any(article.has_attr("data-menu-product-kind") for article in articles):
        return sort_out("today", cards_of_articles(articles, address))
    if articles := soup.select(f"section#pizzas > {ARTICLE}"):
        return sort_out("2020-2022", cards_of_articles(articles, address))
    if blocks := soup.select("div.prod_pizzas div.prod_block"):
        return sort_out("2017", cards_of_2017(blocks, address))
    raise InputError(
        "expected a menu as Dodo's site had it in 2017 or 2020-2022, or has it today."
        f" Received: {describe(text, soup)}"
    )


def _unfold(soup: bs4.BeautifulSoup, text: str):
    """Puts pictures back that SingleFile keeps once for several places, in the CSS."""
    pictures = dict(re.findall(r'--sf-img-(\d+):\s*url\("?(data:[^")]+)', text))
    for tag in soup.select('img[style*="--sf-img-"]') if pictures else ():
        number = re.search(r"--sf-img-(\d+)", tag["style"])
        if number and number[1] in pictures:
            tag["src"] = pictures[number[1]]


def read_cities(text: str, address: str) -> list[tuple[str, str]]:
    """Reads the cities a page lists, as `(name, address)`.

    Those of 2017 are links; today's are in the script that starts the page.

    Raises:
        InputError: there are none.
    """
    soup = parse(text)
    links = soup.select("div.cities_list.cities_list_active > div.cities_list_item > a")
    cities = [(link.get_text(), link.get("href", "")) for link in links]
    if not cities and (start := re.search(r'"localities":\s*(?=\[)', text)):
        try:
            found, _ = json.JSONDecoder().raw_decode(text, start.end())
            cities = [(city["name"], city["url"]) for city in found]
        except (ValueError, LookupError, TypeError, RecursionError):
            cities = []
    if not cities:
        raise InputError(f"expected a list of cities. Received: {describe(text, soup)}")
    return [(title(str(name)), absolute(str(url), address)) for name, url in cities]


def saved_from(text: str) -> str:
    """The address of a saved page, as the browser noted it or the page names it."""
    for note in (
        r"<!-- saved from url=\(\d+\)(https?://[^\s>]+)",
        r"<!--\s*Page saved with SingleFile\s+url:\s*(https?://[^\s>]+)",
    ):
        if noted := re.search(note, text[:4000]):
            return noted[1]
    soup = parse(text)
    for selector, name in (("link[rel=canonical]", "href"), ("base[href]", "href")):
        tag = soup.select_one(selector)
        if isinstance(tag, bs4.Tag) and tag.get(name, "").startswith("http"):
            return tag[name]
    return ""
