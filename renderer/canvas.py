"""The canvas: colour, height and gloss of a pizza seen from above, painted in layers.

Lengths are in pizza radii, so nothing here depends on the picture's size but `pixel`.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

REACH = 1.5  # half a piece's patch, in its sizes: corners of squares must fit


def smooth(low: float, high: float, x: np.ndarray) -> np.ndarray:
    """0 below `low`, 1 above `high`, a smooth step between them."""
    t = np.clip((x - low) / (high - low), 0, 1)
    return t * t * (3 - 2 * t)


def mix(a: np.ndarray, b: np.ndarray, share: np.ndarray) -> np.ndarray:
    """Colours `a` with `share`, shape `(...)`, of them replaced by `b`."""
    return a + (np.asarray(b, "float32") - a) * share[..., None]


def rgb(color: str) -> np.ndarray:
    """ "#e8d0a0" as three floats 0..1."""
    return np.array([int(color[i : i + 2], 16) for i in (1, 3, 5)], "float32") / 255


@dataclass
class Material:
    """What a shape function returns for its pieces, arrays `(pieces, k, k)`.

    Attributes:
        depth: distance to the piece's outline in its sizes, positive inside.
        colour: with a last axis of 3, floats 0..1.
        height: above the layers below it, in its sizes.
        gloss: 0 dull to 1 wet.
    """

    depth: np.ndarray
    colour: np.ndarray
    height: np.ndarray
    gloss: np.ndarray | float = 0.0


@dataclass
class Pieces:
    """Where a shape function draws: local coordinates of all pieces of an ingredient.

    Attributes:
        u, v: coordinates `(pieces, k, k)` in sizes of the piece, turned with it.
        grain: noise there, for textures and ragged edges.
        rng: draws each piece's own numbers; use `draw`.
    """

    u: np.ndarray
    v: np.ndarray
    grain: np.ndarray
    rng: np.random.Generator

    def draw(self, low: float, high: float) -> np.ndarray:
        """A number for each piece, shape `(pieces, 1, 1)`."""
        return self.rng.uniform(low, high, (len(self.u), 1, 1)).astype("float32")


class Canvas:
    """Maps `(width, width)` of a pizza: `colour` (with 3 channels), `height`, `gloss`.

    Args:
        width: pixels a side.
        radius: of the pizza, in half sides of the picture.
        centre: of the pizza `(x, y)`, from the middle, in half sides.
        owned: whether to keep `owners`.

    Attributes:
        owner: the name of what is being laid; None for what belongs to nothing, such
            as a cut.
        owners: by name, the share of each pixel that it covers, `(width, width)`; None
            if that is not kept. Shares add up to 1.
    """

    def __init__(
        self,
        width: int,
        radius: float,
        centre: tuple[float, float],
        owned: bool = False,
    ):
        self.width = width
        self.owner: str | None = None
        self.owners: dict[str, np.ndarray] | None = {} if owned else None
        self.pixel = 2 / (width * radius)  # its side in pizza radii
        axis = ((np.arange(width, dtype="float32") + 0.5) * 2 / width - 1) / radius
        self.x = axis[None, :] - np.float32(centre[0] / radius)
        self.y = axis[:, None] - np.float32(centre[1] / radius)
        self.r = np.hypot(self.x, self.y)
        self.angle = np.arctan2(self.y, self.x)
        self.colour = np.ones((width, width, 3), "float32")
        self.height = np.zeros((width, width), "float32")
        self.gloss = np.zeros((width, width), "float32")

    def cover(self, alpha, colour, height=0.0, gloss=0.0):
        """Lays a material over the whole canvas, as opaque as `alpha` says."""
        self.colour = mix(self.colour, colour, alpha)
        self.height = self.height + alpha * height
        self.gloss = self.gloss + alpha * (gloss - self.gloss)
        self._claim(np.s_[:], alpha)

    def _claim(self, where, alpha):
        """Gives a share `alpha` of the pixels at `where` to the present owner."""
        if self.owners is None or self.owner is None:
            return
        for share in self.owners.values():
            share[where] *= 1 - alpha
        if self.owner not in self.owners:
            self.owners[self.owner] = np.zeros_like(self.height)
        self.owners[self.owner][where] += alpha

    def scatter(
        self,
        places: np.ndarray,
        sizes: np.ndarray,
        shape: Callable[[Pieces], Material],
        grain: np.ndarray,
        rng: np.random.Generator,
    ):
        """Draws pieces of one shape, one over the other.

        All are computed at once, `(pieces, k, k)`, and only blended one by one.

        Args:
            places: `(pieces, 2)`, x and y of their centres.
            sizes: `(pieces,)`, their radii.
            shape: from local coordinates to a `Material`.
            grain: noise `(width, width)` that textures them.
            rng: turns them and draws their own numbers.
        """
        k = min(2 * int(np.ceil(REACH * sizes.max() / self.pixel)) + 1, self.width)
        origin = np.array([self.x[0, 0], self.y[0, 0]])
        corner = np.rint((places - origin) / self.pixel - k / 2).astype(int)
        left, top = np.clip(corner, 0, self.width - k).T
        sizes = sizes.astype("float32")[:, None, None]
        steps = np.arange(k)
        x = self.x[0][left[:, None] + steps] - places[:, :1].astype("float32")
        y = self.y[:, 0][top[:, None] + steps] - places[:, 1:].astype("float32")
        turn = rng.uniform(0, 2 * np.pi, sizes.shape).astype("float32")
        cos, sin = np.cos(turn) / sizes, np.sin(turn) / sizes
        x, y = x[:, None, :], y[:, :, None]
        windows = np.lib.stride_tricks.sliding_window_view(grain, (k, k))
        pieces = Pieces(cos * x + sin * y, cos * y - sin * x, windows[top, left], rng)

        drawn = shape(pieces)
        alpha = np.clip(drawn.depth * sizes / self.pixel + 0.5, 0, 1)
        height = drawn.height * sizes * alpha
        gloss = np.broadcast_to(np.float32(drawn.gloss), alpha.shape)
        colour = np.broadcast_to(drawn.colour, (*alpha.shape, 3))
        alpha3 = alpha[..., None]
        for i in range(len(sizes)):
            patch = np.s_[top[i] : top[i] + k, left[i] : left[i] + k]
            self.colour[patch] += alpha3[i] * (colour[i] - self.colour[patch])
            self.gloss[patch] += alpha[i] * (gloss[i] - self.gloss[patch])
            self.height[patch] += height[i]
            self._claim(patch, alpha[i])
