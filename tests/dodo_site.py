"""A pizzeria's site in every layout, on a real server that can be told to misbehave."""

import contextlib
import io
import json
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

import augment
from lab import pictures
from menus.files import read_menu
from menus.menu import Menu

# slug, name, ingredients as printed, the recipe they are
PIZZAS = (
    (
        "double-pepperoni",
        "Двойная пепперони",
        "Томатный соус, двойная порция пепперони и увеличенная порция моцареллы",
        "Томатный соус, пепперони, пепперони, моцарелла",
    ),
    (
        "ranch-pizza",
        "Ранч пицца",
        "Соус Ранч, цыпленок, ветчина, томаты, чеснок, моцарелла",
        "Соус Ранч, цыпленок, ветчина, томаты, чеснок, моцарелла",
    ),
    (
        "pizza-pirog",
        "Пицца-пирог",
        "Сгущенное молоко, брусника, ананасы",
        "Сгущенное молоко, брусника, ананасы",
    ),
)


def draw(kind: str = "JPEG", size=(96, 64), colour="gold") -> bytes:
    """A pizza as a file."""
    image = Image.new("RGB", size, "white")
    box = (0, 0, size[0] - 1, size[1] - 1)
    ImageDraw.Draw(image).ellipse(box, colour, outline="chocolate", width=3)
    file = io.BytesIO()
    image.save(file, kind)
    return file.getvalue()


@dataclass(frozen=True)
class Reply:
    """What the site answers: it may lie about the length, break off or dawdle."""

    body: bytes = b""
    status: int = 200
    headers: dict = field(default_factory=dict)
    sends: int | None = None  # bytes until it breaks off
    waits: float = 0.0  # seconds before it answers


class Site:
    """A server at 127.0.0.1.

    Attributes:
        replies: by path, bytes, a `Reply`, or a list of them to be given one by one,
            the last again and again.
        asked: `(path, headers)` of every request so far.
    """

    def __init__(self):
        self.replies = {}
        self.asked = []
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                site.asked.append((self.path, dict(self.headers)))
                site._answer(self)

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.address = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, args=(0.02,)).start()

    def _answer(self, handler):
        reply = self.replies.get(handler.path, Reply(b"nothing here", 404))
        if isinstance(reply, list):
            reply = reply.pop(0) if len(reply) > 1 else reply[0]
        if isinstance(reply, bytes):
            reply = Reply(reply)
        time.sleep(reply.waits)
        if reply.status == 0:  # hangs up
            handler.connection.close()
            return
        handler.send_response(reply.status)
        headers = {"Content-Length": str(len(reply.body))} | reply.headers
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.end_headers()
        with contextlib.suppress(ConnectionError):  # the guest had enough
            handler.wfile.write(reply.body[: reply.sends])

    def paths(self) -> list[str]:
        return [path for path, _ in self.asked]

    def close(self):
        self.server.shutdown()
        self.server.server_close()


def serve_2017(site: Site, place: str = "/Kaliningrad", media: str = ""):
    """The city's page of 2017, its popups and three slides for each pizza."""
    blocks = [
        block_2017(f"{place}/Product/{slug}", name, contains)
        for slug, name, contains, _ in PIZZAS
    ]
    blocks.append(block_2017(f"{place}/ComboDetails/1", "Комбо №1", "Пицца и напиток"))
    page = f'<div class="prod_pizzas">{"".join(blocks)}</div>'
    site.replies[place] = page.encode()
    for slug, *_ in PIZZAS:
        slides = [f"{media}/{slug}-{i}.jpg" for i in (1, 2, 3)]
        site.replies[f"{place}/Product/{slug}"] = popup_2017(slides).encode()
        site.replies[slides[2]] = draw(size=(142, 76))


def block_2017(link: str, name: str, contains: str) -> str:
    return (
        f'<div class="prod_block"><h3 class="prod_header"><a href="{link}">'
        f'<span>{name}</span></a></h3><div class="prod_contains">\n  {contains}\n'
        "</div></div>"
    )


def popup_2017(slides: list[str]) -> str:
    items = "".join(f'<li><img src="{slide}"></li>' for slide in slides)
    return (
        '<div class="popup_prod_cont"><div class="product_slides">'
        f'<ul class="slides">{items}</ul></div>'
        '<span id="kiloCalories">257,52</span><span id="proteins">10,77</span>'
        '<span id="fats">12,11</span><span id="carbohydrates">26,04</span>'
        '<span id="sizeValue">25</span><span id="weightValue">470±50</span>'
        '<div class="prod_price_value"><span class="value">395</span> руб.</div></div>'
    )


DETAILS_2017 = {
    "price": "395",
    "kilocalories": "257.52",
    "proteins": "10.77",
    "fats": "12.11",
    "carbohydrates": "26.04",
    "size": "25",
    "weight": "470±50",
}


