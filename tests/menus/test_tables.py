"""Tables as spreadsheets and people write them."""

import pytest

import utils
from menus.tables import read_table

TABLE = 'slug,name,recipe\nham,Ham,"sauce, ham"\nolives,Olives,olives\n'
SEEN = [("ham", "Ham", "sauce, ham"), ("olives", "Olives", "olives")]


def read(folder, text, encoding="utf-8"):
    (folder / "menu.csv").write_bytes(text.encode(encoding))
    return list(read_table(folder / "menu.csv", {"slug", "name", "recipe"}))


@pytest.mark.parametrize(
    "text",
    [
        TABLE,
        TABLE.replace(",", ";").replace('"sauce; ham"', "sauce, ham"),
        TABLE.replace(",", "\t").replace('"sauce\t ham"', "sauce, ham"),
        "sep=,\r\n" + TABLE,
        '"sep=;"\n' + TABLE.replace(",", ";").replace("sauce;", "sauce,"),
        TABLE.replace("\n", "\r\n"),
        TABLE.replace("slug,name,recipe", "Slug, “name” ,Recipe\xa0"),
        TABLE.replace(',"sauce', ', "sauce').replace('ham"', 'ham" '),
        TABLE + ",,\n , ,\n\n",
        "\n,,\n" + TABLE,
        TABLE.replace("\n", ",\n").replace("recipe,\n", "recipe\n"),
        TABLE.replace("\n", ",,\n"),
    ],
    ids=range(12),
)
def test_the_same_table(tmp_path, text):
    rows = [tuple(row.values()) for _, _, row in read(tmp_path, text)]
    assert rows == SEEN


def test_excels_unicode_text_and_rows_that_pandas_numbers(tmp_path):
    text = TABLE.replace("Ham", "Ветчина")
    assert read(tmp_path, text, "utf-16")[0][2]["name"] == "Ветчина"
    lines = TABLE.splitlines()
    numbered = "\n".join([f",{lines[0]}", f"0,{lines[1]}", f"1,{lines[2]}"])
    assert [tuple(row.values()) for _, _, row in read(tmp_path, numbered)] == SEEN


def test_rows_are_counted_as_lines(tmp_path):
    text = 'sep=,\n\nslug,name,recipe\n,,\nham,Ham,"sauce\nham"\nx,X,x\n'
    rows = read(tmp_path, text)
    found = [(number, where[-5:], row["slug"]) for number, where, row in rows]
    assert found == [(5, "row 5", "ham"), (7, "row 7", "x")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (TABLE.replace("name", "recipe", 1), "row 1: .* none named name"),
        (TABLE.replace("recipe", "recipe,Name", 1), "row 1: .*once.*'name' twice"),
        (TABLE.replace('"', "“"), "row 2: expected 3 fields.*: 4, and curly quotes"),
        (TABLE.replace('"', ""), "row 2: expected 3 fields; commas inside.*: 4"),
        (TABLE.replace("recipe", "recipe,", 1).replace('"', ""), "row 2.*3 fields"),
        (TABLE.replace('ham"', "ham"), "row 2: .*quote to be closed.*: unexpected end"),
        (TABLE.replace('ham"', "ham") + TABLE, "row 2: .*quote to be closed"),
        (TABLE + 'x,"X,x\n' + "y,Y,y\n" * 30_000, "row 4: .*quote to be closed.*limit"),
        ("slug,name,recipe\n,,\n", "expected a row below the heading"),
        ("", "row 1: expected columns name, recipe, slug"),
    ],
)
def test_refuses(tmp_path, text, expected):
    with pytest.raises(utils.InputError, match=expected) as error:
        read(tmp_path, text)
    assert "\n" not in str(error.value)
