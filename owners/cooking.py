"""Cooks pizzas of any recipe from a menu's pieces, without a network.

Dough and grounds are spread by their own texture, pieces are laid anew, as many as a
portion is. Each ingredient has a random stream of its own: where the ham lies does not
change when olives come along.
"""

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import gaussian_filter

from lab.pictures import to_uint8
from owners.pieces import Bank

CANDIDATES = 6  # places tried for a piece; the one farthest from its like is taken
MOST = 500  # pieces of one ingredient
TABLE = -1  # last channel of owners


@dataclass
class Pizza:
    """A pizza being cooked: its picture, and who owns each pixel.

    Attributes:
        picture: float32 `(size, size, 3)`, 0..1.
        owners: float32 `(size, size, classes + 1)`, shares that add up to 1.
        lenders: rows of the menu whose photos have lent something.
    """

    picture: np.ndarray
    owners: np.ndarray
    lenders: set[int]

    def cover(self, alpha: np.ndarray, picture: np.ndarray, code: int, where=np.s_[:]):
        """Lays something of an ingredient over the pixels at `where`."""
        alpha = alpha[..., None]
        self.picture[where] += alpha * (picture - self.picture[where])
        self.owners[where] *= 1 - alpha
        self.owners[where][..., code] += alpha[..., 0]


def cook(bank: Bank, portions: dict[int, float], seed: int) -> Pizza:
    """Cooks a pizza.

    Args:
        bank: the pieces.
        portions: amounts by ingredient's code; 1 is what a photo shows.
        seed: which pieces, and where they lie.

    Returns:
        The pizza. An ingredient that no photo of the bank shows is left out.
    """
    portions = {
        code: amount
        for code, amount in portions.items()
        if amount > 0 and len(bank.showing(code))
    }
    rng = np.random.default_rng([seed, 0])
    base = int(rng.integers(len(bank.photos)))
    turn = int(rng.integers(8))
    pizza = Pizza(
        turned(bank.photos[base], turn).copy(),
        turned(bank.owners[base], turn).copy(),
        {int(bank.pizza[base])},
    )
    pizza.owners[..., 0] = 1 - pizza.owners[..., TABLE]
    pizza.owners[..., 1:TABLE] = 0
    pizza.cover(bank.inside, spread_dough(bank, base, turn), 0)
    grounds = [code for code in portions if bank.kinds[code] == "ground"]
    for code in sorted(grounds, key=lambda code: bank.coverage[code]):
        rng = np.random.default_rng([seed, code])
        lay_ground(bank, pizza, code, choose_photo(bank, pizza, code, rng), rng)
    toppings = [code for code in portions if bank.kinds[code] != "ground"]
    room = bank.crowding(portions)
    for code in sorted(toppings, key=lambda code: _height(bank, code)):
        rng = np.random.default_rng([seed, code])
        photo = choose_photo(bank, pizza, code, rng)
        if bank.kinds[code] == "drizzle":
            lay_drizzle(bank, pizza, code, photo, portions[code], rng)
        else:
            share = bank.coverage[code] * room * portions[code] ** 0.8
            lay_pieces(bank, pizza, code, photo, share, rng)
    return pizza


def choose_photo(bank, pizza, code, rng) -> int:
    """Chooses the photo that lends an ingredient: rather one that shows much of it."""
    shown = bank.showing(code)
    seen = bank.shares[shown, code] + 1e-6
    photo = int(rng.choice(shown, p=seen / seen.sum()))
    pizza.lenders.add(int(bank.pizza[photo]))
    return photo


def turned(x: np.ndarray, turn: int) -> np.ndarray:
    """Turns by quarters, and mirrors from the fourth `turn` on."""
    x = np.rot90(x, turn % 4)
    return x[:, ::-1] if turn >= 4 else x


def _height(bank: Bank, code: int):
    """Large pieces lie below small ones, drizzles on top."""
    if bank.kinds[code] == "drizzle":
        return 1, 0
    return 0, -bank.typical_area(code)


