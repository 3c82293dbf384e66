"""scrape_dodo.py against a real server of each layout."""

import base64
import re
import subprocess
import sys
from email.mime.image import MIMEImage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from pathlib import Path
from urllib.parse import quote

import dodo_site
import pytest
from conftest import ROOT
from dodo_site import PIZZAS, RECIPES, article, check_menu, draw

from menus.files import read_menu


def command(*arguments: str, cwd: Path) -> subprocess.CompletedProcess:
    """Runs the script as a user does."""
    line = [sys.executable, str(ROOT / "scrape_dodo.py"), "--pause=0", *arguments]
    return subprocess.run(line, cwd=cwd, capture_output=True, text=True, timeout=60)


def test_2017_as_a_user_runs_it(site, tmp_path):
    dodo_site.serve_2017(site)
    site.replies["/"] = (
        '<div class="cities_list cities_list_active"><div class="cities_list_item">'
        '<a href="/Kaliningrad">Калининград</a></div></div>'
    ).encode()
    listed = command(f"--site={site.address}", "--list-cities", cwd=tmp_path)
    assert listed.stdout.split() == ["Kaliningrad", "Калининград"]
    assert list(tmp_path.iterdir()) == []

    done = command(f"--site={site.address}", "--city=Kaliningrad", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    menu = check_menu(tmp_path / "data/kaliningrad", side=76)
    assert [row["slug"] for row in menu.rows] == [slug for slug, *_ in PIZZAS]
    assert [row["name"] for row in menu.rows] == [name for _, name, *_ in PIZZAS]
    assert menu.rows[0].items() >= dodo_site.DETAILS_2017.items()
    assert menu.rows[0]["url"].endswith("/Kaliningrad/Product/double-pepperoni")
    assert "skipped Комбо №1" in done.stdout
    assert "3 pizzas with photos, 11 ingredients, layout 2017; 1 skipped" in done.stdout
    assert done.stdout.splitlines()[-1] == (
        "Next: python toppings.py --menu=data/kaliningrad, then augment.py and"
        " cvae_gan.py with the same --menu"
    )
    popups = [h for path, h in site.asked if "Product" in path]
    assert len(popups) == 3
    assert all(h["X-Requested-With"] == "XMLHttpRequest" for h in popups)
    assert all(h["Referer"] == f"{site.address}/Kaliningrad" for h in popups)
    log = (tmp_path / "data/kaliningrad/scrape.log").read_text(encoding="utf-8")
    assert "увеличенная порция моцареллы -> моцарелла" in log


@pytest.mark.parametrize("city", ["", "moscow"])
def test_sources_are_asked_for_in_one_line(tmp_path, city):
    done = command(f"--city={city}", f"--html={city and 'x.html'}", cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "expected one of --city=moscow" in done.stderr


@pytest.mark.parametrize("name", ["timeout", "pause", "backoff"])
def test_seconds_that_no_clock_can_wait_are_told_in_one_line(tmp_path, name):
    done = command(f"--{name}=1e12", "--url=http://127.0.0.1:9", cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert f"{name.upper()}: expected a number from 0" in done.stderr
    assert "to 3600. Received: 1000000000000.0" in done.stderr


def test_today_second_run_asks_for_nothing(site, scrape, tmp_path):
    dodo_site.serve_today(site)
    printed = scrape(CITY="moscow", AGENT="newcomer/1.0")
    assert "layout today; 2 skipped, 5 requests" in printed  # page, photos, robots.txt
    menu = check_menu(tmp_path / "data/moscow")
    assert menu.rows[0]["photo"] == "photos/double-pepperoni.avif"
    assert menu.rows[0]["price"] == "1479"
    written = (tmp_path / "data/moscow/photos/double-pepperoni.avif").read_bytes()
    assert written == draw("AVIF")  # as it came
    assert {headers["User-Agent"] for _, headers in site.asked} == {"newcomer/1.0"}
    assert site.paths()[0] == "/robots.txt"
    site.asked.clear()
    assert "layout today; 2 skipped, 0 requests" in scrape(CITY="moscow")
    assert site.asked == []
    kept = (tmp_path / "data/moscow/cache").iterdir()
    for damaged, file in zip((b"", b"{}", b"[]\n", b"\xff"), kept, strict=True):
        file.write_bytes(damaged)
    assert "layout today; 2 skipped, 5 requests" in scrape(CITY="moscow")


def test_2020(site, scrape, tmp_path):
    dodo_site.serve_2020(site)
    assert "layout 2020-2022; 0 skipped" in scrape(CITY="moscow")
    menu = check_menu(tmp_path / "data/moscow")
    assert menu.rows[2]["price"] == "302"
    assert menu.rows[2]["slug"] == "pitstsa-pirog"  # by its name: it has no link


@pytest.mark.parametrize("traits", [True, False])
def test_menu_json(site, scrape, tmp_path, traits):
    dodo_site.serve_json(site, traits=traits)
    printed = scrape(URL=f"{site.address}/menu.json")
    assert "skipped Кофе: Напитки" in printed
    menu = check_menu(tmp_path / "data/menu-json")
    assert menu.rows[0]["price"] == "395" and menu.rows[0]["size"] == "25"
    assert menu.rows[0]["kilocalories"] == "257.52"


def test_a_saved_page_with_its_files(site, scrape, tmp_path):
    page = dodo_site.page_today()
    page = page.replace("/image/r:292x292/", "./Меню Додо_files/")
    (tmp_path / "Меню Додо.html").write_text(page, encoding="utf-8")
    files = tmp_path / "Меню Додо_files"
    files.mkdir()
    for slug, *_ in PIZZAS:
        (files / f"{slug}.jpg").write_bytes(draw())
    printed = scrape(HTML="Меню Додо.html")
    assert "0 requests" in printed and site.asked == []
    menu = check_menu(tmp_path / "data/menyu-dodo")
    assert menu.rows[0]["photo"].endswith(".jpg")


def pictured(n: int, place: str) -> str:
    """A card of today's site with its only photo at one place."""
    card = article(str(n), f"Пицца {n}", "Томаты", lazy=False)
    return re.sub("<picture>.*</picture>", f'<img src="{place}">', card)


def data(side: int) -> str:
    body = draw("PNG", (side, side), "red" if side > 100 else "gold")
    return f"data:image/png;base64,{base64.b64encode(body).decode()}"


def test_photos_inside_the_page(site, scrape, tmp_path):
    """As SingleFile saves them, once for several places too."""
    percent = f"data:image/png,{quote(draw('PNG', (40, 40)))}"
    shared = pictured(2, "data:image/svg+xml,x").replace(
        "<img", '<img style="background-image:var(--sf-img-7)!important"'
    )
    style = f'<style>:root{{--sf-img-7: url("{data(130)}")}}</style>'
    page = dodo_site.page_today(
        pictured(0, data(40)), pictured(1, percent), shared, pictured(3, "data:,")
    )
    (tmp_path / "one.html").write_text(style + page, encoding="utf-8")
    printed = scrape(HTML="one.html")
    assert site.asked == []
    assert "skipped Пицца 3: expected a picture. Received: ''" in printed
    check_menu(tmp_path / "data/one", ["томаты"] * 3, side=None)


def test_what_stands_in_the_page_until_its_photo_comes_is_not_the_photo(
    site, scrape, tmp_path
):
    site.replies["/x.jpg"] = draw(size=(64, 64))
    cards = [
        pictured(n, data(side)).replace("<img", '<img data-src="/x.jpg"')
        for n, side in enumerate((40, 130))
    ]
    page = dodo_site.page_today(*cards)
    (tmp_path / "saved.html").write_text(page, encoding="utf-8")
    scrape(HTML="saved.html", URL=f"{site.address}/moscow")
    menu = read_menu(tmp_path / "data/saved")
    names = [row["photo"] for row in menu.rows]
    assert names == ["photos/0.jpg", "photos/1.png"]


def test_a_page_of_chrome_with_all_in_one_file(site, scrape, tmp_path):
    places = ("/0.jpg", "cid:1@x", "/2.jpg")
    page = dodo_site.page_today(*[pictured(n, p) for n, p in enumerate(places)])
    mail = MIMEMultipart("related", type="text/html")
    mail["From"] = "<Saved by Blink>"
    mail["Snapshot-Content-Location"] = f"{site.address}/moscow"
    for part, name, value in (
        (MIMEText(page, "html", "utf-8"), "Content-Location", "https://elsewhere/x"),
        (MIMEImage(draw()), "Content-Location", f"{site.address}/0.jpg"),
        (MIMEImage(draw()), "Content-ID", "<1@x>"),
    ):
        part[name] = value
        mail.attach(part)
    site.replies["/2.jpg"] = draw()  # what is not in the file is asked for
    (tmp_path / "menu.mhtml").write_bytes(mail.as_bytes())
    scrape(HTML="menu.mhtml")
    check_menu(tmp_path / "data/menu", ["томаты"] * 3)
    assert site.paths() == ["/robots.txt", "/2.jpg"]
    empty = b"Content-Type: multipart/related; boundary=x\n\n--x\n\nplain\n--x--\n"
    (tmp_path / "menu.mhtml").write_bytes(empty)
    assert "expected a page in it. Received: none" in scrape(HTML="menu.mhtml")


def test_a_saved_page_without_files_asks_where_it_was_saved_from(
    site, scrape, tmp_path
):
    dodo_site.serve_today(site)
    note = f"<!-- saved from url=(0030){site.address}/moscow -->\n"
    saved = tmp_path / "saved.html"
    saved.write_text(note + dodo_site.page_today(), encoding="utf-8")
    scrape(HTML="saved.html", SITE="http://127.0.0.1:9")
    check_menu(tmp_path / "data/saved")
    saved.write_text(dodo_site.page_today(), encoding="utf-8")
    scrape(HTML="saved.html", URL=f"{site.address}/moscow", MENU="other")
    check_menu(tmp_path / "other")


def test_a_saved_page_cannot_reach_other_files(site, scrape, tmp_path):
    (tmp_path / "secret.jpg").write_bytes(draw())
    files = tmp_path / "saved_files"
    files.mkdir()
    (files / "link.jpg").symlink_to(tmp_path / "secret.jpg")
    page = dodo_site.page_today(
        article("a", "A", "томаты").replace("/image/r:292x292/a.jpg", "../secret.jpg"),
        article("b", "B", "томаты").replace("b.jpg", "link.jpg"),
        article("c", "C", "томаты").replace(
            "/image/r:292x292/c.jpg", (tmp_path / "secret.jpg").as_uri()
        ),
    )
    (tmp_path / "saved.html").write_text(page, encoding="utf-8")
    printed = scrape(HTML="saved.html", URL=f"{site.address}/moscow")
    assert "Received: none" in printed
    assert not (tmp_path / "data/saved/photos").exists()


def test_the_web_archive(site, scrape, tmp_path):
    """Rewritten addresses, and a photo that the archive lacks."""
    place = "/web/20170811/https://dodopizza.ru/Kaliningrad"
    dodo_site.serve_2017(site, place, "/web/20170811im_/https://cdn.example")
    lost = next(path for path in site.replies if path.endswith("ranch-pizza-3.jpg"))
    del site.replies[lost]
    printed = scrape(URL=f"{site.address}{place}")
    assert (
        f"skipped Ранч пицца: expected an answer from {site.address}{lost}." in printed
    )
    check_menu(tmp_path / "data/kaliningrad", [RECIPES[0], RECIPES[2]], side=76)
    site.asked.clear()
    scrape(URL=f"{site.address}{place}")
    assert site.asked == []  # what is missing is not asked for again either


def test_limit(site, scrape, tmp_path):
    dodo_site.serve_today(site)
    scrape(CITY="moscow", LIMIT=2)
    check_menu(tmp_path / "data/moscow", RECIPES[:2])
    assert len([path for path in site.paths() if "image" in path]) == 2
