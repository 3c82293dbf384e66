"""What is chosen on a page: checked, put into words, and into a command line."""

import shlex

import numpy as np
import pytest
from conftest import ROOT

import utils
from lab.settings import read_script
from menus.files import read_menu
from menus.menu import Menu
from menus.orders import Order, read_order
from ordering import choices
from ordering.choices import Choice


@pytest.fixture
def toy(menu) -> Menu:
    return read_menu(menu)


@pytest.mark.parametrize(
    ("portions", "expected"),
    [
        ([], "Received: none"),
        ([(9, 1)], "code from 1 to 4. Received: 9"),
        ([(0, 1)], "code from 1 to 4. Received: 0"),
        ([("ham", 1)], "code from 1 to 4. Received: 'ham'"),
        ([(3, 11)], "ham: expected an amount above 0 and up to 10"),
        ([(3, -1)], "ham: expected an amount"),
        ([(3, float("nan"))], "ham: expected an amount"),
        ([(3, "1")], "ham: expected an amount"),
        ([(3, 1), (3, 1)], "ham once"),
        ([(1, 1), (2, 1), (3, 1), (4, 1)], "at most 3 ingredients"),
    ],
)
def test_what_a_page_sends_is_checked(toy, portions, expected):
    with pytest.raises(utils.InputError, match=expected):
        choices.order_of(toy, portions)


def test_pizzas_of_the_menu(toy):
    assert choices.pizza(toy, 1) == {1: 1.0, 2: 1.0, 3: 1.0}
    assert choices.pizza(toy, 2) == {1: 1.0, 4: 2.0}


def test_surprises_can_be_ordered_and_differ(toy):
    rng = np.random.default_rng(0)
    invented = [choices.surprise(toy, rng) for _ in range(20)]
    assert len({tuple(recipe) for recipe in invented}) > 5
    for recipe in invented:
        choices.order_of(toy, recipe.items())


def test_a_name_that_is_read_as_something_else_is_written_as_a_code(toy):
    order = Order(toy, ((3, 2.0), (1, 0.5)))
    assert choices.words_of(order) == "2 ham, 0.5 tomato sauce"
    toy.captions[4] = toy.captions[3]
    order = Order(toy, ((4, 2.0), (1, 0.5)))
    assert choices.words_of(order) == "2 4, 0.5 1"
    assert read_order(toy, choices.words_of(order)) == order


@pytest.mark.parametrize("name", ["ham's", 'the "best"', "$HOME", "сыр"])
@pytest.mark.parametrize("way", choices.WAYS)
def test_commands_say_what_is_drawn(toy, name, way):
    toy.names[3] = toy.captions[3] = name
    order, other = Order(toy, ((3, 2.0), (1, 1.0))), Order.of(toy, [2])
    choice = Choice(order, way, other, 0.35)
    command = choice.command("temp/gan/00001", 7)
    python, script, *flags = shlex.split(command)
    assert (python, script) == ("python", "generate.py")
    values = read_script(ROOT / script, flags)
    assert (values["RUN"], values["SEED"], values["COUNT"]) == ("temp/gan/00001", 7, 1)
    assert read_order(toy, values["INGREDIENTS"]) == order
    assert (values["HALF"], values["TO"]) == {
        "one": ("", ""),
        "half": ("mozzarella", ""),
        "between": ("", "mozzarella"),
    }[way]
    assert values["SHARE"] == (0.35 if way == "between" else -1)


def test_the_command_for_a_photo(toy):
    before, after = Order.of(toy, [1, 3]), Order.of(toy, [1])
    command = choices.photo_command("temp/gan/00001", "my photo.jpg", before, after)
    _, script, *flags = shlex.split(command)
    values = read_script(ROOT / script, flags)
    assert values["PHOTO"] == "my photo.jpg"
    assert values["INGREDIENTS"] == "tomato sauce, ham"
    assert values["TO"] == "tomato sauce"


def test_impossible_ways_are_told(toy):
    order = Order.of(toy, [1])
    with pytest.raises(utils.InputError, match="expected one of"):
        Choice(order, "thirds", order)
    with pytest.raises(utils.InputError, match="from 0 to 1"):
        Choice(order, "between", order, float("nan"))
