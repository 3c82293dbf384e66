"""Photos in, sheets out: reading photos, captioned grids, learning curves, gifs.

Pictures are uint8 arrays, `(height, width, 3)`, RGB.
"""

import math
import textwrap
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from lab import disc, photos
from utils import whole_file

CELL = 64  # a picture's least size on a sheet, in pixels
MARGIN = 2
FONT_SIZE = 11
LINE = FONT_SIZE + 2
LEFT, TOP = 200, 4 * LINE  # room for captions


def read_photo(path: Path, crop: str = disc.CROPS[0]) -> Image.Image:
    """Opens a photo of any format as upright RGB, cropped to a square.

    The article's crop of 710x380 to 380x380 is the one of a pizza in the middle.

    Args:
        path: the photo.
        crop: to what, see `disc.square`.

    Raises:
        InputError: the file is no picture, is cut short, or is absurdly large.
    """
    return disc.square(photos.open_photo(path), crop)[0]


def shrink(image: Image.Image, size: int) -> np.ndarray:
    """Reduces a square photo to `(size, size, 3)` with an anti-aliasing filter."""
    return np.asarray(image.resize((size, size), Image.Resampling.LANCZOS))


def turn(photo: np.ndarray, degrees: float) -> Image.Image:
    """Turns a square photo once: see `turns`."""
    return next(turns(photo, [degrees]))


def turns(photo: np.ndarray, degrees: Iterable[float]) -> Iterator[Image.Image]:
    """Turns a square photo counter-clockwise about its centre, borders replicated.

    Enlarged twofold once, by a bicubic filter, and from that resampled linearly for
    each angle: both faster and sharper than a bicubic filter for each.

    Args:
        photo: uint8 array `(side, side, 3)`.
        degrees: the angles.

    Yields:
        The photo turned by each, as large.
    """
    side = len(photo)
    margin = math.ceil(side * (math.sqrt(2) - 1) / 2) + 2  # the corners, and the filter
    padded = np.pad(photo, ((margin, margin), (margin, margin), (0, 0)), "edge")
    twofold = (2 * len(padded), 2 * len(padded))
    large = Image.fromarray(padded).resize(twofold, Image.Resampling.BICUBIC)
    centre = side / 2
    for angle in degrees:
        cos, sin = math.cos(math.radians(angle)), math.sin(math.radians(angle))
        to_source = (
            *(2 * cos, -2 * sin, 2 * (centre + margin - centre * (cos - sin))),
            *(2 * sin, 2 * cos, 2 * (centre + margin - centre * (sin + cos))),
        )
        yield large.transform(
            (side, side), Image.Transform.AFFINE, to_source, Image.Resampling.BILINEAR
        )


def to_uint8(pictures: np.ndarray) -> np.ndarray:
    """Pictures of floats 0..1, as the networks draw them, as uint8."""
    return np.clip(np.rint(np.asarray(pictures) * 255.0), 0, 255).astype("uint8")


