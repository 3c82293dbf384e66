"""scrape_dodo.py against a real server whose photos and pages are bad, or mean ill."""

import csv
import gzip
import json
import re
import shutil
import struct

import dodo_site
import pytest
from dodo_site import PIZZAS, RECIPES, Reply, article, check_menu, draw
from PIL import Image

import scrape_dodo
from menus.files import read_menu
from scraping import photos

BOMB = Image.new("1", (8000, 8000))


def bomb() -> bytes:
    file = photos.io.BytesIO()
    BOMB.save(file, "PNG")
    return file.getvalue()


@pytest.mark.parametrize(
    ("reply", "why"),
    [
        (Reply(b"<html>captcha</html>"), "expected a picture. Received: '<html>"),
        (Reply(draw("PNG")[:-200]), "expected a whole picture. Received: "),
        (Reply(bomb()), "expected at most 40,000,000 pixels. Received: 8000x8000"),
        (Reply(draw("PNG", (1, 1))), "expected at least 32 pixels a side"),
        (Reply(b""), "expected a picture. Received: ''"),
        (Reply(draw("BMP")), "expected a picture. Received: 'BM"),  # not on the web
        (Reply(b"%!PS-Adobe-3.0 EPSF-3.0"), "expected a picture. Received: '%!PS"),
        (Reply(b"x" * 30_000), "expected at most 20,000 bytes. Received: more"),
        (
            Reply(gzip.compress(b"x" * 10**6), headers={"Content-Encoding": "gzip"}),
            "expected at most 20,000 bytes. Received: more",
        ),
        (
            Reply(b"no gzip", headers={"Content-Encoding": "gzip"}),
            "compressed as its header says. Received: bytes that cannot be unpacked",
        ),
        (
            Reply(status=302, headers={"Location": "file:///etc/passwd"}),
            "expected an http or https address. Received: 'file:///etc/passwd'",
        ),
        (Reply(status=403), "expected to be shown"),
    ],
)
def test_a_bad_photo_costs_one_pizza(site, scrape, tmp_path, monkeypatch, reply, why):
    monkeypatch.setattr(photos, "MOST_BYTES", 20_000)
    dodo_site.serve_today(site)
    for size in ("584x584", "233x233", "292x292"):
        for suffix in ("avif", "webp", "png", "jpg"):
            site.replies[f"/image/r:{size}/ranch-pizza.{suffix}"] = reply
    printed = scrape(CITY="moscow")
    assert "skipped Ранч пицца: " in printed and why in printed
    check_menu(tmp_path / "data/moscow", [RECIPES[0], RECIPES[2]])
    dodo_site.serve_today(site)
    scrape(CITY="moscow")  # what was no photo is asked for again
    check_menu(tmp_path / "data/moscow")


def test_whatever_a_decoder_raises_costs_one_pizza(site, scrape, tmp_path, monkeypatch):
    dodo_site.serve_today(site)
    odd = "/image/r:584x584/ranch-pizza.avif"
    site.replies[odd] = draw("AVIF", colour="red")
    decode = photos.decode

    def fails(image):
        if image.convert("RGB").getpixel((48, 32))[1] < 100:
            raise struct.error("unpack requires\na buffer of 4 bytes")
        return decode(image)

    monkeypatch.setattr(photos, "decode", fails)
    printed = scrape(CITY="moscow")
    assert "3 pizzas" not in printed and "2 pizzas with photos" in printed
    site.replies[odd] = draw("AVIF")
    scrape(CITY="moscow")
    check_menu(tmp_path / "data/moscow")


def test_a_broken_format_is_made_up_for_by_the_next(site, scrape, tmp_path):
    dodo_site.serve_today(site)
    site.replies["/image/r:584x584/ranch-pizza.avif"] = draw("AVIF")[:300]
    site.replies["/image/r:584x584/ranch-pizza.webp"] = draw("PNG")  # by another name
    scrape(CITY="moscow", PHOTO_SIZE=584)
    menu = check_menu(tmp_path / "data/moscow")
    assert menu.rows[1]["photo"] == "photos/ranch-pizza.png"


def test_the_size_in_the_address_can_be_asked_for_larger(site, scrape, tmp_path):
    dodo_site.serve_today(site)
    for slug, *_ in PIZZAS:
        site.replies[f"/image/r:1168x1168/{slug}.avif"] = draw("AVIF", (80, 80))
    scrape(CITY="moscow", PHOTO_SIZE=1168)
    check_menu(tmp_path / "data/moscow", side=80)


@pytest.mark.parametrize(
    "address",
    ["javascript:alert(1)", "file:///etc/passwd", "ftp://x/y.jpg", "http://["],
)
def test_picture_addresses_only_http(site, scrape, tmp_path, address):
    dodo_site.serve_today(site)
    page = site.replies["/moscow"].decode()
    page = re.sub(r"/image/\S*ranch-pizza\.\w+", address, page)
    site.replies["/moscow"] = page.encode()
    assert re.search(
        "skipped Ранч пицца: (expected an http or https|expected a picture)",
        scrape(CITY="moscow"),
    )
    check_menu(tmp_path / "data/moscow", [RECIPES[0], RECIPES[2]])


