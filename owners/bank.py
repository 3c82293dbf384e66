"""The bank: photos of a menu with their owner maps, and what they say of each
ingredient: how it lies, how much of it a portion is, and its pieces."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import ndimage

import renderer
from menus.coverage import few_photos
from menus.menu import Menu
from owners import maps
from owners.enlarge import enlarge
from owners.light import LEVELS, LUMINANCE
from owners.pieces import CUT, Piece, cut_out, find_pieces, typical_area, wholeness
from owners.portions import find_portions
from owners.table import distances
from renderer.kinds import Cheese, Sauce

EVERYWHERE = 0.6  # part of the filling within reach of a ground
WHOLE = 6  # power of pieces' wholeness: how much rather a photo without fragments lends
CONNECTED = 0.5  # of a drizzle, the part that its largest pieces make up
PHOTOS = 60  # of a large menu; 20 teach a network as well, and each takes 10 MiB


@dataclass(frozen=True)
class Bank:
    """Photos of a menu with their owner maps, and the pieces on them.

    An ingredient lies on a pizza in one of three ways. A ground (sauce, cheese) fills
    what nothing else covers; a drizzle is one connected pattern; all else are pieces.

    Args:
        menu: the menu.
        photos: float32 `(photos, size, size, 3)`, 0..1.
        owners: for each photo, shares `(size, size)` by owner: the dough (0), codes of
            its ingredients, and for the table the number of classes; float32, 0..1.
        pizza: the row of the menu that each photo shows, `(photos,)`; several turns of
            one photo may be among them.
        filling: radius of the filling, in half sides of the picture.
    """

    menu: Menu
    photos: np.ndarray
    owners: list[dict[int, np.ndarray]]
    pizza: np.ndarray
    filling: float

    @property
    def size(self) -> int:
        return self.photos.shape[1]

    @property
    def table(self) -> int:
        """The table's code."""
        return self.menu.classes

    @cached_property
    def inside(self) -> np.ndarray:
        """The filling, float32 `(size, size)`: 1 inside, 0 outside, soft between."""
        softness = 1.5 / (self.size / 2)
        return np.clip((self.filling - self.radius) / softness + 0.5, 0, 1)

    @cached_property
    def radius(self) -> np.ndarray:
        """Distance of each pixel from the centre, in half sides."""
        return distances(self.size)

    def share(self, photo: int, code: int) -> np.ndarray:
        """An owner's share of each pixel of a photo, `(size, size)`."""
        if code in self.owners[photo]:
            return self.owners[photo][code]
        return np.zeros((self.size, self.size), "float32")

    @cached_property
    def shares(self) -> np.ndarray:
        """Part of the filling that each owner covers, `(photos, classes + 1)`."""
        found = np.zeros((len(self.photos), self.menu.classes + 1))
        for photo, owners in enumerate(self.owners):
            for code, share in owners.items():
                found[photo, code] = (share * self.inside).sum() / self.inside.sum()
        return found

    @cached_property
    def kinds(self) -> dict[int, str]:
        """How each ingredient lies, by code: "ground", "drizzle" or "pieces"."""
        return {code: self._kind(code) for code in range(1, self.menu.classes)}

    def _kind(self, code: int) -> str:
        row = self._drawn(code)
        if isinstance(row, Cheese) or (isinstance(row, Sauce) and row.base):
            return "ground"
        if row:
            return "drizzle" if isinstance(row, Sauce) else "pieces"
        shown = self.showing(code)
        if not len(shown):
            return "pieces"
        masks = [self.share(i, code) > CUT for i in shown]
        reach = max(1, self.size // 16)
        near = [ndimage.binary_dilation(mask, iterations=reach) for mask in masks]
        where = self.inside > 0.5
        seen = self.shares[shown, code].mean()
        if np.mean([mask[where].mean() for mask in near]) > EVERYWHERE:
            return "ground" if seen > 0.2 else "pieces"
        sizes = [np.sort(np.bincount(find_pieces(m).ravel())[1:])[::-1] for m in masks]
        largest = sum(s[:3].sum() for s in sizes)
        few = largest > CONNECTED * max(1, sum(s.sum() for s in sizes))
        return "drizzle" if few and seen > 0.05 else "pieces"

    def _drawn(self, code: int):
        """How the renderer draws an ingredient, if it knows its name."""
        name = renderer.known_name(self.menu.captions[code], self.menu.names[code])
        return renderer.INGREDIENTS.get(name)

    @cached_property
    def grounds(self) -> set[int]:
        return {code for code, kind in self.kinds.items() if kind == "ground"}

    @cached_property
    def on_top(self) -> set[int]:
        """Sauces of which a pattern lies above all else: drizzles, and some grounds."""
        poured = {c for c in self.kinds if getattr(self._drawn(c), "path", None)}
        return poured | {code for code, kind in self.kinds.items() if kind == "drizzle"}

    @cached_property
    def light_steps(self) -> np.ndarray:
        """Luminances between the levels of light of each owner, 0..255, float32
        `(classes + 1, LEVELS - 1)`: as many of its pixels have each level."""
        light = self.photos @ (255 * LUMINANCE)
        steps = np.zeros((self.menu.classes + 1, LEVELS - 1), "float32")
        levels = np.arange(1, LEVELS) / LEVELS
        for code in range(len(steps)):
            own = [
                light[i][owners[code] > CUT]
                for i, owners in enumerate(self.owners)
                if code in owners
            ]
            found = np.concatenate([*own, []])
            if len(found):
                steps[code] = np.quantile(found, levels)
        return steps

    def showing(self, code: int) -> np.ndarray:
        """Photos whose recipe has an ingredient."""
        has = [code in self.menu.recipes[i] for i in self.pizza]
        return np.flatnonzero(has)

    @cached_property
    def coverage(self) -> np.ndarray:
        """Part of the filling that a portion covers where there is room, `(classes,)`.

        See `find_portions`.
        """
        return find_portions(self)

    def lending(self, code: int) -> np.ndarray:
        """How likely each photo of `showing` is to lend an ingredient, 1 in all.

        Rather one that shows much of it, and of pieces one where they lie whole.
        """
        if code not in self._lending:
            shown = self.showing(code)
            weights = self.shares[shown, code] + 1e-6
            if self.kinds[code] == "pieces":
                typical = self.typical_area(code)
                whole = [wholeness(self.pieces(code, i), typical) for i in shown]
                weights = weights * np.array(whole) ** WHOLE + 1e-9
            self._lending[code] = weights / weights.sum()
        return self._lending[code]

    def pieces(self, code: int, photo: int) -> list[Piece]:
        """Cuts out the pieces of an ingredient on a photo."""
        if (code, photo) not in self._cut:
            share = self.share(photo, code) * self.inside
            pieces = cut_out(self.photos[photo], share, self.typical_area(code))
            self._cut[code, photo] = pieces
        return self._cut[code, photo]

    def typical_area(self, code: int) -> float:
        """Pixels of a piece that lies alone: the median of the photos."""
        if code not in self._typical:
            shares = [self.share(i, code) * self.inside for i in self.showing(code)]
            found = list(filter(None, map(typical_area, shares)))
            # Of two photos the one whose pieces touch less.
            middle = np.quantile(found, 0.5, method="lower") if found else 1.0
            self._typical[code] = float(middle)
        return self._typical[code]

    @cached_property
    def _cut(self) -> dict[tuple[int, int], list[Piece]]:
        return {}

    @cached_property
    def _lending(self) -> dict[int, np.ndarray]:
        return {}

    @cached_property
    def _typical(self) -> dict[int, float]:
        return {}

    @cached_property
    def spread_grounds(self) -> dict:
        """What `owners/grounds.py` has spread, by photo and code."""
        return {}


def load_bank(menu: Menu, size: int, rows: list[int] | None = None) -> Bank:
    """Cuts up a menu's photos by the maps of `toppings.py`.

    Args:
        menu: the menu.
        size: pixels a side to which photos and maps are brought.
        rows: photos to choose `PHOTOS` from, if there are more; all by default. What is
            not among them lends nothing.

    Raises:
        InputError: the maps are missing, or are of other photos or recipes by now.
    """
    found = maps.read_maps(menu)
    rows = range(len(menu.rows)) if rows is None else rows
    rows = few_photos(menu, rows, PHOTOS)
    photos = np.stack([maps.read_square(menu, row, size) for row in rows])
    owners = [
        enlarge(found.shares[row], found.codes[row], photo, menu.classes)
        for row, photo in zip(rows, photos, strict=True)
    ]
    return Bank(menu, photos, owners, np.array(rows), found.filling)
