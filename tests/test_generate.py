"""Sheets of generated pizzas: each kind, drawn by networks that nobody trained."""

import json

import keras
import numpy as np
import pytest
from conftest import fail
from conftest import run as run_script
from PIL import Image
from toys import build_recipe_generator, make_menu

import cvae
import generate
import utils
from menus import sheets
from menus.files import read_menu, save_menu
from networks import article

RECIPE = (3, 5)  # of the toy menu
SIZE = 48


def make_run(folder, network, name):
    """Writes a run folder as a training leaves one, but for the training."""
    menu = read_menu(make_menu(folder / "data"))
    photos = np.stack([np.full((SIZE, SIZE, 3), 80 * i, "uint8") for i in range(3)])
    run = folder / "temp" / name / "00001"
    save_menu(run, menu, photos)
    (run / "settings.json").write_text(json.dumps({"PRIOR": "uniform"}))
    file = "decoder" if name == "cvae" else "generator"
    network.save(run / f"{file}.keras")
    return run


@pytest.fixture(scope="module")
def gan_run(tmp_path_factory):
    keras.utils.set_random_seed(0)
    network = build_recipe_generator(SIZE, RECIPE)
    return make_run(tmp_path_factory.mktemp("gan"), network, "gan")


@pytest.fixture(scope="module")
def cvae_run(tmp_path_factory):
    keras.utils.set_random_seed(0)
    network = cvae.with_sigmoid(article.build_decoder(SIZE, RECIPE, 4), "elbo")
    return make_run(tmp_path_factory.mktemp("cvae"), network, "cvae")


@pytest.fixture(scope="module")
def loaded():
    """Networks by path: all tests share them, as the first use of one takes long."""
    return {}


@pytest.fixture
def sheet(gan_run, loaded, monkeypatch, capsys):
    """Runs the script in this process and returns the path of its sheet."""
    load_model = keras.saving.load_model

    def load_once(path, *arguments, **options):
        if path not in loaded:
            loaded[path] = load_model(path, *arguments, **options)
        return loaded[path]

    monkeypatch.setattr(keras.saving, "load_model", load_once)
    texts = ["INGREDIENTS", "WITHOUT", "STRENGTH", "TO", "HALF"]
    usual = dict.fromkeys(texts, "") | {"RUN": str(gan_run), "COUNT": 2, "SEED": 0}

    def run(**given):
        for name, value in (usual | given).items():
            monkeypatch.setattr(generate, name, value)
        generate.main()
        path, *_ = capsys.readouterr().out.splitlines()
        return gan_run / "generated" / path.rsplit("/")[-1]

    return run