def test_slugs_stay_in_the_folder(site, scrape, tmp_path):
    slugs = [
        "..%2f..%2fetc",
        "%2Fetc%2Fpasswd",
        "CON",
        "a" * 300,
        "🍕",
        "..\\..\\x",
        "..",
    ]
    cards = [
        article(f"{n}", f"Пицца {n}", "томаты").replace(f"product/{n}", f"product/{s}")
        for n, s in enumerate(slugs)
    ]
    cards += [
        article("8", "../../evil", "томаты").replace("/moscow/product/8", "#"),
        article("9", "=cmd()|x", "томаты, =базилик"),
    ]
    dodo_site.serve_today(site, *cards)
    for n in range(10):
        site.replies[f"/image/r:584x584/{n}.avif"] = draw("AVIF")
    before = {path for path in tmp_path.rglob("*")}
    scrape(CITY="moscow")
    menu = read_menu(tmp_path / "data/moscow")
    assert [row["slug"] for row in menu.rows] == [
        "etc",
        "passwd",
        "con-pizza",
        "a" * 60,
        "pitstsa-4",
        "x",
        "moscow",
        "moscow-2",
        "9",
    ]
    assert menu.rows[8]["name"] == "cmd()|x"  # no formula to a spreadsheet
    for i, row in enumerate(menu.rows):
        assert re.fullmatch(r"photos/[a-z0-9_-]{1,63}\.avif", row["photo"])
        assert menu.photo(i).resolve().parent == tmp_path / "data/moscow/photos"
    new = {path for path in tmp_path.rglob("*")} - before
    assert all(path.is_relative_to(tmp_path / "data") for path in new)


def test_odd_pages_lose_nothing_else(site, scrape, tmp_path):
    """Duplicates, no ingredients, no name, no photo, far too many ingredients."""
    names = [article(*pizza[:3]) for pizza in PIZZAS]
    same = article("pizza-pirog", PIZZAS[2][1], PIZZAS[2][2])
    other = article("pizza-pirog", PIZZAS[2][1], "томаты")
    crowd = ", ".join("абвгдежзиклмнопрстуфхцчшщэюя"[i % 28] * 3 for i in range(40))
    dodo_site.serve_today(
        site,
        *names,
        same,
        other,
        article("a", "A", ""),
        article("b", "", "томаты"),
        re.sub("<picture>.*</picture>", "", article("c", "C", "томаты")),
        article("d", "D", crowd),
        article("e", "E", "1, 2, 3"),
    )
    printed = scrape(CITY="moscow")
    menu = check_menu(tmp_path / "data/moscow", [*RECIPES, "томаты"])
    assert menu.rows[3]["slug"] == "pizza-pirog-3"
    again = "expected each pizza once. Received: the same name and ingredients again"
    assert f"skipped Пицца-пирог: {again}\n" in printed
    assert "skipped A: expected 1 to 30 ingredients. Received: none" in printed
    assert "skipped b: expected a name" in printed
    assert "skipped C: expected a picture on the page" in printed
    assert "skipped D: expected 1 to 30 ingredients. Received: 40" in printed
    assert "skipped E: expected 1 to 30 ingredients. Received: none" in printed


def test_an_unknown_ingredient_is_named(site, scrape, tmp_path):
    dodo_site.serve_today(site, article("ranch-pizza", "Ранч", "Кинза, томаты"))
    printed = scrape(CITY="moscow")
    assert "not in the table of scraping/recipes.py: кинза" in printed
    table = (tmp_path / "data/moscow/ingredients.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(table.splitlines()))
    assert [(row["name"], row["name_en"]) for row in rows] == [
        ("0", "none"),
        ("кинза", ""),
        ("томаты", "tomatoes"),
    ]


@pytest.mark.parametrize(
    ("body", "received"),
    [
        (b"", "an empty page"),
        ("<title>О нас</title>".encode(), "another page ('О нас', 20 characters)"),
        (dodo_site.page_today("").encode(), "Received: none (2 skipped)"),
        (b"<p>" + b"x" * 3000, "expected at most 2,000 bytes. Received: more"),
        (json.dumps({"items": []}).encode(), "none in it"),
    ],
)
def test_a_page_without_a_pizza_leaves_the_old_menu(
    site, scrape, tmp_path, monkeypatch, body, received
):
    dodo_site.serve_today(site)
    scrape(CITY="moscow")
    shutil.rmtree(tmp_path / "data/moscow/cache")
    site.replies["/moscow"] = body
    monkeypatch.setattr(scrape_dodo, "PAGE_BYTES", 2000)
    printed = scrape(CITY="moscow")
    assert received in printed and "stopped: " in printed
    check_menu(tmp_path / "data/moscow")


def test_windows_1251_without_a_header(site, scrape, tmp_path):
    dodo_site.serve_2017(site)
    for path, reply in site.replies.items():
        if not path.endswith(".jpg"):
            site.replies[path] = reply.decode().encode("cp1251")
    scrape(CITY="Kaliningrad")
    menu = check_menu(tmp_path / "data/kaliningrad", side=76)
    assert menu.rows[0]["weight"] == "470±50"
