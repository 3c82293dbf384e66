"""Bytes to text to a tree, and what to say of a page that is not the one expected."""

import re
import warnings

import bs4
from bs4.dammit import EncodingDetector

from scraping.recipes import tidy
from utils import InputError

CAPTCHA = re.compile(
    r"captcha|не робот|not a robot|checking your browser|just a moment|ddos-guard"
    r"|access denied",
    re.IGNORECASE,
)
ADVICE = "open it in a browser, save the page and give the file: --html=saved.html"


def decode(body: bytes, declared: str | None = None) -> str:
    """Decodes a page: UTF-8 if it is that, else as declared, else windows-1251.

    Text in an older Russian encoding is hardly ever valid UTF-8 by chance, while
    headers and `<meta>` tags are often wrong; so what the bytes say goes first.

    Args:
        body: the page.
        declared: the encoding that its HTTP header names.
    """
    body, marked = EncodingDetector.strip_byte_order_mark(body)
    in_page = EncodingDetector.find_declared_encoding(body, is_html=True)
    for encoding in (marked, "utf-8", declared, in_page, "windows-1251"):
        try:
            if encoding:
                return body.decode(encoding)
        except (ValueError, LookupError):  # not in it; no such encoding
            continue
    return body.decode("utf-8", errors="replace")


def parse(text: str) -> bs4.BeautifulSoup:
    """Parses HTML of any quality.

    Raises:
        InputError: not even Beautiful Soup makes a tree of it.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # "looks like a file name, like XML"
            return bs4.BeautifulSoup(text, "html.parser")
    except (bs4.ParserRejectedMarkup, RecursionError) as error:
        raise InputError(f"expected a page of HTML. Received: {error}") from None


def describe(text: str, soup: bs4.BeautifulSoup) -> str:
    """Says in a few words what a page is that is not the one expected."""
    if not text.strip():
        return "an empty page"
    if CAPTCHA.search(text):
        return f"a captcha; {ADVICE}"
    title = f"{tidy(soup.title.get_text())[:60]!r}" if soup.title else "no title"
    return f"another page ({title}, {len(text)} characters)"