def sheet(
    rows: list[list[np.ndarray | None]],
    row_captions: list[str] = (),
    column_captions: list[str] = (),
    notes: list[str] = (),
    left: int = LEFT,
) -> Image.Image:
    """Lays pictures out in a grid, captions to the left and on top, on white.

    Pictures are enlarged a whole number of times to at least 64 pixels, never smoothed.

    Args:
        rows: lists of pictures of one size; `None` leaves a cell empty.
        row_captions: one text a row; long ones are wrapped.
        column_captions: one text a column.
        notes: paragraphs below the grid.
        left: pixels for row captions, if there are any.

    Returns:
        The sheet.
    """
    size = next(p for row in rows for p in row if p is not None).shape[0]
    cell = _cell(size)
    step = cell + MARGIN
    left = left if any(row_captions) else 0
    top = TOP if any(column_captions) else 0
    width = left + step * max(map(len, rows)) + MARGIN
    height = bottom = top + step * len(rows) + MARGIN
    if notes:
        width = max(width, 2 * LEFT)
        lines = [line for note in notes for line in _wrap(note, width - 8)]
        height += len(lines) * LINE + 4
    image = Image.new("RGB", (width, height), "white")
    draw = ImageDraw.Draw(image)
    if notes:
        _text(draw, (4, bottom), lines, "la")
    for y, row in enumerate(rows):
        for x, picture in enumerate(row):
            if picture is not None:
                tile = Image.fromarray(picture).resize((cell, cell), Image.NEAREST)
                image.paste(tile, (left + MARGIN + x * step, top + MARGIN + y * step))
    for y, text in enumerate(row_captions):
        at = (4, top + y * step + step // 2)
        _caption(draw, at, text, left - 8, cell, anchor="lm")
    for x, text in enumerate(column_captions):
        at = (left + x * step + step // 2, top // 2)
        _caption(draw, at, text, cell, top, anchor="mm")
    return image


def _cell(size: int) -> int:
    return size * -(-CELL // size)


def _caption(draw, at, text: str, width: int, height: int, anchor: str):
    if text:
        _text(draw, at, _wrap(text, width, height // LINE), anchor)


def _wrap(text: str, width: int, most: int | None = None) -> list[str]:
    characters = max(4, int(width / (0.56 * FONT_SIZE)))
    return textwrap.wrap(text, characters, max_lines=most)


def _text(draw, at, lines: list[str], anchor: str):
    align = "center" if anchor[0] == "m" else "left"
    draw.multiline_text(
        at, "\n".join(lines), "black", _font(), anchor, spacing=1, align=align
    )


@cache
def _font() -> ImageFont.FreeTypeFont:
    import matplotlib  # ships DejaVu Sans, which has Cyrillic letters

    path = Path(matplotlib.get_data_path()) / "fonts/ttf/DejaVuSans.ttf"
    return ImageFont.truetype(path, FONT_SIZE)


def save(image: Image.Image, path: Path) -> Path:
    """Writes a picture whole, in the format its name ends in."""
    with whole_file(path) as part:
        image.save(part)
    return path


def save_gif(sheets: Path, size: int, path: Path):
    """Makes an endless gif of the first row of every sheet in a folder: one pizza's
    learning. The last frame stays for two seconds.

    Args:
        sheets: folder of captioned sheets, in the order of their names.
        size: pixels of a picture on them.
        path: the gif.
    """
    frames = []
    for file in sorted(sheets.glob("*.png")):
        with Image.open(file) as image:
            row = (LEFT, TOP, image.width, TOP + _cell(size) + 2 * MARGIN)
            frames.append(image.crop(row))
    write_gif(frames, [150] * (len(frames) - 1) + [2000], path)


def write_gif(frames: list[Image.Image], durations: list[int], path: Path) -> Path:
    """Writes an endless gif, each frame shown for its milliseconds."""
    first, *others = (f.quantize(128, dither=Image.Dither.NONE) for f in frames)
    with whole_file(path) as part:
        first.save(
            part, save_all=True, append_images=others, duration=durations, loop=0
        )
    return path


def plot_log(log: Path, path: Path):
    """Draws a `log.csv` over its epochs, validation beside training.

    Columns that end in the same word share axes: the adversarial losses `d_loss` and
    `g_loss`, say, are drawn together.
    """
    import matplotlib
    import pandas as pd

    matplotlib.use("Agg")
    from matplotlib import pyplot as plt

    table = pd.read_csv(log, index_col="epoch").drop(columns="steps")
    kinds = list(dict.fromkeys(name.split("_")[-1] for name in table))
    figure, axes = plt.subplots(
        len(kinds), sharex=True, figsize=(7, 2.2 * len(kinds)), squeeze=False
    )
    for axis, kind in zip(axes[:, 0], kinds, strict=True):
        columns = table.filter(regex=f"(^|_){kind}$")
        styles = ["--" if name.startswith("val_") else "-" for name in columns]
        columns.plot(ax=axis, style=styles)
    figure.tight_layout()
    with whole_file(path) as part:
        figure.savefig(part)
    plt.close(figure)
