"""What the page is built of: tested without a browser, but Gradio is needed."""

from pathlib import Path
from types import SimpleNamespace

import pytest

import utils
from menus.files import read_menu
from ordering import choices

gradio = pytest.importorskip(
    "gradio", reason="the page needs gradio, see requirements-page.txt"
)


def test_each_portion_of_the_menu_can_be_chosen(menu):
    from ordering.chooser import portion_looks

    with open(menu / "menu.csv", "a") as table:
        table.write('rich,rich,photos/ham.png,"mozzarella, mozzarella, mozzarella"\n')
    toy = read_menu(menu)
    looks = portion_looks(toy, choices.pizza(toy, 3))
    assert looks[0]["value"] == 3
    names = [name for name, _ in looks[0]["choices"]]
    assert names == ["half", "one", "double", "3 portions"]
    assert len(looks) == toy.longest == 3
    for look in looks:  # hidden ones too: they keep what they showed before
        assert gradio.Radio(**look).preprocess(3.0) == 3


def parts(menu, has_owners) -> list[dict]:
    """Builds the page of a run that can read photos; how each part of it looks."""
    from ordering.page import build

    drawer = SimpleNamespace(
        menu=read_menu(menu),
        run=Path("temp/run"),
        has_owners=has_owners,
        sampler=SimpleNamespace(encoder=True),
    )
    return [part["props"] for part in build(drawer).config["components"]]


@pytest.mark.parametrize("has_owners", [True, False])
def test_half_and_half_is_offered_where_it_can_be_drawn(menu, has_owners):
    (draw,) = [look for look in parts(menu, has_owners) if look.get("label") == "Draw"]
    ways = [way for _, way in draw["choices"]]
    assert ways == [way for way in choices.WAYS if has_owners or way != "half"]


def test_what_is_on_a_photo_is_no_surprise(menu):
    looks = parts(menu, True)
    buttons = [look for look in looks if look.get("value") == "Surprise me"]
    recipes = [look["label"] for look in looks if look["name"] == "checkboxgroup"]
    offered = [button["visible"] for button in buttons]
    assert dict(zip(recipes, offered, strict=True)) == {
        "Ingredients": True,
        "Ingredients of the second recipe": True,
        "What is on the photo": False,
        "What shall be on it": True,
    }


@pytest.mark.parametrize("seed", [-1, 2**31, None, "7"])
def test_wrong_sample_numbers_are_told(seed):
    from ordering.page import checked_seed

    with pytest.raises(utils.InputError, match="a sample number from 0 to 2,147,"):
        checked_seed(seed)
