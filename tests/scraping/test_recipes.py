"""Recipe cleaning: the article's 20 printed lists, and what today's add to them."""

import unicodedata
from pathlib import Path

import dodo_site
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from menus.files import read_menu
from menus.names import SEPARATORS, fold
from scraping import recipes

NAMES = """0, Сгущенное молоко, Соус Ранч, Сырный соус, Томатный соус, ананасы, базилик,
бекон, брусника, брынза, ветчина, говядина, говядина (фарш), кисло-сладкий соус,
красный лук, креветки, маслины, моцарелла, орегано, охотничьи колбаски, пепперони,
сладкий перец, соленые огурцы, соус Барбекю, томаты, халапеньо, цыпленок, чеснок,
шампиньоны"""


def clean(printed: str) -> list[str]:
    items = recipes.read_ingredients(printed)
    return [name for item in items for name in item.names]


def test_the_articles_lists_give_its_recipes_and_its_29_classes():
    file = Path(__file__).with_name("article_menu.txt")
    lines = file.read_text(encoding="utf-8").splitlines()[1:]
    codes, printed = zip(*(line.split(" | ") for line in lines), strict=True)
    menu = recipes.spell_alike([clean(text) for text in printed])
    table = recipes.ingredient_table(menu)
    assert [row["name"] for row in table] == NAMES.replace("\n", " ").split(", ")
    code_of = {row["name"]: row["code"] for row in table}
    assert [[code_of[name] for name in recipe] for recipe in menu] == [
        [int(code) for code in recipe.split()] for recipe in codes
    ]
    assert len(menu) == 20 and max(map(len, menu)) == 9
    assert all(row["name_en"] for row in table)


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        ("Двойная порция цыплёнка, томаты", "цыпленок, цыпленок, томаты"),
        ("двойные порции цыпленка и томатов", "цыпленок, цыпленок, томаты, томаты"),
        ("двойная порция бекона и томаты", "бекон, бекон, томаты"),
        ("двойная порция бекона и увеличенная порция сыра", "бекон, бекон, сыра"),
        ("сыры чеддер и пармезан, моцарелла", "чеддер, пармезан, моцарелла"),
        ("смесь сыров (чеддер, пармезан)", "чеддер, пармезан"),
        ("смесь итальянских трав (базилик, орегано)", "итальянские травы"),
        ("фирменный томатный соус", "Томатный соус"),
        ("фирменный соус, острый соус", "фирменный соус, острый соус"),
        (
            "Моцарелла¹, томаты 2), бекон12, ветчина*",
            "моцарелла, томаты, бекон, ветчина",
        ),
        ("говядина (фарш), моцарелла (45 %)", "говядина (фарш), моцарелла"),
        ("томаты (черри", "томаты"),
        ("соус\u00a0«Барбекю», Томаты\u200b", "соус Барбекю, томаты"),
        ("🌶️ Халапеньо; кубики брынзы.", "халапеньо, брынза"),
        ("BBQ соус, Кинза", "BBQ соус, кинза"),
        ("сыр, 45, , и", "сыр"),
        ("Сыр 45%, томаты", "сыр 45%, томаты"),
        ("トマト、チーズ，バジル", "トマト, チーズ, バジル"),
        ("صلصة، جبن；زيتون", "صلصة, جبن, زيتون"),
        ("Сыр (чеддер、пармезан), томаты", "сыр, томаты"),
        ("मशरूम, घी 2, हींग", "मशरूम, घी, हींग"),
        ("เห็ด1", "เห็ด"),
        ("кисло–сладкий соус, ﬁnocchio", "кисло-сладкий соус, ﬁnocchio"),
        ("", ""),
    ],
)
def test_lists_of_today(printed, expected):
    assert ", ".join(clean(printed)) == expected


def test_says_what_it_dropped_and_what_it_does_not_know():
    items = recipes.read_ingredients("увеличенная порция моцареллы, кинза, 100")
    assert [(item.printed, item.names, item.known) for item in items] == [
        ("увеличенная порция моцареллы", ("моцарелла",), True),
        ("кинза", ("кинза",), False),
        ("100", (), False),
    ]
    (sentence,) = recipes.read_ingredients("очень " * 20 + "вкусная пицца")
    assert sentence.names == ()


def test_capitals_alone_make_no_new_ingredient():
    menu = [["соус Тартар", "кинза"], ["Соус Тартар"], ["соус тартар"]]
    assert (
        recipes.spell_alike(menu) == [["соус тартар", "кинза"]] + [["соус тартар"]] * 2
    )


def test_names_are_told_apart_as_the_readers_of_the_menu_do(site, scrape, tmp_path):
    lists = (
        "Соус чили-манго, मशरूम",
        "соус чили–манго、トマト",
        "صلصة، ﬁnocchio, finocchio",
    )
    cards = [dodo_site.article(f"{n}", f"{n}", text) for n, text in enumerate(lists)]
    dodo_site.serve_today(site, *cards)
    for n in range(len(lists)):
        site.replies[f"/image/r:584x584/{n}.avif"] = dodo_site.draw("AVIF")
    scrape(CITY="moscow")
    menu = read_menu(tmp_path / "data/moscow")
    assert [len(set(recipe)) for recipe in menu.recipes] == [2, 2, 2]
    assert menu.recipes[0][0] == menu.recipes[1][0]
    assert {"मशरूम", "トマト", "صلصة"} < set(menu.names)
    assert menu.classes == 1 + 5


def test_no_form_in_the_table_means_two_ingredients():
    forms, english = [], []
    for name, (name_en, *others) in recipes.INGREDIENTS.items():
        forms += [fold(form) for form in (name, *others)]
        english.append(name_en)
        assert clean(name) == [name]
        assert all(clean(form) == [name] for form in others)
    assert len(set(forms)) == len(forms)
    assert len(set(english)) == len(english)


PIECES = st.sampled_from(
    ["двойная порция ", "сыр ", " и ", ",", "(", ")", "¹", "2", "Ё", "кинза", "\u00ad"]
    + ["、", "،"]
)


@settings(max_examples=200, deadline=None)
@given(st.lists(PIECES | st.text(max_size=5), max_size=20).map("".join))
def test_any_text_gives_names_fit_for_a_table(printed):
    for item in recipes.read_ingredients(printed):
        for name in item.names:
            assert name == name.strip() != ""
            assert (
                not SEPARATORS.search(name)
                and not name.isdecimal()
                and "\n" not in name
            )
            assert len(name) <= recipes.LONGEST_NAME
            assert not any(unicodedata.category(c).startswith("C") for c in name)