def article(
    slug: str, name: str, contains: str, kind: str = "pizza", lazy: bool = True
) -> str:
    """A card of today's site."""
    lazily = "data-" if lazy else ""
    sources = "".join(
        f'<source {lazily}srcset="/image/r:233x233/{slug}.{suffix} 233w,'
        f' /image/r:584x584/{slug}.{suffix} 584w" type="image/{suffix}">'
        for suffix in ("avif", "webp", "png")
    )
    blank = 'src="data:image/gif;base64,R0lGODlhAQABAAAAACw="' if lazy else ""
    return (
        f'<article data-testid="menu__meta-product_{slug}" aria-label="{name}"'
        f' data-menu-product-id="{slug}" data-menu-product-kind="{kind}"><div><div>'
        f"<picture>{sources}<img {blank}"
        f' {lazily}src="/image/r:292x292/{slug}.jpg"></picture></div>'
        f'<div data-gtm-id="product-title"><a href="/moscow/product/{slug}">'
        f"<span>{name}</span> </a></div>{contains}</div><footer><button>"
        '<span class="money__value">от 1 479</span></button></footer></article>'
    )


def page_today(*articles: str) -> str:
    articles = articles or [article(*pizza[:3]) for pizza in PIZZAS]
    combo = article("combo", "Два кофе", "Кофе на выбор", kind="combo")
    halves = article("halves", "Пицца из половинок", "Соберите свою")
    page = "".join([*articles, combo, halves])
    return f"<html><body><main><section>{page}</section></main></body></html>"


def serve_today(site: Site, *articles: str, place: str = "/moscow"):
    site.replies[place] = page_today(*articles).encode()
    for slug, *_ in PIZZAS:
        site.replies[f"/image/r:584x584/{slug}.avif"] = draw("AVIF")


def serve_2020(site: Site, place: str = "/moscow"):
    """2020-2022: the section says what is a pizza; prices and titles in two ways."""
    cards = [
        f'<article data-testid="menu__meta-product_{n}"><main><picture>'
        f'<source srcset="/image/r:292x292/{slug}.webp"></picture>'
        f'<h2 class="sc-{n}">{name}</h2>{contains[:9]}<!-- -->{contains[9:]}</main>'
        f'<footer><div class="product-control-price">от {300 + n} ₽</div></footer>'
        "</article>"
        for n, (slug, name, contains, _) in enumerate(PIZZAS)
    ]
    page = (
        f'<section id="pizzas"><h2>Пиццы</h2>{"".join(cards)}</section><section'
        ' id="snacks"><article data-testid="menu__meta-product_9"><h2>Додстер</h2>'
        "Лепешка</article></section>"
    )
    site.replies[place] = page.encode()
    for slug, *_ in PIZZAS:
        site.replies[f"/image/r:292x292/{slug}.webp"] = draw("WEBP")


def serve_json(site: Site, place: str = "/menu.json", traits: bool = True):
    """The menu JSON, its pizzas told by their traits or by their section only."""
    items = [{"name": "Кофе", "description": "Эспрессо", "variations": []}]
    for slug, name, contains, _ in PIZZAS:
        food = {"calories": 257.52, "proteins": 10.77, "fats": 12.11, "weight": 470}
        product = {"price": 395.0, "size": 1, "foodValue": food, "traits": {}}
        if traits:
            product["traits"] = {"pizza": {"dough": 1}, "drink": None}
        dear = product | {"price": 900, "size": 3}
        variations = [{"product": dear}, {"product": product}]
        image = f"{site.address}/image/r:292x292/{slug}.png"
        pizza = {"name": name, "description": contains, "variations": variations}
        items.append(pizza | {"images": [{"url": image}]})
        site.replies[f"/image/r:584x584/{slug}.png"] = draw("PNG")
    numbers = range(1, len(items))
    refs = [{"menuItem": {"$ref": f"#/items/{n}"}} for n in numbers]
    drinks = {"title": "Напитки", "items": [{"menuItem": {"$ref": "#/items/0"}}]}
    structure = [{"title": "Пиццы", "items": refs}, drinks]
    menu = {"items": items, "structure": structure}
    site.replies[place] = json.dumps(menu, ensure_ascii=False).encode()


FAST = {"PAUSE": 0.0, "BACKOFF": 0.01, "RETRIES": 2, "TIMEOUT": 10.0}
RECIPES = [recipe for *_, recipe in PIZZAS]


def check_menu(folder: Path, recipes=RECIPES, side: int | None = 64) -> Menu:
    """Reads a menu with its photos as the other scripts do, and augments it."""
    menu = read_menu(folder)
    assert [row["ingredients"] for row in menu.rows] == recipes
    assert menu.names[0] == "0" and menu.captions[0] == "none"
    for i in range(len(menu.rows)):
        width, height = pictures.read_photo(menu.photo(i), "centre").size
        assert width == height == (side or width)
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {"MENU": folder, "IMAGE_SIZE": 16, "ANGLES": 4}.items():
            patch.setattr(augment, name, value)
        augment.main()
    images = np.load(folder / "augmented_16/images.npy", mmap_mode="r")
    assert images.shape == (8 * len(recipes), 16, 16, 3)
    return menu
