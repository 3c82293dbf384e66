"""Recipes in words: names, codes and amounts, and the matrix they become."""

from dataclasses import replace

import numpy as np
import pytest

import utils
from menus.files import read_menu
from menus.menu import recipe_matrix
from menus.orders import Order, read_codes, read_order


@pytest.fixture
def read(menu):
    return read_menu(menu)


def test_names_parts_of_names_codes_and_amounts(read):
    order = read_order(read, "Ham, 2,olives")
    assert order.portions == ((3, 1.0), (2, 1.0), (4, 1.0))
    order = read_order(read, "2 ham, 0.5  OLIVES, 1 3, 1.25 2")
    assert order.portions == ((3, 2.0), (4, 0.5), (3, 1.0), (2, 1.25))
    assert str(order) == "2 ham, 0.5 black olives, ham, 1.25 mozzarella"
    assert read_codes(read, "ham, 2, ham") == [3, 2]
    assert str(Order.of(read, [])) == "no ingredients"


def test_a_name_may_begin_with_a_number(read):
    names = ["none", "4 cheeses", "cheeses"]
    read = replace(read, names=names, captions=names)
    assert read_order(read, "4 Cheeses").portions == ((1, 1.0),)
    assert read_order(read, "2 4 cheeses, 4 2").portions == ((1, 2.0), (2, 4.0))


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("2x ham", 2),
        ("2 x ham", 2),
        ("x2 ham", 2),
        ("ham x2", 2),
        ("Ham х 2", 2),  # a Cyrillic letter
        ("2×ham", 2),
        ("ham*3", 3),
        ("50% ham", 0.5),
        ("ham 50 %", 0.5),
        (".5 ham", 0.5),
        ("2ham", 2),
        ("1.5\xa0ham", 1.5),
    ],
)
def test_amounts_as_people_write_them(read, text, amount):
    assert read_order(read, text).portions == ((3, amount),)
    portions = read_order(read, f"1, {text}, 2").portions
    assert portions == ((1, 1), (3, amount), (2, 1))


def test_codes_between_commas(read):
    assert read_order(read, "1,2,4").codes == [1, 2, 4]
    assert read_order(read, "1, 2 3; 4").portions == ((1, 1), (3, 2), (4, 1))


def test_a_part_of_a_name_is_how_a_word_of_it_begins(read):
    names = ["none", "champignons", "black olives"]
    read = replace(read, names=names, captions=names)
    assert read_order(read, "oliv, champ").codes == [2, 1]
    with pytest.raises(utils.InputError, match="nearest: champignons.*'ham'"):
        read_order(read, "ham")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0,5 ham", "a point in amounts.*'0,5 ham'; amounts are written"),
        ("1,5 ham, 2", "a point in amounts.*'1,5 ham'"),
        ("2, ham 1,5", "a point in amounts.*'ham 1,5'"),
        ("ham x1,5", "a point in amounts"),
        ("1,50% ham", "a point in amounts"),
        ("2 3,1", "a point in amounts"),
        ("23", "'23'; amounts are written"),
        ("2. ham", "'2. ham'; amounts are written"),
        ("1 000 ham", "amounts are written"),
        ("½ ham", "'½ ham'; amounts are written"),
        ("double ham", "nearest: ham.*'double ham'; amounts are written"),
        ("2x", "amounts are written"),
        ("50%", "amounts are written"),
        ("3 x 2", "an amount that means one thing. Received: '3 x 2'"),
        ("0% ham", "an amount above 0"),
        ("h\u0430m", "nearest: ham; but '\u0430' is CYRILLIC SMALL LETTER A"),
        ("mozarela", "nearest: mozzarella.*'mozarela'"),
        ("2 mozarela", "nearest: mozzarella.*'mozarela'"),
        ("5", "from 1 to 4. Received: '5'"),
        ("0 ham", "an amount above 0 and up to 10. Received: '0 ham'"),
        ("10.5 ham", "an amount above 0 and up to 10. Received: '10.5 ham'"),
        ("-1 ham", "expected an ingredient.*Received: '-1 ham'"),
        (" , ", "expected ingredients or codes"),
    ],
)
def test_refuses(read, text, expected):
    with pytest.raises(utils.InputError, match=expected):
        read_order(read, text)


def test_a_recipe_of_the_menu_is_its_matrix(read):
    matrices = recipe_matrix(read.codes, read.classes)
    for recipe, matrix in zip(read.recipes, matrices, strict=True):
        assert np.array_equal(Order.of(read, recipe).matrix(), matrix)
    with pytest.raises(utils.InputError, match="at most 3 ingredients.*Received: 4"):
        Order.of(read, [1, 2, 3, 4]).matrix()


def test_amounts_stand_in_the_row(read):
    matrix = read_order(read, "2 ham, 0.25 mozzarella").matrix()
    assert matrix.tolist() == [[0, 0, 0, 2, 0], [0.75, 0, 0.25, 0, 0], [1, 0, 0, 0, 0]]
    order = Order.of(read, [2, 3, 3])
    assert order.with_amount(3, 1.5).portions == ((2, 1.0), (3, 1.5))
    nothing = order.with_amount(3, 0.0).matrix()
    assert np.array_equal(nothing, order.without(3).matrix())
