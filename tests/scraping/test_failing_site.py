"""scrape_dodo.py against a real server that fails, is slow, or does not want us."""

import re
import socket
import subprocess
import sys
import time
from types import SimpleNamespace
from urllib.parse import quote

import dodo_site
import pytest
from conftest import ROOT
from dodo_site import FAST, PIZZAS, RECIPES, Reply, check_menu, draw

import scrape_dodo
from scraping import connection, photos, web


def test_errors_that_pass_are_tried_again(site, scrape, tmp_path):
    dodo_site.serve_today(site)
    photo = "/image/r:584x584/{}.avif".format
    good = draw("AVIF")
    site.replies["/moscow"] = [Reply(status=500), site.replies["/moscow"]]
    busy = Reply(status=429, headers={"Retry-After": "1"})
    site.replies[photo("double-pepperoni")] = [busy, good]
    site.replies[photo("ranch-pizza")] = [Reply(status=0), good]  # hangs up
    site.replies[photo("pizza-pirog")] = [Reply(good, sends=50), good]  # breaks off
    start = time.monotonic()
    scrape(CITY="moscow")
    assert time.monotonic() - start >= 1  # as Retry-After said
    check_menu(tmp_path / "data/moscow")
    assert len(site.asked) == 9  # each twice, robots.txt once


def test_errors_that_stay_cost_one_pizza_and_no_more_tries_than_allowed(
    site, scrape, tmp_path
):
    dodo_site.serve_today(site)
    photo = "/image/r:584x584/{}.avif".format
    site.replies[photo("double-pepperoni")] = Reply(status=503)
    site.replies[photo("pizza-pirog")] = Reply(draw("AVIF"), sends=50)
    printed = scrape(CITY="moscow")
    assert re.search("skipped Двойная пепперони: .* Received: status 503", printed)
    assert re.search("skipped Пицца-пирог: .* Received: IncompleteRead", printed)
    check_menu(tmp_path / "data/moscow", RECIPES[1:2])
    assert site.paths().count(photo("double-pepperoni")) == 1 + FAST["RETRIES"]
    assert site.paths().count(photo("pizza-pirog")) == 1 + FAST["RETRIES"]
    dodo_site.serve_today(site)
    site.asked.clear()
    scrape(CITY="moscow")  # goes on where it was
    check_menu(tmp_path / "data/moscow")
    assert len(site.asked) == 3  # robots.txt and the two


def test_a_404_is_not_tried_again(site, scrape):
    printed = scrape(CITY="nowhere")
    assert "Received: not found; " in printed and "--list-cities" in printed
    assert site.paths() == ["/robots.txt", "/nowhere"]


def test_a_site_that_wants_us_gone_for_long_is_left_alone(site, scrape, tmp_path):
    dodo_site.serve_today(site)
    away = Reply(status=429, headers={"Retry-After": "3600"})
    site.replies["/image/r:584x584/ranch-pizza.avif"] = away
    printed = scrape(CITY="moscow")
    assert "Received: Retry-After 3600; run the same command again" in printed
    assert not (tmp_path / "data/moscow/menu.csv").exists()
    assert site.paths()[-1] == "/image/r:584x584/ranch-pizza.avif"
    dodo_site.serve_today(site)
    site.asked.clear()
    scrape(CITY="moscow")
    check_menu(tmp_path / "data/moscow")
    assert len(site.asked) == 3  # what came before is kept


def test_a_killed_run_goes_on_where_it_was(site, scrape, tmp_path):
    dodo_site.serve_today(site)
    photo = "/image/r:584x584/ranch-pizza.avif"
    site.replies[photo] = Reply(draw("AVIF"), waits=3)
    line = [sys.executable, str(ROOT / "scrape_dodo.py"), "--city=moscow", "--pause=0"]
    process = subprocess.Popen([*line, f"--site={site.address}"], cwd=tmp_path)
    while photo not in site.paths():
        assert process.poll() is None
        time.sleep(0.01)
    process.kill()
    process.wait()
    assert not (tmp_path / "data/moscow/menu.csv").exists()
    site.replies[photo] = draw("AVIF")
    site.asked.clear()
    scrape(CITY="moscow")
    check_menu(tmp_path / "data/moscow")
    assert len(site.asked) == 3  # robots.txt, and the two photos it still lacked


def test_a_slow_photo(site, scrape, tmp_path):
    dodo_site.serve_today(site)
    slow = Reply(draw("AVIF"), waits=6)
    site.replies["/image/r:584x584/ranch-pizza.avif"] = slow
    printed = scrape(CITY="moscow", TIMEOUT=2.0, RETRIES=0)
    assert re.search("skipped Ранч пицца: .* Received: .*timed out", printed)
    check_menu(tmp_path / "data/moscow", [RECIPES[0], RECIPES[2]])


def test_a_trickle_ends(site, monkeypatch):
    site.replies["/"] = b"drop by drop"
    monkeypatch.setattr(connection, "LONGEST_ANSWER", -1)
    with pytest.raises(connection.NoAnswer, match="in -1 seconds. Received: 12 bytes"):
        guest().get(f"{site.address}/", 1000)


def guest(pause: float = 0) -> web.Guest:
    tireless = connection.Connection("test/1.0", timeout=10, retries=0, backoff=0)
    return web.Guest(web.Cache(None), tireless, pause)


