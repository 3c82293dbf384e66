"""What the page draws is what the scripts draw, to the pixel."""

import os
import shlex
import socket

import numpy as np
import pytest
from conftest import ROOT, fail
from PIL import Image
from untrained_runs import KINDS, SIZE, make_run

import generate
import style_transfer
import utils
from lab import pictures
from lab.settings import read_script
from menus import sheets
from menus.orders import Order, read_order
from ordering import choices, drawing
from ordering.choices import WAYS, Choice
from owners.maps import colour_of


@pytest.fixture(scope="module")
def drawers(tmp_path_factory):
    runs = {kind: make_run(tmp_path_factory.mktemp(kind), kind) for kind in KINDS}
    return {kind: drawing.load_drawer(run) for kind, run in runs.items()}


def run_command(command, call) -> list[str]:
    """Runs the command line of a page in this process; returns the paths it tells."""
    _, script, *flags = shlex.split(command)
    module = {"generate.py": generate, "style_transfer.py": style_transfer}[script]
    output = call(module, **read_script(ROOT / script, flags))
    lines = output.splitlines()
    return [line.removeprefix("see ") for line in lines if line.startswith("see ")]


def cell(path, row, left, top=0):
    """Cuts a picture out of a sheet of few rows, at the network's size."""
    pixels = np.asarray(Image.open(path).convert("RGB"))
    side = sheets.LARGE
    y, x = top + 2 + row * (side + 2), left + 2
    return pixels[y : y + side : side // SIZE, x : x + side : side // SIZE]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("way", WAYS)
def test_the_page_draws_what_its_command_draws(drawers, call, kind, way):
    drawer = drawers[kind]
    order = read_order(drawer.menu, "2 ham, tomato sauce")
    choice = Choice(order, way, Order.of(drawer.menu, [4]), 0.3)
    if way == "half" and kind == "recipe":
        with pytest.raises(utils.InputError, match="a network that paints who lies"):
            drawer.draw(choice, 5)
        return
    drawn = drawer.draw(choice, 5)
    path, *owners = run_command(choice.command(drawer.run, 5), call)
    row = 1 if way == "half" else 0
    assert np.array_equal(cell(path, row, sheets.LEFT), drawn.picture)
    assert np.ptp(drawn.picture) > 20
    assert not np.array_equal(drawn.picture, drawer.draw(choice, 6).picture)
    if kind == "painter":
        shown = drawing.owners_picture(drawn, drawer.menu)
        assert np.array_equal(cell(owners[0], row, sheets.LEFT), shown)


def test_recipes_differ_and_a_share_is_between(drawers):
    drawer = drawers["recipe"]
    one, other = (Order.of(drawer.menu, [code]) for code in (3, 4))
    ends = [drawer.draw(Choice(order), 0).picture for order in (one, other)]
    assert not np.array_equal(*ends)
    for share, end in zip((0, 1), ends, strict=True):
        choice = Choice(one, "between", other, share)
        assert np.array_equal(drawer.draw(choice, 0).picture, end)


def test_each_half_has_its_own_ingredients(drawers):
    drawer = drawers["painter"]
    one, other = (Order.of(drawer.menu, [code]) for code in (3, 4))
    labels = drawer.draw(Choice(one, "half", other), 0).labels
    left, right = np.split(labels, 2, axis=1)
    assert 3 in left and 4 in right
    assert 4 not in left and 3 not in right


def test_the_legend_names_who_is_on_the_picture(drawers):
    drawer = drawers["painter"]
    drawn = drawer.draw(Choice(Order.of(drawer.menu, [3])), 0)
    names = {name: colour for name, colour in drawing.legend(drawn, drawer.menu)}
    assert set(names) == {"dough", "ham"}
    assert names["ham"] == "#{:02x}{:02x}{:02x}".format(*colour_of(3))


@pytest.mark.parametrize("look", drawing.FILTERS)
def test_owners_have_the_colours_of_the_legend_only(drawers, look):
    drawer = drawers["painter"]
    drawn = drawer.draw(Choice(Order.of(drawer.menu, [3, 4])), 0)
    shown = drawing.show(drawn, drawer.menu, look, owners=True)
    colours = {"#" + bytes(colour).hex() for _, colour in shown.getcolors()}
    names = {colour for _, colour in drawing.legend(drawn, drawer.menu)}
    assert colours == names | {"#ffffff"}  # the table, which nobody owns
    shown = drawing.show(drawn, drawer.menu, look, owners=False)
    assert shown == drawing.enlarge(drawn.picture, look)


def test_a_photo_is_changed_as_the_script_does_it(drawers, call, tmp_path):
    drawer = drawers["painter"]
    photo = tmp_path / "my photo.png"
    photo.write_bytes((drawer.run / "menu/photos/0001.png").read_bytes())
    before = read_order(drawer.menu, "tomato sauce, mozzarella, ham")
    after = read_order(drawer.menu, "tomato sauce, black olives")
    command = choices.photo_command(drawer.run, str(photo), before, after)
    (path,) = run_command(command, call)
    pixels, _ = drawing.read_upload(photo, SIZE)
    assert not photo.exists()  # uploads are not kept
    changed = drawer.change(pixels, before, after)
    sheet = np.asarray(Image.open(path).convert("RGB"))
    enlarged = changed.repeat(16, 0).repeat(16, 1)
    corners = np.argwhere((sheet == changed[0, 0]).all(axis=-1))
    assert any(
        np.array_equal(sheet[y : y + 256, x : x + 256], enlarged) for y, x in corners
    )
    assert not np.array_equal(changed, pixels)


def test_without_an_encoder_no_photo_is_changed(drawers):
    drawer = drawers["recipe"]
    order = Order.of(drawer.menu, [1])
    with pytest.raises(utils.InputError, match="a run with an encoder"):
        drawer.change(np.zeros((SIZE, SIZE, 3), "uint8"), order, order)


def test_wrong_uploads_are_told_and_not_kept(tmp_path):
    photo = tmp_path / "photo.png"
    Image.new("RGB", (64, 64), "red").save(photo)
    whole = photo.read_bytes()
    for content in (b"", b"no picture at all", whole[: len(whole) // 2]):
        photo.write_bytes(content)
        with pytest.raises(utils.InputError, match="^photo.png: expected a") as error:
            drawing.read_upload(photo, SIZE)
        assert str(tmp_path) not in str(error.value)
        assert not photo.exists()


def test_enlarged_sharp_and_smooth():
    picture = np.random.default_rng(0).integers(0, 256, (16, 16, 3), "uint8")
    sharp = np.asarray(drawing.enlarge(picture, "sharp"))
    assert sharp.shape == (512, 512, 3)
    assert np.array_equal(sharp[::32, ::32], picture)
    assert np.array_equal(sharp[31::32, 31::32], picture)
    smooth = drawing.enlarge(picture, "smooth")
    assert np.abs(pictures.shrink(smooth, 16).astype(int) - picture).mean() < 25
    steps = [
        np.abs(np.diff(np.asarray(p).astype(int), axis=0)).max()
        for p in (sharp, smooth)
    ]
    assert steps[1] < steps[0] / 4
    assert drawing.enlarge(np.zeros((1024, 1024, 3), "uint8"), "sharp").width == 1024


def test_a_network_without_recipes_is_refused(drawers, monkeypatch):
    sampler = drawers["recipe"].sampler
    monkeypatch.setattr(sampler, "takes", "")
    monkeypatch.setattr(drawing, "load_sampler", lambda run, menu: sampler)
    with pytest.raises(utils.InputError, match="takes no recipe"):
        drawing.load_drawer(drawers["recipe"].run)


def test_mistakes_are_told_before_keras(tmp_path):
    (tmp_path / "gradio.py").touch()  # a library that is there
    assert "a trained run" in fail("order.py", cwd=tmp_path, env=with_path(tmp_path))
    with socket.create_server(("127.0.0.1", 0)) as other:
        address = f"127.0.0.1:{other.getsockname()[1]}"
        line = fail(
            "order.py",
            f"--port={address.split(':')[1]}",
            cwd=tmp_path,
            env=with_path(tmp_path),
        )
    assert f"Received: {address}, " in line


def test_without_gradio_one_line_says_what_to_install(tmp_path):
    (tmp_path / "sitecustomize.py").write_text(
        "import importlib.util as u\n"
        "find = u.find_spec\n"
        "u.find_spec = lambda name, *a: None if name == 'gradio' else find(name, *a)\n"
    )
    line = fail("order.py", cwd=tmp_path, env=with_path(tmp_path))
    assert "`make page`, or `pip install -r requirements-page.txt`" in line


def with_path(folder):
    return os.environ | {"PYTHONPATH": str(folder)}
