"""Layouts: what each page says, and that no page at all makes the parser stumble."""

import json

import dodo_site
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scraping import cards, layouts, markup, pages
from utils import InputError

AT = "https://dodopizza.ru/moscow"


def read(page: str, at: str = AT) -> cards.Page:
    return pages.read_page(page, at)


def test_today_lazy_and_loaded():
    for lazy in (True, False):
        page = read(
            dodo_site.page_today(
                dodo_site.article("carbonara", "Карбонара", "Бекон, томаты", lazy=lazy)
            )
        )
        assert page.layout == "today"
        (card,) = page.cards
        assert (card.name, card.contains) == ("Карбонара", "Бекон, томаты")
        assert card.link == "https://dodopizza.ru/moscow/product/carbonara"
        assert card.details == {"price": "1479"}
        largest = "https://dodopizza.ru/image/r:584x584/carbonara."
        assert card.photos[:3] == [largest + s for s in ("avif", "webp", "png")]
        assert card.photos[3].endswith("/r:292x292/carbonara.jpg")
        assert len(card.photos) == (8 if lazy else 7)  # and the lazy one's blank
        assert [why for _, why in page.others] == [
            "combo",
            "combo, halves or build your own",
        ]


@pytest.mark.parametrize(
    ("srcset", "entries"),
    [
        ("a 292w,b 584w", [("a", "292w"), ("b", "584w")]),
        ("a 292w, b 584w", [("a", "292w"), ("b", "584w")]),
        ("\n a  1x ,\tb 1.5x,", [("a", "1x"), ("b", "1.5x")]),
        ("a,b 2x", [("a,b", "2x")]),  # a comma in an address
        ("a, b 2x", [("a", ""), ("b", "2x")]),
        ("/a,/b", [("/a", ""), ("/b", "")]),
        ("https://x/a,https://x/b 2x", [("https://x/a", ""), ("https://x/b", "2x")]),
        ("data:image/png;base64,/9j/,/x 1x", [("data:image/png;base64,/9j/,/x", "1x")]),
        (" , ,", []),
        ("", []),
    ],
)
def test_a_srcset_is_split_as_browsers_do(srcset, entries):
    assert layouts.split_srcset(srcset) == entries


def test_the_densest_of_a_srcset_comes_first():
    page = dodo_site.page_today(
        '<article data-testid="menu__meta-product_1" data-menu-product-kind="pizza">'
        '<img srcset="/a 1x,/c 3x,/b 2x" src="/d"><h2>A</h2>Томаты</article>'
    )
    ends = [photo[-2:] for photo in read(page).cards[0].photos]
    assert ends == ["/c", "/b", "/a", "/d"]


@pytest.mark.parametrize(
    ("printed", "price"),
    [
        ("1,479 ₸", "1479"),
        ("159.000 ₫", "159000"),
        ("1.000.000", "1000000"),
        ("1.479,50 zł", "1479.50"),
        ("от 1 479,50 ₽", "1479.50"),
        ("1,479тг", "1479"),
        ("4.99 €", "4.99"),
        ("0,500", "0.500"),
        ("", ""),
    ],
)
def test_thousands_of_a_price(printed, price):
    page = dodo_site.page_today(dodo_site.article("x", "X", "Томаты"))
    (card,) = read(page.replace("от 1 479", printed)).cards
    assert card.details == {"price": price}
    popup = dodo_site.popup_2017(["1", "2", "3"]).replace("395", printed)
    popup = popup.replace("257,52", "257,525")  # for 100 g, three digits or not
    details = layouts.read_popup(popup, card).details
    assert (details["price"], details["kilocalories"]) == (price, "257.525")


def test_a_title_in_a_heading_and_ingredients_in_an_element():
    page = read(
        '<section id="pizzas"><article data-testid="menu__meta-product_1">'
        '<div><h2 data-gtm-id="product-title">Сырная</h2><!-- no text -->'
        "<p>Моцарелла, сыр</p><p>новинка</p></div>"
        '<span class="money__value">289</span></article></section>'
    )
    (card,) = page.cards
    assert page.layout == "2020-2022"
    assert (card.name, card.contains) == ("Сырная", "Моцарелла, сыр")
    assert card.details == {"price": "289"}


