"""Menu folders: what is read, and what is refused."""

import pytest
from toys import RECIPES

import utils
from menus.files import read_menu, write_menu


def edit(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_reads_a_menu(menu):
    read = read_menu(menu)
    assert [row["slug"] for row in read.rows] == list(RECIPES)
    assert read.recipes == [[1, 2], [1, 2, 3], [1, 4, 4]]
    assert (read.longest, read.classes) == (3, 5)
    assert read.codes.tolist() == [[1, 2, 0], [1, 2, 3], [1, 4, 4]]
    assert read.describe([1, 3]) == "tomato sauce, ham"


def test_carries_extra_columns_and_english_names(menu):
    edit(menu / "menu.csv", "slug,name", "price,name_en,slug,name")
    edit(menu / "menu.csv", "\nmarg", '\n"395,5",Queen,marg')
    edit(menu / "menu.csv", "\nham", "\n400,,ham")
    edit(menu / "menu.csv", "\nolives", "\n,,olives")
    edit(menu / "ingredients.csv", "code,name", "code,name,name_en")
    edit(menu / "ingredients.csv", "3,ham", "3,ветчина,Ham")
    edit(menu / "menu.csv", "mozzarella, ham", "mozzarella, ветчина")
    for line in ["0,none", "1,tomato sauce", "2,mozzarella", "4,black olives"]:
        edit(menu / "ingredients.csv", line, line + ",")
    read = read_menu(menu)
    assert read.rows[0]["price"] == "395,5"
    assert read.titles == ["Queen", "ham", "olives"]
    assert [read.code(word) for word in ("ВЕТЧИНА", "ham", "3")] == [3, 3, 3]
    assert read.describe([3]) == "Ham"


@pytest.mark.parametrize(
    ("file", "old", "new", "expected"),
    [
        ("menu.csv", "photos/ham.png", "photos/no.png", "row 3: expected a photo"),
        ("menu.csv", "mozzarella, ham", "mozzarela, ham", "nearest: mozzarella"),
        ("menu.csv", "\nham", "\nmargherita", "row 3: expected a slug of its own"),
        ("menu.csv", '"tomato sauce, mozzarella"', '""', "row 2.*an empty recipe"),
        ("menu.csv", "ingredients", "recipe", "row 1.*none named ingredients"),
        ("menu.csv", '"tomato sauce, mozzarella"', "tomato, ham", "row 2.*4 fields"),
        ("ingredients.csv", "\n3,", "\n7,", "row 5: expected code 3. Received: '7'"),
        ("ingredients.csv", "3,ham", "3,mozzarella", "row 5: expected a name that no"),
        ("ingredients.csv", "3,ham", '3,"ham, raw"', "row 5: .*without a comma"),
        ("ingredients.csv", "3,ham", '3,"ham,"', "row 5: .*without a comma"),
        ("ingredients.csv", "3,ham", "3,", "row 5: expected a name that no"),
        ("ingredients.csv", "0,none\n", "", 'row 2: expected code 0, as in "0,none"'),
        ("menu.csv", "mozzarella, ham", "none, ham", "row 3.*code 0 stands for no"),
        ("menu.csv", "slug,name,", "slug|name,", "row 1.*name, slug in 'slug.name,ph"),
    ],
)
def test_refuses_a_broken_menu(menu, file, old, new, expected):
    edit(menu / file, old, new)
    with pytest.raises(utils.InputError, match=f"{file}, {expected}|{expected}"):
        read_menu(menu)


def test_finds_pizzas_by_slug(menu):
    toy = read_menu(menu)
    assert toy.find("olives, ham") == [2, 1]
    assert toy.find("") == []
    with pytest.raises(utils.InputError, match="such as ham. Received: 'hamm'"):
        toy.find("hamm")


def test_refuses_another_encoding(menu):
    text = (menu / "menu.csv").read_text().replace("olives,olives", "olives,оливки")
    (menu / "menu.csv").write_bytes(text.encode("cp1251"))
    with pytest.raises(utils.InputError, match="menu.csv, row 4: expected UTF-8"):
        read_menu(menu)


def test_refuses_an_empty_or_missing_menu(menu):
    (menu / "menu.csv").write_text("slug,name,photo,ingredients\n")
    with pytest.raises(utils.InputError, match="expected a row below the heading"):
        read_menu(menu)
    with pytest.raises(utils.InputError, match="expected a menu folder"):
        read_menu(menu / "photos")


def test_refuses_an_unknown_crop(menu):
    rows = (menu / "menu.csv").read_text().splitlines()
    crops = ["crop", "", "middle", ""]
    lines = [f"{row},{crop}" for row, crop in zip(rows, crops, strict=True)]
    (menu / "menu.csv").write_text("\n".join(lines))
    expected = "row 3: expected disc or centre in the column crop, or none. Received"
    with pytest.raises(utils.InputError, match=expected):
        read_menu(menu)


def test_refuses_more_ingredients_than_maps_can_name(menu):
    rows = "".join(f"{code},thing {code}\n" for code in range(5, 255))
    path = menu / "ingredients.csv"
    path.write_text(path.read_text().rstrip() + "\n" + rows)
    assert read_menu(menu).classes == 255
    path.write_text(path.read_text() + "255,one too many\n")
    with pytest.raises(utils.InputError, match="at most 254 ingredients.*: 255"):
        read_menu(menu)


def test_what_is_written_is_read_again(menu):
    """Spreadsheets end lines inside a cell in several ways."""
    rows = [
        {**row, "note": "one\rtwo\r\nthree", "price": None}
        for row in read_menu(menu).rows
    ]
    table = [{"code": k, "name": n} for k, n in enumerate(read_menu(menu).names)]
    write_menu(menu, rows, table)
    again = read_menu(menu)
    assert again.recipes == [[1, 2], [1, 2, 3], [1, 4, 4]]
    assert again.rows[0]["note"].split() == ["one", "two", "three"]
    assert again.rows[0]["price"] == ""
