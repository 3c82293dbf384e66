"""Cooks pizzas of any recipe from a menu's pieces, without a network.

Dough and grounds are spread by their own texture, pieces are laid anew, as many as a
portion is. Each ingredient has a random stream of its own: where the ham lies does not
change when olives come along.
"""

import math
from dataclasses import dataclass

import numpy as np

from owners.bank import Bank
from owners.grounds import patches, spread, turned
from owners.pieces import CUT, fade
from owners.portions import crowding

CANDIDATES = 6  # places tried for a piece; the one farthest from its like is taken
MOST = 500  # pieces of one ingredient
RUNS_OVER = 0.5  # part of the filling where much more cheese covers pieces
SOLID = 6  # power of solidity: how much rather a whole piece is laid than a torn one


@dataclass
class Pizza:
    """A pizza being cooked: its picture, and who owns each pixel.

    Attributes:
        picture: float32 `(size, size, 3)`, 0..1.
        labels: uint8 `(size, size)`: 0 for the dough, codes of ingredients, and for the
            table the number of classes.
        lenders: rows of the menu whose photos have lent something.
    """

    picture: np.ndarray
    labels: np.ndarray
    lenders: set[int]

    def cover(self, code: int, picture, alpha, mask, where=np.s_[:]):
        """Lays something of an ingredient over the pixels at `where`.

        Args:
            code: the ingredient.
            picture: what it looks like, `(height, width, 3)`.
            alpha: how much of each pixel it covers, `(height, width)`.
            mask: whose pixels are its own from now on, bool `(height, width)`.
            where: rows and columns.
        """
        self.picture[where] += alpha[..., None] * (picture - self.picture[where])
        self.labels[where][mask] = code


def cook(
    bank: Bank, portions: dict[int, float], seed: int, crust_for: set[int] | None = None
) -> Pizza:
    """Cooks a pizza.

    Args:
        bank: the pieces.
        portions: amounts by ingredient's code; 1 is what a photo shows.
        seed: which pieces, and where they lie.
        crust_for: codes of grounds that the crust shall belong to; those of `portions`
            by default.

    Returns:
        The pizza. An ingredient that no photo of the bank shows is left out.
    """
    portions = {
        code: amount
        for code, amount in portions.items()
        if amount > 0 and len(bank.showing(code))
    }
    grounds = sorted(bank.grounds & set(portions), key=lambda c: bank.coverage[c])
    rng = np.random.default_rng([seed, 0])
    base = choose_base(bank, set(grounds) if crust_for is None else crust_for, rng)
    turn = int(rng.integers(8))
    table = turned(bank.share(base, bank.table), turn) > CUT
    pizza = Pizza(
        turned(bank.photos[base], turn).copy(),
        np.where(table, bank.table, 0).astype("uint8"),
        {int(bank.pizza[base])},
    )
    lent = {}
    for code in [0, *grounds]:
        rng = np.random.default_rng([seed, code])
        photo = base
        if code and base not in bank.showing(code):
            photo = choose_photo(bank, pizza, code, rng)
        lent[code] = photo
        part = min(1.0, portions.get(code, 1.0))
        lay_ground(bank, pizza, code, photo, turn, part, (seed, code))
    room, placed = crowding(bank, portions), []
    for code in (code for code in portions if bank.kinds[code] == "pieces"):
        rng = np.random.default_rng([seed, code])
        photo = choose_photo(bank, pizza, code, rng)
        share = bank.coverage[code] * room * portions[code] ** 0.8
        pieces = place_pieces(bank, code, photo, share, rng)
        # Large pieces lie below small ones; but each second piece is laid later, so
        # that no ingredient lies wholly below another.
        area = bank.typical_area(code)
        placed += [(i % 2, -area, code, *piece) for i, piece in enumerate(pieces)]
    for _, _, code, *piece in sorted(placed, key=lambda p: p[:3]):
        lay_piece(bank, pizza, code, *piece)
    if len(grounds) > 1 and portions[grounds[-1]] > 1:  # more cheese runs over pieces
        code = grounds[-1]
        part = RUNS_OVER * (1 - 1 / portions[code])
        lay_ground(bank, pizza, code, lent[code], turn, part, (seed, code, 1))
    for code in sorted(bank.on_top & set(portions)):
        rng = np.random.default_rng([seed, code])
        photo = choose_photo(bank, pizza, code, rng, lines_of(bank, code))
        lay_drizzle(bank, pizza, code, photo, portions[code], rng, seed)
    return pizza


def prepare(bank: Bank):
    """Cuts all pieces and spreads all grounds, so that no pizza waits for them."""
    for code in bank.kinds:
        if len(bank.showing(code)):
            bank.lending(code)
    for photo, row in enumerate(bank.pizza):
        for code in [0, *sorted(bank.grounds.intersection(bank.menu.recipes[row]))]:
            spread(bank, photo, code)


