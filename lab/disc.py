"""Finds the pizza on a photo: the disc whose colours differ most from what is around.

Which pixels are pizza and which are table is not known, nor how either is coloured;
each tells the other. As in GrabCut (Rother et al. 2004), but with a disc for a shape:

1. from a first guess of the disc, count the colours inside and outside it;
2. each pixel's colour then speaks for the one or the other, by so much;
3. the disc with the largest sum of that is the next guess; all discs are tried at
   once, as a convolution.

That settles in a few rounds. Of several first guesses the best result counts: the one
whose colours tell inside from outside, all the way round.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from PIL import Image

CROPS = "disc", "centre"  # what a square is cropped to
RADIUS = 0.456  # of a pizza on a menu's photos, real and drawn, in sides
MOST_OFF = 0.06  # sides that a pizza may be off the centre, and is left there
LEAST_RADIUS = 0.3  # sides; a smaller pizza is cropped to
LOOK = 72  # pixels of the longer side of what is looked at
LEAST = 18  # pixels of the shorter side: a narrower strip shows no pizza
BINS = 10  # of a histogram of colours, for brightness and two contrasts each
ROUNDS = 8  # at most
RADII = np.geomspace(0.15, 0.55, 22)  # tried, in shorter sides
CLOSER = np.linspace(0.68, 1.32, 17)  # tried in a second look, in radii of the first
CLEAR = 0.8  # score with which no better disc is looked for
SURE = 0.3  # score of a disc; menus have 0.47 to 0.99, tables without a pizza up to 0.2


@dataclass(frozen=True)
class Disc:
    """A disc in pixels of its picture, and how clearly it is one, 0 to 1."""

    x: float
    y: float
    radius: float
    score: float = 0.0

    def mask(self, shape: tuple[int, int], scale: float = 1.0) -> np.ndarray:
        """Which pixels lie in it, if it were `scale` as large; 0 to 1 at the rim."""
        y, x = np.ogrid[: shape[0], : shape[1]]
        distance = np.hypot(x + 0.5 - self.x, y + 0.5 - self.y)
        return np.clip(scale * self.radius - distance + 0.5, 0, 1)


def find_disc(photo: Image.Image) -> tuple[float, float, float] | None:
    """Finds the pizza on a photo.

    Args:
        photo: RGB, of any size.

    Returns:
        Centre and radius `(x, y, radius)` in pixels of the photo, or `None` where no
        disc is clear.
    """
    first = _look(photo)
    return first and _look_closer(photo, first)


def square(photo: Image.Image, crop: str = CROPS[0]) -> tuple[Image.Image, str]:
    """Crops a photo to a square with the pizza in its middle, as on menus.

    Args:
        photo: RGB.
        crop: "disc" looks for the pizza and leaves a photo that has it in the middle
            as it is; "centre" does not look.

    Returns:
        The square, and in words where the pizza was, if it was moved to the middle.
        What lies outside of the photo repeats its edge.
    """
    side = min(photo.size)
    left, top = (photo.width - side) // 2, (photo.height - side) // 2
    middle = photo.crop((left, top, left + side, top + side))

    def is_as_on_menus(disc):
        off = np.hypot(disc[0] - photo.width / 2, disc[1] - photo.height / 2)
        return off <= MOST_OFF * side and disc[2] >= LEAST_RADIUS * side

    disc = None if crop == "centre" else _look(photo)
    if disc is None or is_as_on_menus(disc):
        return middle, ""
    disc = _look_closer(photo, disc)
    if is_as_on_menus(disc):
        return middle, ""
    x, y, radius = disc
    half = radius / (2 * RADIUS)
    left, top, right, bottom = (
        round(v) for v in (x - half, y - half, x + half, y + half)
    )
    side = right - left
    bottom = top + side
    beyond = (
        (max(0, -top), max(0, bottom - photo.height)),
        (max(0, -left), max(0, right - photo.width)),
        (0, 0),
    )
    box = max(0, left), max(0, top), min(photo.width, right), min(photo.height, bottom)
    pixels = np.pad(np.asarray(photo.crop(box)), beyond, "edge")
    words = f"cropped to the pizza found at {x:.0f}, {y:.0f}, {2 * radius:.0f} across"
    return Image.fromarray(pixels), words


def _look(photo: Image.Image) -> tuple[float, float, float] | None:
    scale = max(photo.size) / LOOK
    size = [round(length / scale) for length in photo.size]
    if min(size) < LEAST:
        return None
    found = View(photo.resize(size, Image.Resampling.BOX)).best()
    if found.score < SURE:
        return None
    return scale * found.x, scale * found.y, scale * found.radius


def _look_closer(photo: Image.Image, disc) -> tuple[float, float, float]:
    """Looks at the surroundings of a disc, larger."""
    x, y, radius = disc
    left, top = max(0, int(x - 1.6 * radius)), max(0, int(y - 1.6 * radius))
    right = min(photo.width, int(x + 1.6 * radius) + 1)
    bottom = min(photo.height, int(y + 1.6 * radius) + 1)
    scale = max(right - left, bottom - top) / LOOK
    size = [round((right - left) / scale), round((bottom - top) / scale)]
    part = photo.resize(size, Image.Resampling.BOX, (left, top, right, bottom))
    first = Disc((x - left) / scale, (y - top) / scale, radius / scale)
    found = View(part, first.radius * CLOSER).whole(first)
    return left + scale * found.x, top + scale * found.y, scale * found.radius


class View:
    """A small picture in which discs are looked for.

    Args:
        picture: RGB.
        radii: which are tried, in pixels; by default all that a pizza may have.
    """

    def __init__(self, picture: Image.Image, radii: np.ndarray | None = None):
        rgb = np.asarray(picture).astype("float64")
        self.shape = rgb.shape[:2]
        self.side = min(self.shape)
        self.radii = self.side * RADII if radii is None else radii
        red, green, blue = np.moveaxis(rgb, -1, 0)
        colours = np.stack(
            [(red + green + blue) / 6, (red - green) / 2, (red + green) / 4 - blue / 2]
        )
        self.warmth = (colours[1] + colours[2]) / (colours[0] + 10)
        low, high = np.percentile(colours, [1, 99], axis=(1, 2))
        span = np.maximum(high - low, 20)[:, None, None]  # of 255: noise is no colour
        middle = ((low + high) / 2)[:, None, None]
        bins = ((colours - middle) / span + 0.5) * BINS
        bins = np.clip(bins.astype(int), 0, BINS - 1)
        self.bins = np.ravel_multi_index(tuple(bins), (BINS,) * 3)

    def best(self) -> Disc:
        """Looks from several first guesses; the last are discs inside those found."""
        found = set()
        for evidence in self._guesses():
            found.add(self.settle(evidence))
            if max(disc.score for disc in found) > CLEAR:
                break
        else:
            found |= {
                self.settle(self.evidence(disc.mask(self.shape, 0.72)))
                for disc in found
            }
        return max(found, key=lambda disc: disc.score)

    def _guesses(self) -> Iterator[np.ndarray]:
        height, width = self.shape
        centre = Disc(width / 2, height / 2, 0.3 * self.side)
        yield self.evidence(centre.mask(self.shape))
        everywhere = np.ones(self.shape)
        edge = everywhere.copy()
        rim = max(1, round(0.06 * self.side))
        edge[rim:-rim, rim:-rim] = 0
        yield self.evidence(everywhere, edge)
        for share in (70, 60, 85):
            warm = self.warmth > np.percentile(self.warmth, share)
            yield self.evidence(warm.astype(float))

    def whole(self, disc: Disc) -> Disc:
        """Tells a pizza from its filling and from its plate, discs as well.

        The ring between two discs is crust if it is as warm as what it is around.
        """
        found = {
            self.settle(self.evidence(disc.mask(self.shape, scale)))
            for scale in (0.75, 1.0, 1.25)
        }
        best = max(other.score for other in found)
        smallest, *larger = sorted(
            (other for other in found if other.score > 0.7 * best),
            key=lambda other: other.radius,
        )
        for other in larger:
            inside = smallest.mask(self.shape)
            ring = np.clip(other.mask(self.shape) - inside, 0, 1)
            within, around = (
                np.average(self.warmth, weights=weights + 1e-9)
                for weights in (inside, ring)
            )
            if around > 0.5 * within or within < 0.1:  # a photo in grey tells nothing
                smallest = other
        return smallest

    def evidence(
        self, inside: np.ndarray, outside: np.ndarray | None = None
    ) -> np.ndarray:
        """How much each pixel's colour speaks for the inside: a log of a ratio."""
        outside = 1 - inside if outside is None else outside
        return np.log(self._histogram(inside) / self._histogram(outside))[self.bins]

    def settle(self, evidence: np.ndarray) -> Disc:
        """Moves and resizes a disc until it stays."""
        before = None
        for _ in range(ROUNDS):
            sums = self._sums(evidence)
            which, y, x = np.unravel_index(sums.argmax(), sums.shape)
            disc = Disc(x + 0.5, y + 0.5, self.radii[which])
            if disc == before:
                break
            before = disc
            evidence = self.evidence(disc.mask(self.shape))
        score = self._told_apart(disc) * self._all_round(disc, evidence)
        return Disc(disc.x, disc.y, disc.radius, score)

    def _histogram(self, weights: np.ndarray) -> np.ndarray:
        """Shares of the colours, blurred; none is 0."""
        counts = np.bincount(self.bins.ravel(), weights.ravel(), BINS**3)
        counts = counts.reshape((BINS,) * 3)
        for _ in range(3):  # along each axis in turn
            padded = np.pad(counts, ((1, 1), (0, 0), (0, 0)))
            counts = (padded[:-2] + 2 * padded[1:-1] + padded[2:]) / 4
            counts = counts.transpose(1, 2, 0)
        return counts.ravel() / max(counts.sum(), 1e-9) + 1e-5

    def _sums(self, evidence: np.ndarray) -> np.ndarray:
        """Sums over all discs, `(radii, height, width)`."""
        kernels, padded = self._kernels
        products = np.fft.rfft2(evidence, padded) * kernels
        height, width = self.shape
        return np.fft.irfft2(products, padded)[:, :height, :width]

    @cached_property
    def _kernels(self) -> tuple[np.ndarray, tuple[int, int]]:
        room = int(self.radii.max()) + 2  # so that no disc reaches round the edge
        # Fourier transforms are fast of lengths with small factors.
        height, width = (-(-(length + room) // 16) * 16 for length in self.shape)
        y = np.minimum(np.arange(height), height - np.arange(height))[:, None]
        x = np.minimum(np.arange(width), width - np.arange(width))
        discs = np.clip(self.radii[:, None, None] - np.hypot(y, x) + 0.5, 0, 1)
        return np.fft.rfft2(discs), (height, width)

    def _told_apart(self, disc: Disc) -> float:
        """Information of a pixel's colour on which side it lies, of all there is."""
        inside = disc.mask(self.shape)
        share = np.clip(inside.mean(), 1e-6, 1 - 1e-6)
        within, without = self._histogram(inside), self._histogram(1 - inside)
        either = share * within + (1 - share) * without
        known = inside * np.log(within / either)[self.bins]
        known += (1 - inside) * np.log(without / either)[self.bins]
        entropy = -share * np.log(share) - (1 - share) * np.log(1 - share)
        return float(known.mean() / entropy)

    def _all_round(self, disc: Disc, evidence: np.ndarray) -> float:
        """Share of the circumference across which the evidence changes its sign."""
        height, width = self.shape
        angle = np.linspace(0, 2 * np.pi, 72, endpoint=False)
        sums, seen = [], True
        for rings in ((0.8, 0.87, 0.94), (1.08, 1.15, 1.22)):
            total = 0
            for ring in rings:
                x = (disc.x + ring * disc.radius * np.cos(angle)).astype(int)
                y = (disc.y + ring * disc.radius * np.sin(angle)).astype(int)
                within = (x >= 0) & (x < width) & (y >= 0) & (y < height)
                x, y = np.clip(x, 0, width - 1), np.clip(y, 0, height - 1)
                total = total + within * evidence[y, x]
                if ring == 1.08:
                    seen = within
            sums.append(total)
        return float(np.mean((sums[0] > 0) & (sums[1] < 0) & seen))
