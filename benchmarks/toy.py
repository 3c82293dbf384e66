"""A toy menu of drawn pizzas, and pages as browsers save them, to try scripts on."""

import base64
import io
import json
from pathlib import Path

from PIL import Image

import renderer
from menus.files import write_menu
from scraping.cache import Answer, Cache

SIDE = 40  # pixels of a photo
INGREDIENTS = {  # as the menu names them, and as the renderer does
    "томатный соус": "tomato sauce",
    "моцарелла": "mozzarella",
    "ветчина": "ham",
    "маслины": "black olives",
}
PIZZAS = {  # by the names of their photos
    "margherita.png": ["томатный соус", "моцарелла"],
    "ham.jpg": ["томатный соус", "моцарелла", "ветчина"],
    "olives.webp": ["томатный соус", "маслины", "маслины"],
    "sea.tiff": ["моцарелла", "ветчина", "маслины"],
}
SITE = "http://site.invalid"
PAGE = "<html><body><main><section>{}</section></main></body></html>"
CARD = """
<article data-testid="menu__meta-product_{slug}" data-menu-product-id="{slug}"
data-menu-product-kind="pizza"><picture><img src="{photo}"></picture>
<div data-gtm-id="product-title">
<a href="/moscow/product/{slug}"><span>{slug}</span></a></div>{recipe}
<footer><span class="money__value">479</span></footer></article>"""
CARD_OF_2017 = """
<div class="prod_block"><h3 class="prod_header">
<a href="/Moscow/Product/{slug}"><span>{slug}</span></a></h3>
<div class="prod_contains">{recipe}</div></div>"""
POPUP_OF_2017 = """
<div class="popup_prod_cont"><div class="product_slides"><ul class="slides">
<li><img src="/1.jpg"></li><li><img src="/2.jpg"></li><li><img src="{photo}"></li>
</ul></div><span id="weightValue">470</span></div>"""


def make_menu(folder: Path):
    """Writes a menu, its photos in several formats."""
    (folder / "photos").mkdir(parents=True)
    rows = []
    for number, (file, recipe) in enumerate(PIZZAS.items()):
        english = [INGREDIENTS[name] for name in recipe]
        photos, _ = renderer.draw_labelled([english], SIDE, [number])
        photo, slug = Image.fromarray(photos[0]), Path(file).stem
        exif = Image.Exif()
        exif[0x0112], exif[0x010E] = 1, "a pizza"  # orientation, description
        photo.save(folder / "photos" / file, exif=exif)
        row = {"slug": slug, "name": slug.title(), "photo": f"photos/{file}"}
        rows.append({**row, "ingredients": ", ".join(recipe), "price": "479"})
    names = [("0", "none"), *INGREDIENTS.items()]
    table = [{"code": i, "name": n, "name_en": e} for i, (n, e) in enumerate(names)]
    write_menu(folder, rows, table)


def make_pages(folder: Path, photos: Path):
    """Saves the page of a menu in several ways, with its photos.

    Writes `today.html`, `menu.json` and `saved.mhtml`; and into `answers/`, as the
    scraper keeps them, a city's page of 2017, its popups and its photos.
    """
    folder.mkdir(parents=True)
    answers = Cache(folder / "answers")

    def answer(path: str, body: bytes):
        answers.keep(SITE + path, Answer(body, SITE + path, "utf-8"))

    today, linked, of_2017, items, parts = [], [], [], [], []
    for file, recipe in PIZZAS.items():
        slug, path = Path(file).stem, f"/{Path(file).stem}.jpg"
        jpeg = _jpeg(photos / file)
        inside = base64.b64encode(jpeg).decode()
        card = {"slug": slug, "recipe": ", ".join(recipe), "photo": path}
        of_2017.append(CARD_OF_2017.format(**card))
        answer(f"/Moscow/Product/{slug}", POPUP_OF_2017.format(**card).encode())
        answer(path, jpeg)
        linked.append(CARD.format(**card))
        parts.append(_part(SITE + path, "image/jpeg", inside))
        card["photo"] = f"data:image/jpeg;base64,{inside}"
        today.append(CARD.format(**card))
        product = {"price": 479.0, "size": 1, "traits": {"pizza": {}}}
        product["foodValue"] = {"weight": 410, "calories": 250.5}
        item = {"name": slug, "description": card["recipe"]}
        item["images"] = [{"url": card["photo"]}]
        items.append(item | {"variations": [{"product": product}]})

    answer("/Moscow", f'<div class="prod_pizzas">{"".join(of_2017)}</div>'.encode())
    (folder / "today.html").write_text(PAGE.format("".join(today)))
    entries = [{"menuItem": {"$ref": f"#/items/{i}"}} for i in range(len(items))]
    menu = {"items": items, "structure": [{"title": "Пиццы", "items": entries}]}
    (folder / "menu.json").write_text(json.dumps(menu, ensure_ascii=False))
    head = 'Content-Type: multipart/related; boundary="--b"\nMIME-Version: 1.0\n'
    head += f"Snapshot-Content-Location: {SITE}/moscow\n"
    page = base64.b64encode(PAGE.format("".join(linked)).encode()).decode()
    parts.insert(0, _part(f"{SITE}/moscow", "text/html; charset=utf-8", page))
    (folder / "saved.mhtml").write_text(f"{head}{''.join(parts)}\n----b--\n")


def _jpeg(photo: Path) -> bytes:
    file = io.BytesIO()
    with Image.open(photo) as image:
        image.convert("RGB").resize((96, 96)).save(file, "JPEG")
    return file.getvalue()


def _part(address: str, kind: str, body: str) -> str:
    return (
        f"\n----b\nContent-Type: {kind}\nContent-Transfer-Encoding: base64\n"
        f"Content-Location: {address}\n\n{body}\n"
    )
