"""Are owners found, and pizzas cooked from pieces: photos, and all of the study."""

import numpy as np
import pytest
from PIL import Image

import renderer
from experiments import recombination
from menus.files import read_menu, write_menu
from owners import maps


@pytest.fixture
def article_menu(monkeypatch):
    """Three of the article's pizzas, to be quick."""
    few = dict(list(renderer.ARTICLE_MENU.items())[3:6])
    monkeypatch.setattr(renderer, "ARTICLE_MENU", few)
    return few


def test_photos_are_reduced_as_those_of_a_menu(article_menu, tmp_path):
    """Photos that are drawn small are softer, and owners harder to find on them."""
    name, recipe = next(iter(article_menu.items()))
    menu, photos, labels = recombination.draw_menu([recipe], [7])
    (tmp_path / "photos").mkdir()
    Image.fromarray(photos[0]).save(tmp_path / "photos/a.png")
    row = {"slug": "a", "name": name, "photo": "photos/a.png"}
    table = [{"code": i, "name": name} for i, name in enumerate(menu.names)]
    write_menu(tmp_path, [row | {"ingredients": ", ".join(recipe)}], table)
    read = maps.read_square(read_menu(tmp_path), 0)
    np.testing.assert_array_equal(recombination.shrink(photos, maps.SIDE)[0], read)
    assert labels.shape == (1, maps.SIDE, maps.SIDE)
    assert set(np.unique(labels)) <= {0, *menu.recipes[0]}


def test_the_whole_study(article_menu, call, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    text = call(recombination, MENUS=0, MANNERS=False, SAMPLES=8)
    table = (tmp_path / "temp/recombination.txt").read_text()
    assert table in text
    owners, unknown, cooked = table.split("\n\n")
    found = {
        words[-3]: float(words[-2])
        for words in map(str.split, owners.splitlines())
        if words[-3] in recombination.TEACHERS
    }
    assert found.keys() == set(recombination.TEACHERS)
    # Lessons of the renderer that drew the photos find most of what is there.
    assert found["lessons"] > 0.5 and found["joined"] > 0.5
    assert 0 < found["recipes"] < 1
    assert f"{recombination.HIDDEN} names unknown" in unknown
    rows = [line.split()[0] for line in cooked.splitlines()[1:]]
    assert rows == ["true", *recombination.TEACHERS]