def lay_pieces(bank, pizza, code, photo, share, rng):
    """Lays a photo's pieces until they cover a part `share` of the filling."""
    pieces = bank.pieces(code, photo)
    if not pieces:
        return
    wanted = share * bank.inside.sum()
    areas = np.array([piece.area for piece in pieces])
    order = rng.choice(len(pieces), MOST, p=areas / areas.sum())
    side, laid, places = bank.size, 0.0, np.empty((0, 2))
    for index in order:
        piece = pieces[index]
        # The last piece is laid as often as it fits.
        if laid + piece.area / 2 > wanted and rng.uniform() > (wanted - laid) / (
            piece.area + 1e-6
        ):
            break
        turn = int(rng.integers(8))
        alpha, picture = turned(piece.alpha, turn), turned(piece.picture, turn)
        half = max(alpha.shape) / side
        reach = max(0.05, bank.filling - 0.8 * half)
        radius = reach * np.sqrt(rng.uniform(size=CANDIDATES))
        angle = rng.uniform(0, 2 * np.pi, CANDIDATES)
        candidates = np.stack([radius * np.cos(angle), radius * np.sin(angle)], -1)
        best = 0
        if len(places):
            gaps = ((candidates[:, None] - places[None]) ** 2).sum(-1).min(1)
            best = int(gaps.argmax())
        places = np.append(places, candidates[best : best + 1], axis=0)
        top, left = np.rint((candidates[best] + 1) * side / 2).astype(int)
        top -= alpha.shape[0] // 2
        left -= alpha.shape[1] // 2
        _paste(pizza, alpha, picture, code, top, left, bank.inside)
        laid += piece.area


def _paste(pizza, alpha, picture, code, top, left, inside):
    side = len(inside)
    rows = slice(max(0, top), min(side, top + alpha.shape[0]))
    columns = slice(max(0, left), min(side, left + alpha.shape[1]))
    part = np.s_[
        rows.start - top : rows.stop - top, columns.start - left : columns.stop - left
    ]
    where = np.s_[rows, columns]
    pizza.cover(alpha[part] * inside[where], picture[part], code, where)


def lay_drizzle(bank, pizza, code, photo, amount, rng):
    """Lays a photo's whole pattern, turned; twice for a double portion."""
    for _ in range(max(1, round(amount))):
        turn = int(rng.integers(8))
        share = turned(bank.owners[photo, :, :, code], turn)
        alpha = np.clip((share - 0.2) / 0.5, 0, 1) * bank.inside
        pizza.cover(alpha, turned(bank.photos[photo], turn), code)


def lay_ground(bank, pizza, code, photo, rng):
    """Spreads a sauce or a cheese over the filling, as dense as on a photo."""
    turn = int(rng.integers(8))
    picture, density = spread(bank, photo, code)
    alpha = bank.inside * turned(density, turn)
    pizza.cover(alpha, turned(picture, turn), code)


def spread(bank: Bank, i: int, code: int) -> tuple[np.ndarray, np.ndarray]:
    """Spreads what a photo shows of a ground over the whole filling.

    Where something else lies on the photo, the ground of another turn of it is seen:
    texture stays texture. What no turn shows has the mean colour around.

    Args:
        bank: the pieces.
        i: the photo.
        code: the ground.

    Returns:
        A picture, and how dense the ground lies among the grounds of the photo.
    """
    key = i, code
    if key not in bank._spread:
        grounds = [c for c, kind in bank.kinds.items() if kind == "ground"]
        mine = bank.owners[i, :, :, code]
        ground = bank.owners[i][..., grounds].sum(-1)
        seen = np.clip((ground - 0.4) / 0.4, 0, 1) * bank.inside
        own = np.clip((mine - 0.3) / 0.4, 0, 1) * bank.inside
        picture = fill(bank.photos[i], own)
        below = [c for c in grounds if bank.coverage[c] < bank.coverage[code]]
        if any(c in bank.menu.recipes[bank.pizza[i]] for c in below):
            density = fill(np.clip(mine / (ground + 1e-6), 0, 1)[..., None], seen)
            density = np.clip(density[..., 0], 0, 1)
        else:
            density = np.ones_like(mine)
        bank._spread[key] = picture, density
    return bank._spread[key]


