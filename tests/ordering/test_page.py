"""The page in a real browser, where there is one: clicks, pictures, uploads.

Needs requirements-page.txt, Playwright and a Chromium, of Debian or Playwright's own.
"""

import base64
import io
import json
import shutil
import threading
from types import SimpleNamespace

import numpy as np
import pytest
import requests
from PIL import Image
from untrained_runs import SIZE, make_run

pytest.importorskip("gradio", reason="the page needs gradio, see requirements-page.txt")
playwright = pytest.importorskip(
    "playwright.sync_api", reason="the browser is driven by playwright"
)
CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
if not CHROMIUM:
    pytest.skip("no Chromium is installed", allow_module_level=True)

from menus.orders import Order, read_order
from ordering import drawing
from ordering.choices import Choice

SOON = 20_000  # milliseconds; what shall happen happens within them


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    from ordering.serving import serve

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NO_PROXY", "127.0.0.1")
        patch.setenv("GRADIO_TEMP_DIR", str(tmp_path_factory.mktemp("uploads")))
        run = make_run(tmp_path_factory.mktemp("painter"), "painter")
        drawer = drawing.load_drawer(run)
        page = serve(drawer, "127.0.0.1", free_port(), browser=False, wait=False)
        yield SimpleNamespace(drawer=drawer, url=page.local_url, page=page)
        page.close(verbose=False)


def free_port() -> int:
    import socket

    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


@pytest.fixture(scope="module")
def browser():
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox"]
        )
        yield browser
        browser.close()


@pytest.fixture
def tab(browser, served):
    """The page, opened; at the end it must have asked no other host."""
    tab = browser.new_page(viewport={"width": 1200, "height": 900})
    asked = []
    tab.on("request", lambda request: asked.append(request.url))
    problems = []
    tab.on("pageerror", lambda problem: problems.append(problem))
    tab.set_default_timeout(SOON)
    tab.goto(served.url)
    tab.wait_for_selector("#picture img")
    yield tab
    tab.close()
    assert not problems
    ours = served.url, "data:", "blob:"
    assert not [url for url in asked if not url.startswith(ours)]


def shown(tab, place="#picture img", number=0) -> np.ndarray:
    """The picture that the page shows, at the network's size."""
    url = tab.locator(place).nth(number).get_attribute("src")
    data = base64.b64decode(url.removeprefix("data:image/png;base64,"))
    pixels = np.asarray(Image.open(io.BytesIO(data)).convert("RGB"))
    step = len(pixels) // SIZE
    return pixels[::step, ::step]