def test_footnotes_and_comments_inside_a_list():
    text = "Бекон<!-- -->, томаты<sup>1</sup>,&nbsp;моцарелла"
    page = read(dodo_site.page_today(dodo_site.article("x", "X", text)))
    assert page.cards[0].contains == "Бекон, томаты, моцарелла"


def test_a_card_without_ingredients_does_not_take_its_price_for_them():
    page = read(dodo_site.page_today(dodo_site.article("x", "X", "")))
    assert page.cards[0].contains == ""


def test_2017_combos_are_no_pizzas_and_the_third_slide_is_the_photo():
    block = dodo_site.block_2017
    page = read(
        '<div class="prod_pizzas">'
        + block("/Kaliningrad/Product/pizza-dodo", "Додо", "Томатный соус, ветчина")
        + block("/Kaliningrad/ComboDetails/1", "Вдвоем", "Пицца и напиток")
        + "</div>"
    )
    (card,) = page.cards
    popup = dodo_site.popup_2017(["//cdn/1.jpg", "//cdn/2.jpg", "//cdn/3.jpg"])
    card = layouts.read_popup(popup, card)
    assert card.photos == ["https://cdn/3.jpg"]
    assert card.details == dodo_site.DETAILS_2017
    with pytest.raises(InputError, match="third from above. Received: 2"):
        layouts.read_popup(dodo_site.popup_2017(["1.jpg", "2.jpg"]), card)
    with pytest.raises(InputError, match="expected its popup. Received: a captcha"):
        layouts.read_popup("<title>Captcha</title>", card)


@pytest.mark.parametrize("name", ["Пицца из половинок", "Создай свою", "Half & Half"])
def test_halves_and_build_your_own_are_no_pizzas(name):
    page = read(dodo_site.page_today(dodo_site.article("x", name, "Томаты")))
    assert page.cards == []


def test_menu_json_tells_pizzas_by_traits_else_by_section():
    def menu(first, second):
        def item(name, traits):
            return {"name": name, "variations": [{"product": {"traits": traits}}]}

        ref = [{"menuItem": {"$ref": "#/items/1"}}]
        return json.dumps(
            {
                "items": [item("A", first), item("B", second)],
                "structure": [{"title": "Пиццы", "items": ref}],
            }
        )

    assert [c.name for c in read(menu({"pizza": {}}, {"pizza": None})).cards] == ["A"]
    assert [c.name for c in read(menu({}, {})).cards] == ["B"]


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        (
            "/web/20170811im_/https://cdn.ru/x.jpg",
            "https://web.archive.org/web/20170811im_/https://cdn.ru/x.jpg",
        ),
        (
            "https://cdn.ru/x.jpg",
            "https://web.archive.org/web/20170811im_/https://cdn.ru/x.jpg",
        ),
        (
            "/Kaliningrad/x.jpg",
            "https://web.archive.org/web/20170811im_/https://dodo.ru/Kaliningrad/x.jpg",
        ),
        ("javascript:alert(1)", "javascript:alert(1)"),
        ("http://[", ""),
        ("/x" * 1000, ""),
        ("", ""),
    ],
)
def test_addresses_on_an_archived_page_lead_into_the_archive(address, expected):
    page = "https://web.archive.org/web/20170811/https://dodo.ru/Kaliningrad"
    assert cards.absolute(address, page, "im_") == expected


@pytest.mark.parametrize(
    ("body", "declared"),
    [
        ("Пицца".encode("cp1251"), None),
        ("Пицца".encode("cp1251"), "utf-8"),
        ("Пицца".encode(), "windows-1251"),
        ("Пицца".encode("utf-8-sig"), None),
        ("Пицца".encode("utf-16"), None),
        ("Пицца".encode("koi8-r"), "koi8-r"),
        ("Пицца".encode(), "no-such-charset"),
    ],
)
def test_charsets_wrong_missing_and_right(body, declared):
    assert markup.decode(body, declared) == "Пицца"


def test_a_charset_named_in_the_page():
    page = '<meta charset="koi8-r">Пицца'
    assert markup.decode(page.encode("koi8-r")) == page


