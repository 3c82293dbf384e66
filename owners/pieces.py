"""Pieces of an ingredient, cut out of a photo by its owner map."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import ndimage, spatial
from sklearn.cluster import KMeans

CUT = 0.5  # share of a pixel above which it belongs to a piece
RIM = 0.15, 0.45  # shares between which a piece fades; its shadow comes along
SMALLEST = 4.0  # pixels of a piece; what is smaller is a crumb of a wrong map
SOME = 30  # pixels of each piece, to find the middles of those that touch
LARGEST = 2.5  # times a typical piece; what is larger is several that touch


@dataclass(frozen=True)
class Piece:
    """One piece, cut out of a photo.

    Attributes:
        picture: float32 `(height, width, 3)`, 0..1.
        alpha: float32 `(height, width)`, how much of each pixel it covers.
        mask: bool `(height, width)`, whose pixels are its own.
    """

    picture: np.ndarray
    alpha: np.ndarray
    mask: np.ndarray

    @property
    def area(self) -> float:
        """Pixels that it covers."""
        return float(self.alpha.sum())

    @cached_property
    def solidity(self) -> float:
        """Part of its convex hull that it fills. What others lay on has gnawed it."""
        pixels = np.argwhere(self.mask)
        corners = (pixels[:, None] + [[0, 0], [0, 1], [1, 0], [1, 1]]).reshape(-1, 2)
        return float(len(pixels) / spatial.ConvexHull(corners).volume)


def cut_out(photo: np.ndarray, share: np.ndarray, typical: float) -> list[Piece]:
    """Cuts the pieces of an ingredient out of a photo.

    Args:
        photo: float32 `(size, size, 3)`, 0..1.
        share: the ingredient's share of each pixel, `(size, size)`.
        typical: pixels of a piece; what is much larger becomes several.
    """
    labels = _split(find_pieces(share), typical)
    areas = np.bincount(labels.ravel())
    pieces = []
    for label, box in enumerate(ndimage.find_objects(labels), start=1):
        if box is None or areas[label] < SMALLEST:
            continue
        rows = slice(max(0, box[0].start - 2), box[0].stop + 2)
        columns = slice(max(0, box[1].start - 2), box[1].stop + 2)
        own = labels[rows, columns]
        alpha = fade(share[rows, columns], *RIM) * np.isin(own, (0, label))
        pieces.append(Piece(photo[rows, columns], alpha, own == label))
    return pieces


def find_pieces(share: np.ndarray) -> np.ndarray:
    """Numbers connected pixels of an ingredient from 1 on; 0 for all other pixels."""
    return ndimage.label(share > CUT)[0]


def fade(share: np.ndarray, low: float, high: float) -> np.ndarray:
    """0 up to a share `low`, 1 from `high` on, and even between."""
    return np.clip((share - low) / (high - low), 0, 1)


def typical_area(share: np.ndarray) -> float | None:
    """The size of piece that most of what is seen lies in pieces up to."""
    areas = np.bincount(find_pieces(share).ravel())[1:]
    areas = np.sort(areas[areas >= SMALLEST])
    if not len(areas):
        return None
    return float(areas[np.searchsorted(areas.cumsum(), areas.sum() / 2)])


def wholeness(pieces: list[Piece], typical: float) -> float:
    """How whole pieces are, 0..1: of a typical size, and solid.

    Of what other pieces half hide, fragments are cut out.
    """
    if not pieces:
        return 0.0
    areas = np.array([piece.area for piece in pieces])
    solid = np.array([piece.solidity for piece in pieces])
    return float(np.average(solid * np.minimum(1, areas / typical), weights=areas))


def _split(labels: np.ndarray, typical: float) -> np.ndarray:
    """Splits pieces that touch: what is much larger than a piece becomes several."""
    labels, following = labels.copy(), labels.max() + 1
    areas = np.bincount(labels.ravel())
    for label in np.flatnonzero(areas > LARGEST * typical):
        if label == 0:
            continue
        pixels = np.argwhere(labels == label)
        count = min(len(pixels), round(len(pixels) / typical))
        # Some pixels are enough to find the middles, and a few rounds.
        some = pixels[:: max(1, len(pixels) // (SOME * count))]
        middles = KMeans(count, n_init=1, max_iter=10, random_state=0).fit(some)
        labels[tuple(pixels.T)] = following + middles.predict(pixels)
        following += count
    return labels
