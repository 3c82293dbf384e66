"""Who lies where, end to end on a toy menu, and the finder that ships."""

import numpy as np
import pytest
from conftest import fail, run
from PIL import Image
from toys import write_maps

import renderer
from menus.files import read_menu
from menus.menu import Menu
from owners import lessons, maps
from owners.measure import intersection_over_union


def test_both_teachers_map_a_menu(menu, tmp_path):
    run("toppings.py", "--menu=data/toy", cwd=tmp_path)
    found = maps.read_maps(read_menu(menu))
    assert all(np.abs(s.sum(-1) - 1).max() < 0.02 for s in found.shares)
    sheet = Image.open(menu / "toppings/toppings.png")
    assert sheet.size[1] > 3 * 96
    run("toppings.py", "--menu=data/toy", "--teacher=recipes", cwd=tmp_path)
    again = maps.read_maps(read_menu(menu))
    assert not all(
        np.array_equal(a, b) for a, b in zip(found.shares, again.shares, strict=True)
    )
    assert "TEACHER" in fail("toppings.py", "--teacher=cook", cwd=tmp_path)


def test_the_finder_that_ships_knows_fresh_drawings():
    rng = np.random.default_rng(5)
    names = list(renderer.INGREDIENTS)
    recipes = [renderer.random_recipe(rng) for _ in range(12)]
    drawn = [renderer.draw_labelled([r], 96, [i]) for i, r in enumerate(recipes)]
    photos = np.concatenate([photo for photo, _ in drawn]) / np.float32(255)
    truth = np.concatenate([labels for _, labels in drawn])
    logits = lessons.find_logits(lessons.load_finder(), photos)
    absent = [[False, *(name not in recipe for name in names)] for recipe in recipes]
    logits[np.repeat(np.array(absent)[:, None, None], 96, 1).repeat(96, 2)] = -np.inf
    found, right = intersection_over_union(truth, logits.argmax(-1))
    assert right > 0.7 and np.nanmean(found[1:]) > 0.5


def test_synonyms_and_brackets_are_known(menu):
    table = menu / "ingredients.csv"
    text = table.read_text().replace("ham", "Beef (minced)")
    table.write_text(text.replace("black olives", "black olives (Greek)"))
    menus = menu / "menu.csv"
    text = menus.read_text().replace("ham", "beef (minced)")
    menus.write_text(text.replace("black olives", "black olives (greek)"))
    (menu / "photos/ham.png").rename(menu / "photos/beef (minced).png")
    owners = lessons.known_names(read_menu(menu))
    names = ["dough", *renderer.INGREDIENTS]
    assert names[owners[3]] == "minced beef" and names[owners[4]] == "black olives"


def test_what_no_lesson_knew_lies_where_nothing_of_the_recipe_is_seen():
    names = ["none", "ham", "chorizo"]
    menu = Menu("menu", [{}] * 2, names, names, [[1, 2], [1]])
    ham = 1 + list(renderer.INGREDIENTS).index("ham")
    pepperoni = 1 + list(renderer.INGREDIENTS).index("pepperoni")
    logits = np.full((2, 1, 3, 1 + len(renderer.INGREDIENTS)), -200.0, "float32")
    for place, owner in enumerate((0, ham, pepperoni)):
        logits[:, 0, place, owner] = 0
    (with_chorizo,), (without,) = lessons.menu_shares(menu, logits)
    assert with_chorizo.argmax(-1).tolist() == [0, 1, 2]
    assert without[:2].argmax(-1).tolist() == [0, 1] and not without[:, 2].any()
    shares = np.stack([with_chorizo, without])
    np.testing.assert_allclose(shares.sum(-1), 1, rtol=1e-6)


@pytest.mark.parametrize("colour", ["red", "#12345", "#12345g"])
def test_a_colour_is_a_hex_code(menu, tmp_path, colour):
    table = menu / "ingredients.csv"
    lines = table.read_text().splitlines()
    rows = [f"{lines[0]},colour", *(f"{line}," for line in lines[1:-1])]
    table.write_text("\n".join([*rows, f"{lines[-1]},{colour}"]) + "\n")
    line = fail("toppings.py", "--menu=data/toy", cwd=tmp_path)
    assert 'expected a colour as "#c02020"' in line


def test_pizzas_from_photos_need_no_network(menu, tmp_path):
    line = fail("generate.py", "--from=photos", "--menu=data/toy", cwd=tmp_path)
    assert "run `python toppings.py --menu=data/toy`" in line
    write_maps(read_menu(menu))
    flags = ["--from=photos", "--menu=data/toy", "--ingredients=ham, mozzarella"]
    flags += ["--count=2"]
    path = run("generate.py", *flags, cwd=tmp_path).removeprefix("see ").strip()
    first = np.asarray(Image.open(tmp_path / path))
    run("generate.py", *flags, cwd=tmp_path)
    assert np.array_equal(first, np.asarray(Image.open(tmp_path / path)))
    run("generate.py", *flags, "--half=olives", cwd=tmp_path)
    line = fail("generate.py", *flags, "--run=temp/x", cwd=tmp_path)
    assert "expected --menu, no run" in line


def test_recipes_are_varied_and_held_out_photos_lend_nothing(menu, tmp_path, capsys):
    from training.batches import Batches
    from training.data import load_recombined

    augment = ["--menu=data/toy", "--image-size=16", "--angles=4", "--recombined=30"]
    output = run("augment.py", *augment, cwd=tmp_path)
    assert "no recipes are varied" in output and "run `python toppings.py" in output
    run("toppings.py", "--menu=data/toy", "--teacher=recipes", cwd=tmp_path)
    assert "30 pizzas of other recipes" in run("augment.py", *augment, cwd=tmp_path)
    assert "up to date" in run("augment.py", *augment, cwd=tmp_path)
    read = read_menu(menu)
    images, codes, indices, owners = load_recombined(read, 16, [0, 1, 2], share=0.5)
    assert images.shape == (30, 16, 16, 3) and len(indices) == 30
    assert codes.shape == (30, read.longest) and codes.any(axis=1).all()
    lenders = np.load(menu / "augmented_16/recombined/lenders.npy")
    held_out = load_recombined(read, 16, [0, 1], share=0.5)
    assert 4 not in (held_out[1][held_out[2]] if held_out else [])  # olives: row 2
    assert held_out is None or not lenders[held_out[2], 2].any()
    photos = np.zeros((16, 16, 16, 3), "uint8")
    batches = Batches(
        photos,
        np.ones((16, 3), int),
        5,
        np.arange(16),
        8,
        0,
        recombined=(images, codes, indices, owners),
    )
    batch = batches[0][0]["photo"]
    assert not batch[:4].any() and all(picture.any() for picture in batch[4:])
    assert np.array_equal(batches[0][0]["recipe"], batches[0][0]["recipe"])
    run("augment.py", *augment, "--recombined=0", cwd=tmp_path)
    assert load_recombined(read, 16, [0, 1, 2], share=0) is None
    assert not capsys.readouterr().out
    assert load_recombined(read, 16, [0, 1, 2], share=0.5) is None
    assert "no pizzas of other recipes" in capsys.readouterr().out