def test_half_a_surrogate_pair_is_left_out():
    text = json.dumps({"items": [{"name": "A\ud800", "variations": []}]})
    item = json.loads(text)["items"][0] | {"image": "http://x/\ud800y.png"}
    item["variations"] = [{"product": {"traits": {"pizza": {}}}}]
    (card,) = read(json.dumps({"items": [item]})).cards
    assert (card.name, card.photos) == ("A", ["http://x/y.png"])


def test_cities_of_2017_and_of_today():
    old = (
        '<div class="cities_list cities_list_active"><div class="cities_list_item">'
        '<a href="/Abakan">Абакан</a></div></div>'
    )
    assert pages.read_cities(old, AT) == [("Абакан", "https://dodopizza.ru/Abakan")]
    new = (
        "<script>window.initialState = {"
        '"localities": [{"name": "Абакан", "url": "/abakan"}], "x": 1}</script>'
    )
    assert pages.read_cities(new, AT) == [("Абакан", "https://dodopizza.ru/abakan")]
    for broken in ('<script>"localities": [{"na', '"localities": [1]', ""):
        with pytest.raises(InputError, match="expected a list of cities"):
            pages.read_cities(broken, AT)


def test_where_a_saved_page_is_from():
    note = "<!-- saved from url=(0027)https://dodopizza.ru/moscow --><html></html>"
    assert pages.saved_from(note) == AT
    assert pages.saved_from(f'<link rel="canonical" href="{AT}">') == AT
    noted = f"<!--\n Page saved with SingleFile \n url: {AT} \n saved date: x\n-->"
    assert pages.saved_from(noted) == AT
    assert pages.saved_from("<html></html>") == ""


@pytest.mark.parametrize(
    ("page", "received"),
    [
        ("", "an empty page"),
        ("<title>Вход</title>", "another page ('Вход', 19 characters)"),
        ("<title>Вы не робот?</title>", "a captcha; open it in a browser"),
        ("{}", "none in it"),
        ("[1, 2", "Expecting ',' delimiter"),
        ("[" * 100_000, "recursion"),
        ('{"items": ' + "9" * 5000 + "}", "limit"),
        ("<div>" * 20_000, "another page (no title, 100000 characters)"),
    ],
)
def test_pages_without_a_menu_are_told_in_one_line(page, received):
    with pytest.raises(InputError) as error:
        read(page)
    assert received in str(error.value)
    assert "\n" not in str(error.value)


def all_pages() -> list[str]:
    class Memory:
        replies = {}
        address = AT

    site = Memory()
    dodo_site.serve_2017(site, "/2017")
    dodo_site.serve_2020(site, "/2020")
    dodo_site.serve_json(site, "/json")
    replies = [site.replies[place].decode() for place in ("/2017", "/2020", "/json")]
    return [*replies, dodo_site.page_today(), dodo_site.popup_2017(["1", "2", "3"])]


PAGES = all_pages()
SNIPPETS = [
    "<",
    ">",
    '"',
    "<!--",
    "<![",
    "]]>",
    "</div>",
    "<article>",
    "null",
    "[",
    "{",
]
SNIPPETS += [
    "\ud800",
    "\x00",
    "http://[",
    "&#99999999;",
    "\u202e",
    ",",
    " и ",
    "9" * 50,
]


@st.composite
def mutated(draw) -> str:
    """A page with pieces cut out, doubled and put in."""
    page = draw(st.sampled_from(PAGES))
    for _ in range(draw(st.integers(1, 6))):
        start = draw(st.integers(0, len(page)))
        stop = start + draw(st.integers(0, 200))
        middle = draw(st.sampled_from(SNIPPETS) | st.just(page[start:stop] * 2))
        page = page[:start] + middle + page[stop:]
    return page


@settings(max_examples=150, deadline=None)
@given(mutated())
def test_mutated_pages_give_cards_or_an_input_error(page):
    try:
        found = read(page).cards
    except InputError:
        found = [cards.Card("X", "томаты", AT)]
    for card in found[:2]:
        assert "\n" not in card.name and len(card.name) <= cards.LONGEST_NAME
        texts = [card.name, card.contains, card.link, *card.photos]
        "".join([*texts, *card.details.values()]).encode()  # it can be written
        try:
            layouts.read_popup(page, card)
        except InputError:
            pass