def wait_for(tab, expected, place="#picture img", number=0):
    """Waits until the page shows a picture."""
    for _ in range(SOON // 50):
        if np.array_equal(shown(tab, place, number), expected):
            return
        tab.wait_for_timeout(50)
    raise AssertionError("the page does not show what was expected")


def drawn(served, words, seed=0, **choice) -> np.ndarray:
    order = read_order(served.drawer.menu, words)
    return served.drawer.draw(Choice(order, **choice), seed).picture


def ingredient(tab, name, part=0):
    return tab.get_by_role("checkbox", name=name, exact=True).nth(part)


def test_clicks_change_the_picture(tab, served):
    wait_for(tab, drawn(served, "tomato sauce, mozzarella"))
    ingredient(tab, "mozzarella").click()
    wait_for(tab, drawn(served, "tomato sauce"))
    ingredient(tab, "ham").click()
    wait_for(tab, drawn(served, "tomato sauce, ham"))
    ingredient(tab, "black olives").click()
    wait_for(tab, drawn(served, "tomato sauce, ham, black olives"))
    group = tab.get_by_role("radiogroup", name="ham")
    if not group.count():
        group = tab.locator("fieldset").filter(has_text="ham").last
    group.get_by_label("double").click()
    wait_for(tab, drawn(served, "tomato sauce, 2 ham, black olives"))
    says = tab.locator("#says").inner_text()
    assert "ham: 1 photo, always with mozzarella" in says
    command = tab.locator("#command textarea").input_value()
    assert '"tomato sauce, 2 ham, black olives"' in command
    tab.get_by_role("button", name="Another one").click()
    wait_for(tab, drawn(served, "tomato sauce, 2 ham, black olives", seed=1))
    expected = drawn(served, "tomato sauce, 2 ham, black olives", seed=2)
    wait_for(tab, expected, "#others img")
    assert tab.locator("#others img").count() == 6
    with tab.expect_download() as download:
        tab.get_by_text("Download the picture").click()
    picture = Image.open(download.value.path())
    assert picture.size == (512, 512)
    assert download.value.suggested_filename.endswith("-seed-1.png")
    tab.get_by_label("Sample number").fill("7")
    wait_for(tab, drawn(served, "tomato sauce, 2 ham, black olives", seed=7))


def test_new_pictures_are_announced(tab):
    """Screen readers speak when words change in a part that stays."""
    news = tab.locator("#says [role=status]")
    playwright.expect(news).to_have_text("Sample 0: tomato sauce, mozzarella")
    first = news.element_handle()
    ingredient(tab, "mozzarella").click()
    playwright.expect(news).to_have_text("Sample 0: tomato sauce")
    tab.get_by_role("button", name="Another one").click()
    playwright.expect(news).to_have_text("Sample 1: tomato sauce")
    assert first.evaluate("part => part.isConnected")


def test_too_many_and_no_ingredients_are_told(tab, served):
    for name in ("ham", "black olives"):
        ingredient(tab, name).click()
    tab.get_by_role("alert").filter(has_text="at most 3 ingredients").wait_for()
    before = shown(tab)
    for name in ("tomato sauce", "mozzarella", "ham", "black olives"):
        ingredient(tab, name).click()
    tab.get_by_role("alert").filter(has_text="an ingredient or more").wait_for()
    assert shown(tab).shape == before.shape


def test_half_and_half_and_between(tab, served):
    other = Order.of(served.drawer.menu, served.drawer.menu.recipes[1])
    tab.get_by_label("half and half").click()
    wait_for(tab, drawn(served, "1, 2", way="half", other=other))
    tab.get_by_label("between two recipes").click()
    wait_for(tab, drawn(served, "1, 2", way="between", other=other, share=0.5))
    slider = tab.get_by_role("slider").first
    slider.focus()
    slider.press("ArrowRight")
    wait_for(tab, drawn(served, "1, 2", way="between", other=other, share=0.55))
    ingredient(tab, "ham", part=1).click()
    changed = other.without(3)
    wait_for(tab, drawn(served, "1, 2", way="between", other=changed, share=0.55))


def test_owners_are_shown(tab, served):
    drawer = served.drawer
    tab.get_by_label("smooth").click()
    tab.get_by_label("Show who lies where").click()
    for seed, place in enumerate(("#picture img", "#others img")):
        pizza = drawer.draw(Choice(Order.of(drawer.menu, [1, 2])), seed)
        wait_for(tab, drawing.owners_picture(pizza, drawer.menu), place)
    assert "mozzarella" in tab.locator(".legend").inner_text()
    with tab.expect_download() as download:
        tab.get_by_text("Download the picture").click()
    assert download.value.suggested_filename.endswith("-seed-0-owners.png")


def test_by_keyboard(tab, served):
    box = ingredient(tab, "mozzarella")
    box.focus()
    box.press("Space")
    wait_for(tab, drawn(served, "tomato sauce"))
    tab.keyboard.press("Tab")
    tab.keyboard.press("Space")
    wait_for(tab, drawn(served, "tomato sauce, ham"))


def test_presets_and_surprises(tab, served):
    tab.get_by_label("A pizza of the menu").first.click()
    tab.get_by_role("option", name="olives").click()
    wait_for(tab, drawn(served, "tomato sauce, 2 black olives"))
    box = tab.get_by_label("A pizza of the menu").first
    playwright.expect(box).to_have_value("olives")
    ingredient(tab, "black olives").click()
    playwright.expect(box).to_have_value("")  # it is another pizza now
    box.click()
    tab.get_by_role("option", name="olives").click()
    wait_for(tab, drawn(served, "tomato sauce, 2 black olives"))
    playwright.expect(box).to_have_value("olives")
    tab.locator("fieldset").filter(has_text="black olives").last.get_by_label(
        "half"
    ).click()
    wait_for(tab, drawn(served, "tomato sauce, 0.5 black olives"))
    playwright.expect(box).to_have_value("")
    for _ in range(3):
        tab.get_by_role("button", name="Surprise me").first.click()
    tab.wait_for_timeout(500)
    assert shown(tab).shape == (SIZE, SIZE, 3)
    assert not tab.get_by_role("alert").count()


def test_fifty_clicks_at_once(tab, served):
    box = ingredient(tab, "mozzarella")
    box.evaluate("box => { for (let i = 0; i < 51; i++) box.click() }")
    wait_for(tab, drawn(served, "tomato sauce"))
    ingredient(tab, "ham").click()
    wait_for(tab, drawn(served, "tomato sauce, ham"))


def test_a_photo_is_sent_and_changed(tab, served, tmp_path):
    drawer = served.drawer
    tab.get_by_role("tab", name="Your photo").click()
    wrong = tmp_path / "wrong.png"
    wrong.write_bytes(b"no picture")
    files = tab.locator("input[type=file]")
    files.set_input_files(wrong)
    alert = tab.get_by_role("alert").filter(has_text="wrong.png: expected a whole")
    alert.wait_for()
    tab.get_by_role("button", name="Remove this file").or_(
        tab.get_by_label("Clear")
    ).first.click()
    photo = drawer.run / "menu/photos/0001.png"
    files.set_input_files(photo)
    pixels = np.asarray(Image.open(photo).convert("RGB"))
    wait_for(tab, pixels, "#changed img")
    tab.get_by_role("checkbox", name="mozzarella", exact=True).last.click()
    before, after = (read_order(drawer.menu, words) for words in ("1, 2", "1"))
    wait_for(tab, drawer.change(pixels, before, after), "#changed img", 1)


def test_a_narrow_screen(tab):
    tab.set_viewport_size({"width": 360, "height": 740})
    tab.wait_for_timeout(300)
    assert tab.evaluate("document.documentElement.scrollWidth") <= 360
    ingredient(tab, "black olives").scroll_into_view_if_needed()
    box = tab.locator("#picture img").bounding_box()
    assert box["y"] >= 0 and box["x"] >= 0 and box["x"] + box["width"] <= 360


def test_several_people_at_once(served):
    """What one draws is not what another sees."""
    drawer, found = served.drawer, {}
    orders = [Order.of(drawer.menu, [code]) for code in (1, 2, 3, 4)] * 3

    def draw(i):
        found[i] = drawer.draw(Choice(orders[i]), i).picture

    threads = [threading.Thread(target=draw, args=(i,)) for i in range(len(orders))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for i, order in enumerate(orders):
        assert np.array_equal(found[i], drawer.draw(Choice(order), i).picture)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("checkboxgroup", [1, 99]),
        ("checkboxgroup", "ham"),
        ("radio", 1000),
        ("number", -1),
        ("number", 1e99),
        ("number", "seven"),
        ("slider", 7),
    ],
)
def test_requests_that_no_page_sends_are_answered(served, kind, value):
    config = requests.get(f"{served.url}config", timeout=20).json()
    parts = {part["id"]: part for part in config["components"]}
    event = next(  # the one that draws when the seed is changed; it takes everything
        event
        for event in config["dependencies"]
        if [parts[target]["type"] for target, _ in event["targets"]] == ["number"]
    )
    data = [parts[part]["props"].get("value") for part in event["inputs"]]
    kinds = [parts[part]["type"] for part in event["inputs"]]
    way = max(i for i, part in enumerate(kinds) if part == "slider") - 1
    data[way] = "between"
    assert drawn_by_request(served, event, data)
    wrong = list(data)
    wrong[kinds.index(kind)] = value
    assert not drawn_by_request(served, event, wrong)
    assert drawn_by_request(served, event, data)


def drawn_by_request(served, event, data) -> bool:
    """Sends what a page would send; whether the answer is a picture, or an error."""
    body = {"data": data, "fn_index": event["id"], "session_hash": "someone"}
    address = f"{served.url}gradio_api/queue"
    joined = requests.post(f"{address}/join", json=body, timeout=20)
    assert joined.status_code == 200, joined.text
    with requests.get(
        f"{address}/data", {"session_hash": "someone"}, stream=True, timeout=20
    ) as lines:
        for line in lines.iter_lines():
            reply = json.loads(line.removeprefix(b"data: ")) if line else {}
            if reply.get("msg") == "process_completed":
                picture = reply["success"] and reply["output"]["data"][0]
                return isinstance(picture, str) and "data:image/png" in picture
    raise AssertionError("no answer")


def test_browsers_are_told_to_ask_no_other_host(served):
    reply = requests.get(served.url, timeout=20)
    assert reply.headers["content-security-policy"].startswith("default-src 'self'")
