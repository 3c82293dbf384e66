"""Slugs: short names for files and rows, safe on every file system.

Whatever a page calls a pizza, its slug is a-z, 0-9, "-" and "_" only, so it can neither
leave the menu folder nor hide an extension.
"""

import re
import unicodedata
from urllib.parse import unquote, urlsplit

LONGEST = 60  # characters
RUSSIAN = "абвгдеёжзийклмнопрстуфхцчшщыэюяьъ"
SPELLED = "a b v g d e e zh z i y k l m n o p r s t u f kh ts ch sh sch y e yu ya"
LATIN = dict(zip(RUSSIAN, [*SPELLED.split(), "", ""], strict=True))
RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)$")  # device names on Windows


def slug_of(address: str, name: str, taken: set[str]) -> str:
    """Makes a slug of the last part of an address, or of a name, or of neither.

    Args:
        address: the pizza's own page, "/moscow/product/carbonara"; may be empty.
        name: the pizza's name, in Russian or not.
        taken: slugs in use already; the new one is added.

    Returns:
        A slug that no other pizza has.
    """
    slug = simplify(last_part(address)) or simplify(name) or "pizza"
    if RESERVED.match(slug):
        slug += "-pizza"
    candidate, n = slug, 1
    while candidate in taken:
        n += 1
        candidate = f"{slug}-{n}"
    taken.add(candidate)
    return candidate


def last_part(address: str) -> str:
    """The last part of an address: "https://dodopizza.ru/moscow?x=1" -> "moscow"."""
    try:
        return unquote(urlsplit(address).path).rstrip("/").rpartition("/")[2]
    except ValueError:  # "http://["
        return ""


def simplify(text: str) -> str:
    """The Latin letters, digits, "-" and "_" of a text; Russian is spelled out."""
    text = "".join(LATIN.get(character, character) for character in text.lower())
    text = unicodedata.normalize("NFKD", text)
    text = "".join(c for c in text if not unicodedata.combining(c))
    return re.sub(r"[^a-z0-9_]+", "-", text)[:LONGEST].strip("-_")
