"""A scrape writes over what a scrape of the same source wrote, and nothing else."""

import shutil

import dodo_site
import pytest
from conftest import contents
from dodo_site import RECIPES, article, check_menu

from menus import files
from scraping import record
from utils import InputError

ADVICE = "; give --menu another folder, or delete both tables of this one"


@pytest.fixture
def refused(scrape, tmp_path):
    """Runs a scrape that must leave a menu folder as it is; returns its one line."""

    def run(folder: str, **settings) -> str:
        before = contents(tmp_path / folder)
        printed = scrape(**settings)
        assert contents(tmp_path / folder) == before
        assert printed.startswith("stopped: --menu: expected ")
        return printed.removeprefix("stopped: --menu: expected ")

    return run


def save(site, path, slug: str, city: str):
    """Saves a page of one pizza as a browser does that notes where it is from."""
    page = dodo_site.page_today(article(slug, slug, "Томаты"))
    note = f"<!-- saved from url=(0030){site.address}/{city} -->\n"
    path.parent.mkdir(exist_ok=True)
    path.write_text(note + page, encoding="utf-8")
    site.replies[f"/image/r:584x584/{slug}.avif"] = dodo_site.draw("AVIF")


@pytest.mark.parametrize("name", ["menu.csv", "ingredients.csv"])
def test_edited_tables_are_not_written_over(site, scrape, refused, tmp_path, name):
    dodo_site.serve_today(site)
    scrape(CITY="moscow")
    with (tmp_path / "data/moscow" / name).open("a", encoding="utf-8") as table:
        table.write("mine\n")
    site.asked.clear()
    assert refused("data/moscow", CITY="moscow") == (
        f"tables as they were scraped. Received: data/moscow/{name}, edited since"
        + ADVICE
    )
    assert site.asked == []


@pytest.mark.parametrize("log", [False, True])  # scraped before there were records
def test_a_menu_without_a_record_is_not_written_over(site, refused, tmp_path, log):
    dodo_site.serve_today(site)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/menu.csv").write_text("slug\n")
    if log:
        (tmp_path / "mine/scrape.log").write_text("")
    assert refused("mine", CITY="moscow", MENU="mine") == (
        "a folder without another menu. Received: mine, with no record of what was"
        " scraped" + ADVICE
    )
    assert site.asked == []


@pytest.mark.parametrize("record", ["", "[]", '{"source": ""}', '{"tables": 1}'])
def test_a_damaged_record_is_told_in_one_line(site, scrape, tmp_path, record):
    dodo_site.serve_today(site)
    scrape(CITY="moscow")
    (tmp_path / "data/moscow/scraped.json").write_text(record)
    printed = scrape(CITY="moscow")
    assert printed.startswith("stopped: data/moscow/scraped.json: expected a")
    assert printed.endswith(ADVICE)
    check_menu(tmp_path / "data/moscow")


def test_the_menu_of_another_source_is_not_written_over(
    site, scrape, refused, tmp_path
):
    save(site, tmp_path / "moscow/menu.html", "a", "moscow")
    save(site, tmp_path / "kazan/menu.html", "b", "kazan")
    scrape(HTML="moscow/menu.html")
    was = f"scraped from {tmp_path}/moscow/menu.html, saved from {site.address}/moscow"
    assert refused("data/menu", HTML="kazan/menu.html") == (
        f"a folder without another menu. Received: data/menu, {was}{ADVICE}"
    )
    save(site, tmp_path / "moscow/menu.html", "b", "kazan")  # by the same name
    assert was in refused("data/menu", HTML="moscow/menu.html")
    dodo_site.serve_today(site)
    assert was in refused("data/menu", CITY="moscow", HTML="", MENU="data/menu")
    save(site, tmp_path / "moscow/menu.html", "a", "moscow")
    assert "1 pizza with photos" in scrape(HTML="moscow/menu.html", CITY="", MENU="")


def test_a_saved_page_of_a_known_address_is_the_same_source(site, scrape, tmp_path):
    dodo_site.serve_today(site)
    scrape(CITY="moscow")
    page = dodo_site.page_today()
    (tmp_path / "saved.html").write_text(page, encoding="utf-8")
    again = {"URL": f"{site.address}/moscow", "MENU": "data/moscow"}
    assert "3 pizzas with photos" in scrape(HTML="saved.html", CITY="", **again)


@pytest.mark.parametrize("first", [True, False])
def test_a_scrape_killed_between_two_tables_is_simply_started_again(
    site, scrape, tmp_path, monkeypatch, first
):
    folder = tmp_path / "data/moscow"
    if not first:
        dodo_site.serve_today(site, article("ranch-pizza", "A", "Кинза"))
        scrape(CITY="moscow")
        shutil.rmtree(folder / "cache")
    dodo_site.serve_today(site)

    def killed(path, text):
        if path.resolve() == folder / "menu.csv":
            raise KeyboardInterrupt
        write_text(path, text)

    write_text = files.write_text
    with monkeypatch.context() as patch:
        patch.setattr(files, "write_text", killed)
        with pytest.raises(KeyboardInterrupt):
            scrape(CITY="moscow")
    assert "брусника" in (folder / "ingredients.csv").read_text(encoding="utf-8")
    assert (folder / "menu.csv").exists() != first
    scrape(CITY="moscow")
    check_menu(folder, RECIPES)


def test_an_edit_during_a_scrape_is_not_written_over(tmp_path):
    row = {"slug": "a", "name": "A", "photo": "a.png", "ingredients": "ham"}
    tables = [row], [{"code": 0, "name": "none"}, {"code": 1, "name": "ham"}]
    record.write(tmp_path, "moscow", *tables)
    record.check(tmp_path, "moscow")
    with (tmp_path / "menu.csv").open("a") as table:
        table.write("mine\n")
    before = contents(tmp_path)
    with pytest.raises(InputError, match="menu.csv, edited since; give --menu another"):
        record.write(tmp_path, "moscow", *tables)
    assert contents(tmp_path) == before
