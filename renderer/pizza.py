"""Draws a whole pizza."""

from functools import partial

import numpy as np
from PIL import Image, ImageFilter
from scipy.ndimage import gaussian_filter

from renderer import layers
from renderer.canvas import Canvas, rgb
from renderer.drizzle import drizzle
from renderer.ingredients import look_up
from renderer.kinds import Cheese, Sauce, Topping
from renderer.light import light
from renderer.noise import fractal, stream

CRISP = ImageFilter.UnsharpMask(radius=1, percent=30, threshold=0)  # as menu photos
DOUGH = "dough"  # who owns what no ingredient covers
VIVID = 1.2  # factor of the colours' saturation, as in menu photos


def draw_pizza(recipe: list[str], size: int, seed: int) -> np.ndarray:
    """Draws a photo-like top view of a pizza on white.

    Args:
        recipe: names of ingredients, in any case and order; a double portion stands
            twice. One that the table lacks is drawn as pieces of a colour of its own.
        size: pixels a side, 32 to 760; the same pizza at every size.
        seed: where pieces fall, how brown the crust is, the camera's white balance.

    Returns:
        Array `(size, size, 3)` of uint8, RGB.
    """
    return _lay(recipe, size, seed)[0]


def draw_with_owners(
    recipe: list[str], size: int, seed: int
) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """Draws a pizza, and says which ingredient owns each pixel.

    Args:
        recipe, size, seed: as of `draw_pizza`.

    Returns:
        The picture as `draw_pizza` gives it, and by name, in lower case, the share of
        each pixel that one sees of an ingredient, float32 `(size, size)`. `DOUGH` owns
        the dough, the crust and the table. Shares add up to 1.
    """
    picture, canvas = _lay(recipe, size, seed, owned=True)
    shares = {
        name: np.asarray(Image.fromarray(share).resize((size, size), Image.BOX))
        for name, share in canvas.owners.items()
    }
    return picture, shares


def _lay(recipe, size, seed, owned=False) -> tuple[np.ndarray, Canvas]:
    camera = stream(seed, "camera")
    width = max(128, 2 * size)  # drawn larger, then reduced
    radius = camera.normal(0.92, 0.012)
    canvas = Canvas(width, radius, camera.normal(0, 0.008, 2), owned)
    portions = {name.lower(): 0 for name in recipe}
    for name in recipe:
        portions[name.lower()] += 1
    rows = {name: look_up(name) for name in sorted(portions)}

    cuts = layers.knife(canvas, stream(seed, "knife"))
    canvas.owner = DOUGH
    silhouette = layers.dough(canvas, cuts, stream(seed, "dough"))
    for name, row in rows.items():
        if isinstance(row, Sauce) and row.base:
            canvas.owner, rng = name, stream(seed, name)
            layers.spread(canvas, rgb(row.colour), row.base, row.gloss, rng)
    cheeses = {n: row for n, row in rows.items() if isinstance(row, Cheese)}
    for name, row in cheeses.items():
        canvas.owner = name
        layers.melt(canvas, row, row.portion * portions[name], stream(seed, name))
    toppings = {n: row for n, row in rows.items() if isinstance(row, Topping)}
    # The more toppings, the fewer pieces of each, but the more pieces in all.
    crowding = min(1.0, (3 / max(1, len(toppings))) ** 0.3)
    batches = []
    for name, row in toppings.items():
        count = round(row.count * crowding * portions[name] ** 0.8)
        batches += [(row.layer, half, name, count) for half in (0, 1)]
    for _, half, name, count in sorted(batches):
        row, before = rows[name], canvas.height.copy()
        canvas.owner = name
        _strew(canvas, row, count, half, stream(seed, name))
        for cheese_name, cheese in cheeses.items() if row.buried else ():
            canvas.owner = cheese_name
            amount = np.float32(row.buried) * (canvas.height - before > 0.002)
            layers.run_over(canvas, cheese, amount, stream(seed, name + cheese_name))
    for name, row in rows.items():
        if isinstance(row, Sauce) and row.path:
            canvas.owner = name
            drizzle(canvas, row, stream(seed, name + " on top"))
    canvas.owner = None  # a cut shows whatever it goes through
    layers.cut_filling(canvas, cuts, stream(seed, "cut filling"))

    picture = _photograph(light(canvas), silhouette, canvas, camera)
    image = Image.fromarray(picture).resize((size, size), Image.Resampling.LANCZOS)
    return np.asarray(image.filter(CRISP)), canvas


def _strew(canvas: Canvas, row: Topping, count: int, half: int, rng):
    """Lays one half of a topping's pieces.

    Toppings come in two halves, in turn, so that none lies wholly below another.
    """
    sizes = row.size * rng.uniform(0.85, 1.15, count)
    reach = layers.FILLING - 0.02 - 0.7 * row.size
    places = _places(count, reach, row.spread, rng)
    grain = fractal(rng, canvas.width, 32, 3, 0.9)
    if row.juice and half == 0:
        layers.stain(canvas, rgb(row.colours[-1]), row.juice, rng)
    is_mine = np.arange(count) % 2 == half
    is_second = (np.arange(count) % 3 == 2) & bool(row.second)
    for colours, kind in ((row.colours, ~is_second), (row.second, is_second)):
        which = kind & is_mine
        if which.any():
            shape = partial(row.shape, colours=[rgb(c) for c in colours])
            canvas.scatter(places[which], sizes[which], shape, grain, rng)


def _places(count: int, reach: float, spread: int, rng) -> np.ndarray:
    """Random places in a disc, `(count, 2)`, each the best of `spread` candidates.

    The best candidate is the one farthest from those placed (Mitchell 1991).
    """
    radius = reach * np.sqrt(rng.uniform(size=(count, spread)))
    angle = rng.uniform(0, 2 * np.pi, (count, spread))
    candidates = np.stack([radius * np.cos(angle), radius * np.sin(angle)], -1)
    places = candidates[:, 0].copy()
    if spread > 1:
        for i in range(1, count):
            gaps = candidates[i][:, None] - places[None, :i]
            places[i] = candidates[i][(gaps**2).sum(-1).min(1).argmax()]
    return places


def _photograph(lit, silhouette, canvas: Canvas, camera) -> np.ndarray:
    """Puts the pizza on white with a soft shadow, as a camera would see it."""
    grey = lit.mean(-1, keepdims=True)
    lit = grey + VIVID * (lit - grey)
    balance = camera.normal(1, 0.018, 3) * camera.normal(0.985, 0.04)
    lit = lit * balance.astype("float32")
    wide = gaussian_filter(silhouette, 0.035 / canvas.pixel)
    shift = round(0.025 / canvas.pixel)
    shadow = 0.45 * np.roll(wide, (shift, shift), (0, 1))[..., None]
    table = 1 - shadow * np.array([0.26, 0.3, 0.3], "float32")
    picture = table + silhouette[..., None] * (lit - table)
    return np.clip(np.rint(picture * 255), 0, 255).astype("uint8")