def test_a_host_that_is_not_there_is_asked_once(site, scrape, tmp_path):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        dead = f"http://127.0.0.1:{free.getsockname()[1]}"
    dodo_site.serve_today(site)
    page = site.replies["/moscow"].decode().replace("/image/", f"{dead}/image/", 14)
    site.replies["/moscow"] = page.encode()
    printed = scrape(CITY="moscow", RETRIES=0)
    assert printed.count(f"expected an answer from {dead}/robots.txt. Received: ") == 1
    assert f"skipped {PIZZAS[0][1]}, {PIZZAS[1][1]}: expected an answer" in printed
    assert "4 skipped, 4 requests" in printed
    check_menu(tmp_path / "data/moscow", RECIPES[2:])


def test_one_line_for_all_that_a_site_did_not_give():
    gone, other = connection.Unreachable("gone"), connection.NoAnswer("busy")
    skipped = [("A", gone), ("B", other), *[(name, gone) for name in "CDEFG"]]
    lines = ["skipped B: busy", "skipped A, C, D and 3 more: gone"]
    assert scrape_dodo.summarize(skipped) == lines


def test_a_site_that_goes_down_is_not_tried_for_every_photo(site):
    site.replies["/a"] = b"a"
    visitor = guest()
    assert visitor.get(f"{site.address}/a", 10).body == b"a"
    site.close()
    for page in "bcd":
        with pytest.raises(connection.NoAnswer, match="/b. Received: "):
            visitor.get(f"{site.address}/{page}", 10)
    assert visitor.connection.asked == 3  # robots.txt, /a and /b


def test_the_first_retry_waits_too():
    patience = connection.Patience(3, backoff_factor=0.5)
    waits = []
    for _ in range(3):
        patience = patience.increment("GET", "/", error=connection.HTTPError())
        waits.append(patience.get_backoff_time())
    assert waits == [0.5, 1, 2]


def test_sizes_are_asked_of_the_site_but_not_of_the_archive():
    live = "https://cdn.ru/image/r:292x292/x.png"
    assert photos.candidates([live], 584) == [live.replace("292", "584"), live]
    archived = f"https://web.archive.org/web/2021im_/{live}"
    assert photos.candidates([archived], 584) == [archived]


def test_robots_txt_is_respected(site, scrape):
    dodo_site.serve_today(site)
    site.replies["/robots.txt"] = b"User-agent: *\nDisallow: /moscow"
    printed = scrape(CITY="moscow")
    rules = f"{site.address}/robots.txt"
    line = f"expected an address that {rules} allows. Received: {site.address}/moscow"
    assert line in printed
    assert site.paths() == ["/robots.txt"]


@pytest.mark.parametrize(
    "reply", [Reply(status=500), b"User-agent: *\nDisallow: //[", Reply(status=0)]
)
def test_robots_txt_that_cannot_be_read_allows_nothing(site, scrape, reply):
    dodo_site.serve_today(site)
    site.replies["/robots.txt"] = reply
    assert "robots.txt can be read, nothing may" in scrape(CITY="moscow", RETRIES=0)
    assert site.paths() == ["/robots.txt"]


def test_pauses_as_set_or_as_robots_txt_asks(site, monkeypatch):
    pauses = []
    clock = SimpleNamespace(sleep=pauses.append, monotonic=lambda: 100.0)
    monkeypatch.setattr(web, "time", clock)
    site.replies |= {"/a": b"a", "/robots.txt": b"User-agent: *\nCrawl-delay: 7"}
    guest(pause=2).get(f"{site.address}/a", 10)
    assert pauses == [0, 7]
    site.replies["/robots.txt"] = b""
    pauses.clear()
    guest(pause=2).get(f"{site.address}/a", 10)
    assert pauses == [0, 2]


CAPTCHA = "<title>Проверка</title><div class='smartcaptcha'></div>".encode()


@pytest.mark.parametrize("reply", [Reply(CAPTCHA), Reply(CAPTCHA, 403)])
def test_a_captcha_is_answered_with_what_to_do(site, scrape, tmp_path, reply):
    site.replies["/moscow"] = reply
    printed = scrape(CITY="moscow")
    assert "captcha" in printed and "--html=saved.html" in printed
    dodo_site.serve_today(site)
    scrape(CITY="moscow")  # the captcha is not in the cache
    check_menu(tmp_path / "data/moscow")


def test_redirects(site, scrape, tmp_path):
    dodo_site.serve_today(site)
    site.replies["/city"] = Reply(status=301, headers={"Location": "/moscow"})
    scrape(CITY="city")
    check_menu(tmp_path / "data/city")
    site.replies[quote("/москва")] = site.replies["/moscow"]
    as_sent = "/москва".encode().decode("latin-1")
    site.replies["/raw"] = Reply(status=301, headers={"Location": as_sent})
    assert "3 pizzas with photos" in scrape(CITY="raw")
    for there, received in (
        ("file:///etc/passwd", "expected an http or https address. Received: 'file:"),
        ("ftp://127.0.0.1/x", "expected an http or https address. Received: 'ftp:"),
        ("/loop", "expected at most 5 redirects. Received: one more"),
        ("http://[", "Invalid IPv6 URL"),
    ):
        site.replies["/loop"] = Reply(status=302, headers={"Location": there})
        assert received in scrape(CITY="loop")