def choose_base(bank: Bank, grounds: set[int], rng) -> int:
    """Chooses the photo that lends the crust: one of those whose grounds are likest.

    Sauce and cheese of one photo belong together, and to its crust. Each photo draws a
    lot, however likely it is (the Gumbel-max trick): so a pizza that loses a sauce
    keeps its crust, if that still fits.
    """
    recipes = [bank.grounds & set(bank.menu.recipes[i]) for i in bank.pizza]
    alike = [len(grounds & r) / max(1, len(grounds | r)) for r in recipes]
    seen = bank.shares[:, sorted(grounds)].sum(axis=1) ** 2
    weights = seen * (np.array(alike) == max(alike)) + 1e-9
    return int(np.argmax(np.log(weights) + rng.gumbel(size=len(weights))))


def lines_of(bank: Bank, code: int) -> np.ndarray:
    """How likely each photo of `Bank.showing` is to lend the lines of a sauce.

    A sauce that is a ground too is seen everywhere on a photo without cheese: so one
    with cheese lends its lines, if there is any.
    """
    chances = bank.lending(code)
    if code in bank.grounds:
        recipes = [bank.menu.recipes[bank.pizza[i]] for i in bank.showing(code)]
        covered = [len(bank.grounds.intersection(recipe)) > 1 for recipe in recipes]
        if any(covered):
            chances = chances * covered / (chances * covered).sum()
    return chances


def choose_photo(bank: Bank, pizza: Pizza, code: int, rng, chances=None) -> int:
    """Chooses the photo that lends an ingredient, and notes it.

    Args:
        bank: the pieces.
        pizza: the pizza that it is for.
        code: the ingredient.
        rng: the random stream.
        chances: of the photos that show it; `Bank.lending` by default.
    """
    chances = bank.lending(code) if chances is None else chances
    photo = int(rng.choice(bank.showing(code), p=chances))
    pizza.lenders.add(int(bank.pizza[photo]))
    return photo


def place_pieces(bank: Bank, code: int, photo: int, share: float, rng) -> list[tuple]:
    """Chooses a photo's pieces until they make up a part `share` of the filling.

    Returns:
        Of each the piece, how it is turned, and the row and column of its middle.
    """
    pieces, placed = bank.pieces(code, photo), []
    if not pieces:
        return placed
    wanted, laid = share * bank.inside.sum(), 0.0
    areas = np.array([piece.area for piece in pieces])
    weights = areas**2 * np.array([piece.solidity for piece in pieces]) ** SOLID
    order = rng.choice(len(pieces), MOST, p=weights / weights.sum())
    places = np.empty((0, 2))
    for piece in (pieces[index] for index in order):
        # The last piece is laid as often as it fits.
        if laid + piece.area / 2 > wanted and rng.uniform() > (wanted - laid) / (
            piece.area + 1e-6
        ):
            break
        turn = int(rng.integers(8))
        half = max(piece.alpha.shape) / bank.size
        reach = max(0.05, bank.filling - 0.8 * half)
        radius = reach * np.sqrt(rng.uniform(size=CANDIDATES))
        angle = rng.uniform(0, 2 * np.pi, CANDIDATES)
        candidates = np.stack([radius * np.cos(angle), radius * np.sin(angle)], -1)
        best = 0
        if len(places):
            gaps = ((candidates[:, None] - places[None]) ** 2).sum(-1).min(1)
            best = int(gaps.argmax())
        places = np.append(places, candidates[best : best + 1], axis=0)
        middle = np.rint((candidates[best] + 1) * bank.size / 2).astype(int)
        placed.append((piece, turn, *middle))
        laid += piece.area
    return placed


def lay_piece(bank, pizza, code, piece, turn, row, column):
    """Lays a piece; what would lie outside the filling is cut off."""
    picture, alpha, mask = (
        turned(x, turn) for x in (piece.picture, piece.alpha, piece.mask)
    )
    height, width = mask.shape
    top, left, side = row - height // 2, column - width // 2, bank.size
    rows = slice(max(0, top), min(side, top + height))
    columns = slice(max(0, left), min(side, left + width))
    part = np.s_[
        rows.start - top : rows.stop - top, columns.start - left : columns.stop - left
    ]
    inside = bank.inside[rows, columns]
    where, own = np.s_[rows, columns], mask[part] & (inside > CUT)
    pizza.cover(code, picture[part], alpha[part] * inside, own, where)


def lay_drizzle(bank, pizza, code, photo, amount, rng, seed):
    """Lays a photo's whole pattern, turned, for each portion; of a part, patches."""
    for number in range(math.ceil(amount)):
        turn = int(rng.integers(8))
        share = turned(bank.share(photo, code), turn) * bank.inside
        if amount - number < 1:
            share = share * patches(bank.size, amount - number, (seed, code))
        picture = turned(bank.photos[photo], turn)
        pizza.cover(code, picture, fade(share, 0.2, 0.7), share > CUT)


def lay_ground(bank, pizza, code, photo, turn, part, seed):
    """Spreads dough, a sauce or a cheese over the filling, as dense as on a photo.

    Over a part of it, below 1, in patches.
    """
    picture, density = (turned(x, turn) for x in spread(bank, photo, code))
    alpha = bank.inside * density
    if part < 1:
        alpha = alpha * patches(bank.size, part, seed)
    pizza.cover(code, picture, alpha, alpha > CUT)


def portions(recipe: np.ndarray) -> dict[int, float]:
    """Amounts by code of a recipe matrix `(longest, classes)`."""
    amounts = recipe.sum(axis=0)
    return {code: float(amounts[code]) for code in np.flatnonzero(amounts) if code}
