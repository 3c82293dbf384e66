"""The pieces of a menu: what its photos show of each ingredient, cut out by maps.

An ingredient lies on a pizza in one of three ways. A ground (sauce, cheese) fills what
nothing else covers; a drizzle is one connected pattern; all else are pieces.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from PIL import Image
from scipy import ndimage
from sklearn.cluster import KMeans

import renderer
from menus.menu import Menu
from owners import maps
from owners.table import distances, find_table
from renderer.kinds import Cheese, Sauce

CUT = 0.5  # share of a pixel above which it belongs to a piece
SMALLEST = 2.0  # pixels of a piece; what is smaller is a crumb of a wrong map
LARGEST = 2.5  # times a typical piece; what is larger is several that touch
GUIDE = 1e-3  # variance of colour below which a map does not follow it
CROWDED = 3  # toppings that lie on a pizza as if alone; more of them share the room
EVERYWHERE = 0.6  # part of the filling within reach of a ground
CONNECTED = 0.5  # of a drizzle, the part that its largest pieces make up


@dataclass(frozen=True)
class Piece:
    """One piece, cut out of a photo.

    Attributes:
        picture: float32 `(height, width, 3)`, 0..1.
        alpha: float32 `(height, width)`, how much of each pixel it covers.
        area: pixels that it covers.
    """

    picture: np.ndarray
    alpha: np.ndarray
    area: float


@dataclass(frozen=True)
class Bank:
    """Photos of a menu with their owner maps, and the pieces on them.

    Args:
        menu: the menu.
        photos: float32 `(photos, size, size, 3)`, 0..1.
        owners: float32 `(photos, size, size, classes + 1)`: shares of the dough (0), of
            the ingredients by code, and last of the table.
        pizza: the row of the menu that each photo shows, `(photos,)`; several turns of
            one photo may be among them.
        filling: radius of the filling, in half sides of the picture.
    """

    menu: Menu
    photos: np.ndarray
    owners: np.ndarray
    pizza: np.ndarray
    filling: float

    @property
    def size(self) -> int:
        return self.photos.shape[1]

    @cached_property
    def inside(self) -> np.ndarray:
        """The filling, float32 `(size, size)`: 1 inside, 0 outside, soft between."""
        softness = 1.5 / (self.size / 2)
        return np.clip((self.filling - self.radius) / softness + 0.5, 0, 1)

    @cached_property
    def radius(self) -> np.ndarray:
        """Distance of each pixel from the centre, in half sides."""
        return distances(self.size)

    @cached_property
    def shares(self) -> np.ndarray:
        """Part of the filling that each owner covers, `(photos, classes + 1)`."""
        inside = self.inside[None, :, :, None]
        return (self.owners * inside).sum(axis=(1, 2)) / self.inside.sum()

    @cached_property
    def kinds(self) -> dict[int, str]:
        """How each ingredient lies, by code: "ground", "drizzle" or "pieces"."""
        return {code: self._kind(code) for code in range(1, self.menu.classes)}

    def _kind(self, code: int) -> str:
        for name in (self.menu.captions[code], self.menu.names[code]):
            row = renderer.INGREDIENTS.get(name.lower())
            if isinstance(row, Cheese) or (isinstance(row, Sauce) and row.base):
                return "ground"
            if isinstance(row, Sauce):
                return "drizzle"
            if row:
                return "pieces"
        shown = self.showing(code)
        if not len(shown):
            return "pieces"
        masks = self.owners[shown, :, :, code] > CUT
        reach = max(1, self.size // 16)
        near = [ndimage.binary_dilation(mask, iterations=reach) for mask in masks]
        where = self.inside > 0.5
        if np.mean([mask[where].mean() for mask in near]) > EVERYWHERE:
            return "ground" if self.shares[shown, code].mean() > 0.2 else "pieces"
        sizes = [np.sort(_component_sizes(mask))[::-1] for mask in masks]
        largest = sum(s[:3].sum() for s in sizes)
        few = largest > CONNECTED * max(1, sum(s.sum() for s in sizes))
        return "drizzle" if few and self.shares[shown, code].mean() > 0.05 else "pieces"

    def showing(self, code: int) -> np.ndarray:
        """Photos whose recipe has an ingredient."""
        has = [code in self.menu.recipes[i] for i in self.pizza]
        return np.flatnonzero(has)

    @cached_property
    def coverage(self) -> np.ndarray:
        """Part of the filling that one portion covers where there is room,
        `(classes,)`."""
        found = np.zeros(self.menu.classes)
        for code in range(1, self.menu.classes):
            shown = self.showing(code)
            if not len(shown):
                continue
            recipes = [self.menu.recipes[i] for i in self.pizza[shown]]
            portions = np.array([r.count(code) ** 0.8 for r in recipes])
            room = np.array([self.crowding(recipe) for recipe in recipes])
            found[code] = np.quantile(self.shares[shown, code] / portions / room, 0.75)
        return found

    def crowding(self, recipe) -> float:
        """How many of their pieces toppings lie with, at most 1, if they share room."""
        toppings = {code for code in recipe if self.kinds[code] != "ground"}
        return min(1.0, (CROWDED / max(1, len(toppings))) ** 0.3)

    def pieces(self, code: int, photo: int) -> list[Piece]:
        """Cuts out the pieces of an ingredient on a photo."""
        if (code, photo) not in self._cut:
            labels = self._components(code, photo)
            apart = _split(labels, self.typical_area(code))
            share = self.owners[photo, :, :, code] * self.inside
            self._cut[code, photo] = _cut_out(self.photos[photo], share, apart)
        return self._cut[code, photo]

    def typical_area(self, code: int) -> float:
        """Pixels of a piece that lies alone: as on photos where few pieces touch."""
        if code not in self._typical:
            found = [_typical(self._components(code, i)) for i in self.showing(code)]
            found = [area for area in found if area]
            self._typical[code] = float(np.quantile(found, 0.25)) if found else 1.0
        return self._typical[code]

    def _components(self, code: int, photo: int) -> np.ndarray:
        share = self.owners[photo, :, :, code] * self.inside
        return ndimage.label(share > CUT)[0]

    @cached_property
    def _cut(self) -> dict[tuple[int, int], list[Piece]]:
        return {}

    @cached_property
    def _typical(self) -> dict[int, float]:
        return {}

    @cached_property
    def _spread(self) -> dict:
        return {}

    @cached_property
    def _dough(self) -> dict:
        return {}


def load_bank(menu: Menu, size: int, rows: list[int] | None = None) -> Bank:
    """Cuts up a menu's photos by the maps of `toppings.py`.

    Args:
        menu: the menu.
        size: pixels a side to which photos and maps are brought.
        rows: photos to take; all by default. What is not among them lends nothing.

    Raises:
        InputError: the maps are missing, or are of other photos or recipes by now.
    """
    found = maps.read_maps(menu)
    rows = list(range(len(menu.rows))) if rows is None else rows
    photos = np.stack([maps.read_square(menu, row, size) for row in rows])
    owners = [
        photo_owners(menu, found, row, photo)
        for row, photo in zip(rows, photos, strict=True)
    ]
    return Bank(menu, photos, np.stack(owners), np.array(rows), found.filling)


def photo_owners(
    menu: Menu, found: maps.OwnerMaps, row: int, photo: np.ndarray
) -> np.ndarray:
    """Brings the map of a photo to the photo's size, and tells the table.

    Args:
        menu: the menu.
        found: its maps.
        row: the pizza's row.
        photo: float32 `(size, size, 3)`, 0..1.

    Returns:
        Shares of all owners, float32 `(size, size, classes + 1)`.
    """
    table = find_table(photo)
    shares = found.shares[row].transpose(2, 0, 1)
    shares = np.stack([_enlarge(share, photo) for share in shares])
    shares = shares / (shares.sum(axis=0) + 1e-6) * (1 - table)
    owners = np.zeros((*photo.shape[:2], menu.classes + 1), "float32")
    owners[..., found.codes[row]] = shares.transpose(1, 2, 0)
    owners[..., -1] = table
    return owners


def _enlarge(share: np.ndarray, photo: np.ndarray) -> np.ndarray:
    """Brings a map to a photo's size; a larger one follows the photo's edges.

    By a guided filter: within a window the share is a linear function of the photo's
    colours (He, Sun & Tang 2013, "Guided image filtering"), here of each by itself.
    """
    size, side = len(photo), len(share)
    image = Image.fromarray(share).resize((size, size), Image.Resampling.BICUBIC)
    share = np.clip(np.asarray(image), 0, 1)
    if size < 1.5 * side:
        return share
    window = 2 * (size // side) + 1

    def mean(x):
        return ndimage.uniform_filter(x, window)

    refined = np.zeros_like(share)
    for channel in photo.transpose(2, 0, 1):
        centre, level = mean(channel), mean(share)
        variance = mean(channel**2) - centre**2
        slope = (mean(channel * share) - centre * level) / (variance + GUIDE)
        offset = level - slope * centre
        refined += (mean(slope) * channel + mean(offset)) / 3
    return np.clip(refined, 0, 1)


def _component_sizes(mask: np.ndarray) -> np.ndarray:
    labels, _ = ndimage.label(mask)
    return np.bincount(labels.ravel())[1:]


def _typical(labels: np.ndarray) -> float | None:
    """The size of piece that most of what is seen lies in pieces up to."""
    areas = np.bincount(labels.ravel())[1:]
    areas = np.sort(areas[areas >= SMALLEST])
    if not len(areas):
        return None
    return float(areas[np.searchsorted(areas.cumsum(), areas.sum() / 2)])


def _split(labels: np.ndarray, typical: float) -> np.ndarray:
    """Splits pieces that touch: what is much larger than a piece becomes several."""
    labels, following = labels.copy(), labels.max() + 1
    areas = np.bincount(labels.ravel())
    for label in np.flatnonzero(areas > LARGEST * typical):
        if label == 0:
            continue
        pixels = np.argwhere(labels == label)
        count = min(len(pixels), round(len(pixels) / typical))
        centres = KMeans(count, n_init=1, random_state=0).fit(pixels).labels_
        labels[tuple(pixels.T)] = following + centres
        following += count
    return labels


def _cut_out(photo: np.ndarray, share: np.ndarray, labels: np.ndarray) -> list[Piece]:
    areas = np.bincount(labels.ravel())
    pieces = []
    for label, box in enumerate(ndimage.find_objects(labels), start=1):
        if box is None or areas[label] < SMALLEST:
            continue
        rows = slice(max(0, box[0].start - 1), box[0].stop + 1)
        columns = slice(max(0, box[1].start - 1), box[1].stop + 1)
        others = (labels[rows, columns] != label) & (labels[rows, columns] > 0)
        alpha = np.where(others, 0, np.clip((share[rows, columns] - 0.2) / 0.5, 0, 1))
        picture = photo[rows, columns]
        pieces.append(Piece(picture, alpha.astype("float32"), float(alpha.sum())))
    return pieces
