"""Makes a menu folder, photos and recipes, of a city's pizzas on Dodo's site.

    python scrape_dodo.py --list-cities
    python scrape_dodo.py --city=moscow
    python scrape_dodo.py --url=https://web.archive.org/web/20170811/https://dodopizza.ru/Kaliningrad
    python scrape_dodo.py --html=saved.html

Reads the site as it is today, as it was in 2017 or 2020-2022, or its menu as JSON,
live, archived or saved from the browser. Writes `data/<city>/`: `menu.csv`,
`ingredients.csv`, `photos/`, `scrape.log` (what became of each printed list),
`scraped.json` (a menu that is edited, or of another source, is not written over) and
`cache/`, the site's answers: the same command again asks only for what it still lacks.
Delete `cache/` to ask for everything anew.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import utils
from lab import limits, settings

# data
CITY = ""  # a city, as its address on the site has it; --list-cities prints them
URL = ""  # instead: address of any page with a menu, in the Web Archive too
HTML = ""  # instead: file of a saved page; --url then says where it was saved from
SITE = "https://dodopizza.ru"  # the site of --city; other countries have their own
LIST_CITIES = False  # print the cities that the site has, and stop
LIMIT = 0  # pizzas at most; 0 for all
PHOTO_SIZE = 584  # pixels, where the site has a photo in any size

# guest
AGENT = "pizza-imagination/1.0 (research; asks slowly)"  # the User-Agent
PAUSE = 1.0  # seconds between requests
TIMEOUT = 20.0  # seconds without a byte until a connection counts as dropped
RETRIES = 4  # of a request that ended in 429, 5xx or a dropped connection
BACKOFF = 1.0  # seconds before a retry, soon doubling

# output
MENU = ""  # menu folder; empty for data/ and the name of the city or page

settings.read_settings(
    globals(),
    CITY=limits.Limit("a city's name as in an address", lambda v: "/" not in v),
    LIMIT=limits.at_least(0),
    PHOTO_SIZE=limits.between(32, 4096),
    AGENT=limits.Limit("printable ASCII", lambda v: v.isascii() and v.isprintable()),
    PAUSE=limits.between(0, 3600),
    TIMEOUT=limits.between(0.01, 3600),
    RETRIES=limits.between(0, 20),
    BACKOFF=limits.between(0, 3600),
)

from tqdm import tqdm

from scraping import layouts, markup, mhtml, pages, photos, recipes, record, slugs
from scraping.cache import Cache
from scraping.cards import Card, Page
from scraping.connection import Connection, Missing, Unreachable, Unwelcome
from scraping.web import Guest

PAGE_BYTES = 10_000_000
SAVED_BYTES = 200_000_000  # with all its pictures in it


@dataclass(frozen=True)
class Source:
    """A page: its text, its address, and what a browser saved with it.

    That is files by name, and what is in the page's own file by address.
    """

    text: str
    address: str
    saved: dict[str, Path | bytes]


def read_source(guest: Guest) -> Source:
    """Takes the page from the file, the address or the city that the settings name."""
    if not HTML:
        answer = guest.get(page_address(), PAGE_BYTES)
        return Source(answer.text, answer.address, {})
    file = Path(HTML)
    try:
        if file.stat().st_size > SAVED_BYTES:
            raise utils.InputError(
                f"--html: expected at most {SAVED_BYTES:,} bytes. Received: {HTML}"
            )
        body = file.read_bytes()
    except OSError as error:
        raise utils.InputError(
            f"--html: expected a saved page. Received: {HTML}, {error.strerror}"
        ) from None
    if mhtml.is_mhtml(body):
        page = mhtml.read_mhtml(body)
        return Source(page.text, URL or page.address or SITE, page.parts)
    text = markup.decode(body)
    address = URL or pages.saved_from(text) or SITE
    return Source(text, address, photos.saved_beside(file))


def page_address() -> str:
    return URL or f"{SITE.rstrip('/')}/{CITY}"


def read_page(guest: Guest) -> tuple[Page, Source]:
    """Reads the menu; a page that is none is asked for again next time."""
    try:
        source = read_source(guest)
        return pages.read_page(source.text, source.address), source
    except utils.InputError as error:
        guest.cache.forget(page_address())
        where, why = HTML or page_address(), str(error)
        if where not in why:
            why = f"{where}: {why}"
        if CITY and isinstance(error, Missing):
            why += "; --list-cities prints the cities"
        raise utils.InputError(why) from None


def menu_folder() -> Path:
    if MENU:
        return Path(MENU)
    name = CITY or (Path(HTML).stem if HTML else slugs.last_part(URL))
    return Path("data") / (slugs.simplify(name) or "dodo")


def read_recipe(card: Card) -> list[recipes.Item]:
    """Reads the ingredients of a card, which must make a recipe."""
    if not card.name:
        raise utils.InputError("expected a name. Received: none")
    items = recipes.read_ingredients(card.contains)
    count = sum(len(item.names) for item in items)
    if not 0 < count <= recipes.MOST_INGREDIENTS:
        raise utils.InputError(
            f"expected 1 to {recipes.MOST_INGREDIENTS} ingredients."
            f" Received: {count or 'none'}"
        )
    return items


def complete(card: Card, guest: Guest, page: str) -> Card:
    """Adds what the popup of a pizza says, which held the photos in 2017."""
    headers = {"X-Requested-With": "XMLHttpRequest", "Referer": page}
    answer = guest.get(card.link, PAGE_BYTES, headers)
    try:
        return layouts.read_popup(answer.text, card)
    except utils.InputError:
        guest.cache.forget(card.link)
        raise


@dataclass(frozen=True)
class Pizza:
    """A row of `menu.csv` but for the recipe, the recipe, and where it is from."""

    row: dict[str, str]
    recipe: list[str]
    log: list[str]


def take_pizza(
    card: Card, slug: str, guest: Guest, source: Source, popup: bool
) -> Pizza:
    """Reads the recipe of a card and saves its photo.

    Raises:
        InputError: why there is no such pizza in the menu.
    """
    items = read_recipe(card)
    if popup:
        card = complete(card, guest, source.address)
    photo, suffix = photos.fetch(card.photos, PHOTO_SIZE, guest, source.saved)
    name = f"photos/{slug}{suffix}"
    with utils.whole_file(menu_folder() / name) as part:
        part.write_bytes(photo)
    row = {"slug": slug, "name": card.name, "photo": name, "ingredients": ""}
    url = card.link if card.link.startswith("http") else ""
    return Pizza(
        row | card.details | {"url": url},
        [name for item in items for name in item.names],
        [f"{slug}: {card.contains}", *describe(items), ""],
    )


def take_pizzas(
    page: Page, source: Source, guest: Guest
) -> tuple[list[Pizza], list[tuple[str, object]]]:
    """Takes all pizzas of a page that have a recipe and a photo.

    Returns:
        The pizzas, and `(name, why)` of everything that was skipped.
    """
    pizzas, skipped, taken, seen = [], list(page.others), set(), set()
    cards = [(slugs.slug_of(c.link, c.name, taken), c) for c in page.cards]
    for slug, card in tqdm(cards[: LIMIT or None], unit=" pizzas", disable=None):
        try:
            if (card.name, card.contains) in seen:
                raise utils.InputError(
                    "expected each pizza once. Received: the same name and ingredients"
                    " again"
                )
            seen.add((card.name, card.contains))
            pizzas.append(
                take_pizza(card, slug, guest, source, popup=page.layout == "2017")
            )
        except Unwelcome:
            raise
        except utils.InputError as why:
            skipped.append((card.name or slug, why))
    return pizzas, skipped


def summarize(skipped: list[tuple[str, object]]) -> list[str]:
    """Says what was skipped: a line each, but one for all that a site did not give."""
    lines, names_by_reason = [], {}
    for name, why in skipped:
        if isinstance(why, Unreachable):
            names_by_reason.setdefault(str(why), []).append(name)
        else:
            lines.append(f"skipped {name}: {why}")
    for why, names in names_by_reason.items():
        more = f" and {len(names) - 3} more" if len(names) > 3 else ""
        lines.append(f"skipped {', '.join(names[:3])}{more}: {why}")
    return lines


def describe(items: list[recipes.Item]) -> Iterator[str]:
    """Lines of the log: what the rules dropped, folded or do not know."""
    for item in items:
        became = ", ".join(item.names) or "dropped"
        if item.names and not item.known:
            became += " (not in the table)"
        if became != item.printed:
            yield f"    {item.printed} -> {became}"


def list_cities(guest: Guest):
    source = read_source(guest)
    for name, address in pages.read_cities(source.text, source.address):
        print(f"{slugs.last_part(address):24}{name}")


def main():
    given = [name for name in ("CITY", "URL", "HTML") if globals()[name]]
    if len(given) != 1 and given != ["URL", "HTML"] and not (LIST_CITIES and not given):
        raise utils.InputError(
            "expected one of --city=moscow, --url=https://... and --html=saved.html."
            f" Received: {' and '.join(given) or 'none'}"
        )
    connection = Connection(AGENT, TIMEOUT, RETRIES, BACKOFF)
    if LIST_CITIES:
        list_cities(Guest(Cache(None), connection, PAUSE))
        return

    folder = menu_folder()
    guest = Guest(Cache(folder / "cache"), connection, PAUSE)
    if HTML and not URL:  # only the file itself can say where it is from
        page, source = read_page(guest)
        origin = f"{Path(HTML).resolve()}, saved from {source.address}"
        record.check(folder, origin)
    else:
        origin = page_address()
        record.check(folder, origin)
        page, source = read_page(guest)
    pizzas, skipped = take_pizzas(page, source, guest)
    summary = summarize(skipped)
    why = summary[0] if len(summary) == 1 else f"{len(skipped)} skipped"
    if pizzas or len(summary) > 1:
        print("".join(f"{line}\n" for line in summary), end="")
    if not pizzas:
        guest.cache.forget(page_address())
        raise utils.InputError(
            f"{HTML or source.address}: expected a pizza with a recipe and a photo."
            f" Received: none ({why})"
        )
    menu = recipes.spell_alike([pizza.recipe for pizza in pizzas])
    rows = [
        pizza.row | {"ingredients": ", ".join(recipe)}
        for pizza, recipe in zip(pizzas, menu, strict=True)
    ]
    table = recipes.ingredient_table(menu)
    log = [line for pizza in pizzas for line in pizza.log]
    utils.write_text(folder / "scrape.log", "\n".join([*log, *summary, ""]))
    record.write(folder, origin, rows, table)
    unknown = [r["name"] for r in table if r["name"] not in recipes.INGREDIENTS][1:]
    if unknown:
        print(f"not in the table of scraping/recipes.py: {', '.join(unknown)}")
    with_photos = utils.count(len(rows), "pizza")
    ingredients = utils.count(len(table) - 1, "ingredient")
    requests = utils.count(connection.asked, "request")
    print(
        f"{folder}: {with_photos} with photos, {ingredients},"
        f" layout {page.layout}; {len(skipped)} skipped, {requests}.\n"
        f"Next: python toppings.py --menu={folder}, then augment.py and cvae_gan.py"
        " with the same --menu"
    )


if __name__ == "__main__":
    utils.run(main)
