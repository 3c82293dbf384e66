"""The pizza on a phone's photo, found on tables of any colour."""

import re

import numpy as np
import pytest
from PIL import Image, ImageDraw

import renderer
from lab import disc

TABLES = {
    "wooden": (150, 100, 60),
    "dark": (45, 46, 50),
    "grey": (150, 152, 156),
    "white": (232, 232, 228),
    "green": (60, 95, 70),
}
CHEESE = ["mozzarella", "tomato sauce", "pepperoni"]
PLAIN = ["condensed milk", "pineapple"]


@pytest.fixture(scope="module", params=[CHEESE, PLAIN], ids=["cheese", "plain"])
def pizza(request):
    return Image.fromarray(renderer.draw_pizza(request.param, 200, 1))


def table(kind, width=400, height=300):
    """A table seen from above: its colour, grain along it, noise, uneven light."""
    rng = np.random.default_rng(0)
    grain = rng.normal(1, 0.1 if kind == "wooden" else 0.02, (height // 4, 8))
    grain = Image.fromarray(grain.astype(np.float32)).resize((width, height))
    light = np.linspace(0.9, 1.1, width)[:, None] * np.array(TABLES[kind])
    pixels = light * np.asarray(grain)[..., None]
    pixels += rng.normal(0, 6, pixels.shape)
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))


def lay(photo, pizza, x, y, radius):
    """Lays a drawn pizza, whose picture is 2 / 0.915 of its radius, on a table."""
    size = round(2 * radius / 0.915)
    mask = Image.new("L", (4 * size, 4 * size))
    margin = round(0.025 * 4 * size)
    ImageDraw.Draw(mask).ellipse((margin, margin, *[4 * size - margin] * 2), 255)
    at = round(x - size / 2), round(y - size / 2)
    photo.paste(pizza.resize((size, size)), at, mask.resize((size, size)))
    return photo


@pytest.mark.parametrize("kind", TABLES)
@pytest.mark.parametrize(
    "where", [(110, 110, 90), (300, 180, 100), (330, 80, 60), (200, 200, 80)]
)
def test_finds_the_pizza(pizza, kind, where):
    x, y, radius = where
    found = disc.find_disc(lay(table(kind), pizza, *where))
    assert np.hypot(found[0] - x, found[1] - y) < 0.1 * radius
    assert 0.88 < found[2] / radius < 1.12


def test_takes_the_pizza_not_its_plate(pizza):
    photo = table("dark")
    ImageDraw.Draw(photo).ellipse((155, 55, 345, 245), (240, 240, 235))
    x, y, radius = disc.find_disc(lay(photo, pizza, 250, 150, 75))
    assert np.hypot(x - 250, y - 150) < 8 and 0.85 < radius / 75 < 1.12


def test_no_disc_where_no_pizza_is(pizza):
    noise = np.random.default_rng(0).integers(0, 255, (80, 100, 3)).astype(np.uint8)
    photos = [table(kind, 200, 150) for kind in TABLES]
    photos += [Image.fromarray(noise), Image.new("RGB", (50, 40), "red")]
    photos += [pizza.crop((50, 50, 150, 150)), pizza.crop((0, 0, 100, 100))]
    photos += [Image.new("RGB", size) for size in [(1, 1), (2000, 30), (20, 16)]]
    for photo in photos:
        assert disc.find_disc(photo) is None


def test_a_photo_as_on_menus_stays_as_it_is(pizza):
    for photo in (pizza, lay(table("wooden", 400, 220), pizza, 203, 108, 95)):
        square, words = disc.square(photo)
        side = min(photo.size)
        left = (photo.width - side) // 2
        centre = photo.crop((left, 0, left + side, side))
        assert words == "" and square.tobytes() == centre.tobytes()


def test_crops_to_a_pizza_off_the_centre(pizza):
    photo = lay(table("grey"), pizza, 330, 100, 60)
    square, words = disc.square(photo)
    x, y, across = map(int, re.findall(r"\d+", words))
    assert words == f"cropped to the pizza found at {x}, {y}, {across} across"
    assert abs(x - 330) < 6 and abs(y - 100) < 6 and abs(across - 120) < 12
    assert square.width == square.height
    assert 0.9 < square.width * 0.915 / 120 < 1.1
    again = disc.find_disc(square)
    assert np.hypot(again[0] - square.width / 2, again[1] - square.width / 2) < 7
    assert disc.square(square)[1] == ""  # once is enough
    plain, words = disc.square(photo, "centre")
    assert words == "" and plain.tobytes() == photo.crop((50, 0, 350, 300)).tobytes()


def test_repeats_the_edge_where_the_pizza_reaches_it(pizza):
    photo = lay(table("grey"), pizza, 70, 230, 70)
    square, words = disc.square(photo)
    assert words and square.width == square.height > 140
    pixels = np.asarray(square)
    assert (pixels[:, 0] == pixels[:, 1]).all() and (pixels[-1] == pixels[-2]).all()