def fill(picture: np.ndarray, seen: np.ndarray) -> np.ndarray:
    """Fills what is not seen from other turns of the picture, moved a little, and what
    none of them shows by the colour nearby."""
    weight = seen[..., None] ** 2
    total, filled = weight.copy(), weight * picture
    side = len(picture)
    for turn in range(1, 16):
        # Moved as well, since turns about the centre all show the same centre.
        step = 0 if turn < 8 else side // 8
        moved = [
            np.roll(turned(x, turn % 8), (step, (turn % 3 - 1) * step), (0, 1))
            for x in (weight, picture)
        ]
        share = moved[0] * np.clip(1 - total, 0, 1)
        filled += share * moved[1]
        total += share
    rest = np.clip(1 - total, 0, 1)
    for sigma in (1, 2, 4, 8, 16, 32, 64):
        density = gaussian_filter(weight, (sigma, sigma, 0))
        near = gaussian_filter(weight * picture, (sigma, sigma, 0)) / (density + 1e-6)
        share = rest * np.clip(density * 20, 0, 1)
        filled += share * near
        rest = rest - share
    mean = (weight * picture).sum((0, 1)) / (weight.sum((0, 1)) + 1e-6)
    return filled + rest * mean


def spread_dough(bank: Bank, i: int, turn: int) -> np.ndarray:
    """Spreads dough inside the crust: the colour of its inner side, and grain."""
    if i not in bank._dough:
        side = bank.size
        inner = (bank.radius > bank.filling) & (bank.radius < bank.filling + 0.06)
        weight = bank.owners[i, :, :, 0] * inner
        total = weight.sum() + 1e-6
        mean = (weight[..., None] * bank.photos[i]).sum((0, 1)) / total
        rng = np.random.default_rng(i)
        grain = gaussian_filter(rng.standard_normal((side, side)), side / 150)
        coarse = gaussian_filter(rng.standard_normal((side, side)), side / 20)
        grain = 0.03 * grain / grain.std() + 0.02 * coarse / coarse.std()
        bank._dough[i] = np.clip(mean * (1 + grain[..., None]), 0, 1).astype("float32")
    return turned(bank._dough[i], turn)


def cook_each(bank: Bank, recipes: np.ndarray, seeds: list[int]) -> np.ndarray:
    """Cooks each recipe with each seed.

    Args:
        bank: the pieces.
        recipes: recipe matrices `(n, longest, classes)`, or as many strips of a pizza
            side by side, `(n, strips, longest, classes)`.
        seeds: see `cook`.

    Returns:
        uint8 `(n, seeds, size, size, 3)`.
    """
    size = bank.size
    cooked = np.empty((len(recipes), len(seeds), size, size, 3), "uint8")
    for i, recipe in enumerate(recipes):
        strips = recipe if recipe.ndim == 3 else recipe[None]
        for j, seed in enumerate(seeds):
            pizzas = [cook(bank, portions(strip), seed).picture for strip in strips]
            cooked[i, j] = to_uint8(side_by_side(pizzas))
    return cooked


def side_by_side(whole: list[np.ndarray]) -> np.ndarray:
    """Joins vertical strips, the first of the first and so on.

    Pizzas cooked with one seed have the same crust, so that their strips fit together.

    Args:
        whole: pictures or labels of one size.
    """
    size = whole[0].shape[1]
    strip_at = np.arange(size) * len(whole) // size
    return np.stack(whole)[strip_at, :, np.arange(size)].swapaxes(0, 1)


def portions(recipe: np.ndarray) -> dict[int, float]:
    """Amounts by code of a recipe matrix `(longest, classes)`."""
    amounts = recipe.sum(axis=0)
    return {code: float(amounts[code]) for code in np.flatnonzero(amounts) if code}