def cells(path, left, top):
    """Cuts a sheet into `(rows, columns, SIZE, SIZE, 3)`."""
    image = Image.open(path)
    cell = int(image.info["first row"].split()[-1])
    pixels = np.asarray(image.convert("RGB"))[top + 2 :, left + 2 :]
    rows, columns = (length // (cell + 2) for length in pixels.shape[:2])
    grid = pixels[: rows * (cell + 2), : columns * (cell + 2)]
    grid = grid.reshape(rows, cell + 2, columns, cell + 2, 3).swapaxes(1, 2)
    return grid[:, :, : cell : cell // SIZE, : cell : cell // SIZE]


def same(drawn, expected):
    """Whether pictures differ by rounding at most: batches are of other sizes."""
    return np.abs(drawn.astype(int) - expected).max() <= 1


def recipe_cells(path):
    return cells(path, sheets.LEFT, 0)


def test_each_ingredient_with_what_the_menu_shows_of_it(gan_run, sheet):
    plan = sheets.each_ingredient(read_menu(gan_run / "menu"))
    assert plan.captions[2] == "ham: 1 photo, always with mozzarella, tomato sauce"
    path = sheet(COUNT=12)
    assert path.name == "each-ingredient.png"
    drawn = recipe_cells(path)
    assert drawn.shape[:2] == (8, 10)  # of 12, ten and two
    assert (drawn[1, 2:] == 255).all()
    ham = recipe_cells(sheet(INGREDIENTS="ham", COUNT=12))
    assert same(drawn[4:6], ham[:2])


def test_the_same_seed_draws_the_same(sheet):
    first = sheet(INGREDIENTS="ham").read_bytes()
    assert sheet(INGREDIENTS="ham").read_bytes() == first
    assert sheet(INGREDIENTS="ham", SEED=1).read_bytes() != first


def test_amounts_and_absences(gan_run, sheet):
    path = sheet(INGREDIENTS="2 ham, mozzarella, tomato", WITHOUT="ham")
    assert path.name == "2-ham+mozzarella+tomato-sauce-without-ham.png"
    with_it, without = recipe_cells(path)[:2]
    assert same(without, recipe_cells(sheet(INGREDIENTS="1, 2"))[0])
    path = sheet(INGREDIENTS="2 ham, mozzarella, tomato")
    assert path.name == "2-ham+mozzarella+tomato-sauce.png"
    assert same(with_it, recipe_cells(path)[0])
    assert not same(with_it, recipe_cells(sheet(INGREDIENTS="1, 2, 3"))[0])
    order = sheets.Order(read_menu(gan_run / "menu"), ((3, 2.0), (2, 1.0)))
    assert sheets.one_recipe(order, [2]).notes == [
        "On the menu: ham: 1 photo, always with mozzarella, tomato sauce",
        "Left out: mozzarella: 2 photos, always with tomato sauce",
    ]


def test_without_for_the_whole_menu(gan_run, sheet):
    plan = sheets.menu_without(read_menu(gan_run / "menu"), [2, 3])
    assert plan.captions == [
        "margherita: tomato sauce, mozzarella",
        "without mozzarella",
        "ham: tomato sauce, mozzarella, ham",
        "without mozzarella, ham",
    ]
    path = sheet(WITHOUT="mozz, ham")
    assert path.name == "menu-without-mozzarella+ham.png"
    drawn = cells(path, sheets.LEFT, 52)
    assert drawn.shape[:2] == (4, 3)
    assert (drawn[:, 0, 5, 5, 0] == [0, 255, 80, 255]).all()  # photos of two
    sauce = recipe_cells(sheet(INGREDIENTS="tomato sauce"))[0]
    assert same(drawn[1, 1:], sauce)
    assert same(drawn[3, 1:], sauce)
    assert not same(drawn[0, 1:], sauce)


def test_strength_of_an_ingredient(sheet):
    path = sheet(INGREDIENTS="tomato, ham", STRENGTH="ham", COUNT=3)
    assert path.name == "tomato-sauce-strength-of-ham.png"
    drawn = cells(path, 0, 52)
    assert drawn.shape[:2] == (3, 9)
    for column, recipe in [(0, "1"), (1, "1, 0.25 ham"), (4, "1, 3"), (8, "1, 2 3")]:
        expected = recipe_cells(sheet(INGREDIENTS=recipe, COUNT=3))[0]
        assert same(drawn[:, column], expected)


def test_the_way_to_another_recipe(gan_run, sheet):
    path = sheet(INGREDIENTS="tomato, ham", TO="olives, olives")
    assert path.name == "tomato-sauce+ham-to-black-olives+black-olives.png"
    drawn = cells(path, 0, 52)
    assert drawn.shape[:2] == (2, 11)
    start = recipe_cells(sheet(INGREDIENTS="tomato, ham"))[0]
    end = recipe_cells(sheet(INGREDIENTS="2 olives"))[0]
    assert same(drawn[:, 0], start)
    assert same(drawn[:, 10], end)
    half = recipe_cells(sheet(INGREDIENTS="olives, 0.5 tomato, 0.5 ham"))[0]
    assert same(drawn[:, 5], half)
    with Image.open(path.with_suffix(".gif")) as gif:
        assert gif.n_frames == 60  # there and back
        for frame, expected, other in [(0, start, end), (30, end, start)]:
            gif.seek(frame)
            pixels = np.asarray(gif.convert("RGB")).astype(int)
            drawn = pixels[2 : 2 + 2 * SIZE : 2, 2 : 2 + 2 * SIZE : 2]
            error, apart = (np.abs(drawn - p[0]).mean() for p in (expected, other))
            assert error < apart / 2  # a frame has 128 colours


def test_no_two_orders_share_a_file():
    names = [
        sheets.file_name("ham", "to", "basil"),
        sheets.file_name("ham, to", "basil"),
        sheets.file_name("tomato, sauce"),
        sheets.file_name("tomato sauce"),
        sheets.file_name("tomato-sauce"),
        sheets.file_name("0.5 basil, ham (cured)"),
        sheets.file_name("0.5 basil, ham cured"),
        *(sheets.file_name("сыр, " * n, "to", "ham") for n in (60, 61)),
    ]
    assert len(set(names)) == len(names)
    assert names[0] == "ham-to-basil" and names[-3] == "0.5-basil+ham-cured"
    assert all(len(name.encode()) <= 110 and name.isprintable() for name in names)


def test_a_vector_as_z_draws_all_but_halves(cvae_run, sheet):
    path = sheet(RUN=str(cvae_run), INGREDIENTS="tomato", STRENGTH="ham")
    drawn = cells(cvae_run / "generated" / path.name, 0, 52)
    differences = np.abs(drawn - drawn[:, :1].astype(int)).mean(axis=(0, 2, 3, 4))
    assert (np.diff(differences) > 0).all()
    with pytest.raises(utils.InputError, match="side by side: expected.*'decoder'"):
        sheet(RUN=str(cvae_run), INGREDIENTS="ham", HALF="olives")


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"INGREDIENTS": "hamm"}, "nearest: ham"),
        ({"INGREDIENTS": "1,1,1,1"}, "at most 3 ingredients"),
        ({"INGREDIENTS": "1,2,4", "STRENGTH": "3"}, "at most 3 ingredients"),
        ({"INGREDIENTS": "1", "STRENGTH": "2, 3"}, "expected an ingredient"),
        ({"INGREDIENTS": "1", "TO": "2", "HALF": "3"}, "Received: --to and --half"),
        ({"STRENGTH": "ham"}, "--strength: expected --ingredients"),
        ({"TO": "ham"}, "--to: expected --ingredients"),
        ({"HALF": "ham"}, "--half: expected --ingredients"),
        ({"WITHOUT": "2 ham"}, "nearest: ham"),
        ({"INGREDIENTS": "ham", "WITHOUT": "olives"}, "--without.*'black olives'"),
        ({"INGREDIENTS": "1", "WITHOUT": "1", "TO": "1, 2"}, "--to.*'tomato sauce'"),
        ({"INGREDIENTS": "1, 2", "WITHOUT": "1", "HALF": "1"}, "--half: .*in both"),
        ({"INGREDIENTS": "1", "WITHOUT": "1", "STRENGTH": "1"}, "--strength: .*both"),
        ({"RUN": "nowhere"}, "expected a run folder with"),
    ],
)
def test_bad_input_gets_one_line(sheet, given, expected):
    with pytest.raises(utils.InputError, match=expected) as error:
        sheet(**given)
    assert "\n" not in str(error.value)


def test_what_no_pizza_has_cannot_be_left_out(gan_run):
    menu = read_menu(gan_run / "menu")
    menu.recipes.pop()
    with pytest.raises(utils.InputError, match="--without.*'black olives'"):
        sheets.menu_without(menu, [4])


def test_from_the_command_line_the_newest_run_draws(gan_run, tmp_path):
    folder = gan_run.parents[2]
    arguments = ["--ingredients=ham, 0.5 olives", "--to=2", "--count=1"]
    sheet, gif = run_script("generate.py", *arguments, cwd=folder).splitlines()
    assert sheet == (
        "see temp/gan/00001/generated/ham+0.5-black-olives-to-mozzarella.png"
    )
    assert (folder / sheet[4:]).exists() and (folder / gif[4:]).exists()
    assert "python cvae.py" in fail("generate.py", cwd=tmp_path)
