"""Photos in, sheets out: reading photos, captioned grids, learning curves, gifs.

Pictures are uint8 arrays, `(height, width, 3)`, RGB.
"""

import math
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw
from PIL.PngImagePlugin import PngInfo

from lab import disc, photos, text
from utils import InputError, reading, whole_file

CELL = 64  # a picture's least size on a sheet, in pixels
MARGIN = 2
GAP = 8  # pixels between the captions of two columns
LEFT, TOP = 200, 4 * text.LINE  # room for captions
FEW = 20  # epochs, which are drawn as points too
FIRST_ROW = "first row"  # where it is on a sheet, noted in its file


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


def stack(sheets: list[Image.Image]) -> Image.Image:
    """Puts sheets below each other, on white."""
    width, height = max(s.width for s in sheets), sum(s.height for s in sheets)
    stacked, top = Image.new("RGB", (width, height), "white"), 0
    for part in sheets:
        stacked.paste(part, (0, top))
        top += part.height
    return stacked


def sheet(
    rows: list[list[np.ndarray | None]],
    row_captions: list[str] = (),
    column_captions: list[str] = (),
    notes: list[str] = (),
    left: int = LEFT,
    least: int = CELL,
) -> Image.Image:
    """Lays pictures out in a grid, captions to the left and on top, on white.

    Pictures are enlarged a whole number of times, never smoothed. Captions are broken
    between words only and never cut: columns grow wider and rows higher for them.

    Args:
        rows: lists of pictures of one size; `None` leaves a cell empty.
        row_captions: one text a row.
        column_captions: one text a column.
        notes: paragraphs below the grid.
        left: pixels for row captions, if there are any.
        least: pixels of a picture on the sheet.

    Returns:
        The sheet.
    """
    size = next(p for row in rows for p in row if p is not None).shape[0]
    cell = _cell(size, least)
    column = max(cell, text.longest_word(column_captions) + GAP)
    step = column + MARGIN
    left = max(left, text.longest_word(row_captions) + 8) if any(row_captions) else 0
    titles = [text.wrap(words, column - GAP) for words in column_captions]
    captions = [text.wrap(words, left - 8) for words in row_captions]
    captions += [[]] * (len(rows) - len(captions))
    top = max(TOP, text.LINE * max(map(len, titles))) if any(titles) else 0
    heights = [max(cell, text.LINE * len(lines)) + MARGIN for lines in captions]

    width = left + step * max(map(len, rows)) + MARGIN
    height = bottom = top + sum(heights) + MARGIN
    if notes:
        width = max(width, 2 * LEFT, text.longest_word(notes) + 8)
        lines = [line for note in notes for line in text.wrap(note, width - 8)]
        height += len(lines) * text.LINE + 4
    image = Image.new("RGB", (width, height), "white")
    draw = ImageDraw.Draw(image)
    if notes:
        text.write(draw, 4, bottom, lines)
    for x, lines in enumerate(titles):
        middle = left + MARGIN + x * step + column // 2
        y = (top - text.LINE * len(lines)) // 2
        text.write(draw, middle, y, lines, centred=True)
    y = top + MARGIN
    for row, lines, high in zip(rows, captions, heights, strict=True):
        text.write(draw, 4, y + (cell - text.LINE * len(lines)) // 2, lines)
        for x, picture in enumerate(row):
            if picture is not None:
                tile = Image.fromarray(picture).resize((cell, cell), Image.NEAREST)
                at = left + MARGIN + x * step + (column - cell) // 2
                image.paste(tile, (at, y))
        y += high
    image.info[FIRST_ROW] = f"{left} {top} {cell}"
    return image


def _cell(size: int, least: int = CELL) -> int:
    return size * -(-least // size)


def save(image: Image.Image, path: Path) -> Path:
    """Writes a picture whole, in the format its name ends in."""
    options = {}
    if FIRST_ROW in image.info and path.suffix == ".png":
        options["pnginfo"] = PngInfo()
        options["pnginfo"].add_text(FIRST_ROW, image.info[FIRST_ROW])
    with whole_file(path) as part:
        image.save(part, **options)
    return path


def save_gif(sheets: Path, path: Path):
    """Makes an endless gif of the first row of every sheet in a folder: one pizza's
    learning. The last frame stays for two seconds. Damaged sheets are left out.

    Args:
        sheets: folder of sheets that `save` has written, in the order of their names.
        path: the gif.
    """
    frames = []
    for file in sorted(sheets.glob("[!.]*.png")):
        try:
            with reading(file, "a whole sheet"), Image.open(file) as image:
                left, top, cell = map(int, image.info[FIRST_ROW].split())
                box = left, top, image.width, top + cell + 2 * MARGIN
                frames.append(image.crop(box))
        except InputError as error:  # one frame is not worth the end of a training
            print(f"not in {path}: {error}")
    if not frames:
        return
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
    from matplotlib.ticker import MaxNLocator

    table = pd.read_csv(log, index_col="epoch").drop(columns="steps")
    kinds = list(dict.fromkeys(name.split("_")[-1] for name in table))
    figure, axes = plt.subplots(
        len(kinds), sharex=True, figsize=(7, 2.2 * len(kinds)), squeeze=False
    )
    # Of one epoch there is no line, nor beside an epoch without a value.
    marker = "o" if len(table) <= FEW else None
    for axis, kind in zip(axes[:, 0], kinds, strict=True):
        for name, values in table.filter(regex=f"(^|_){kind}$").items():
            style = "--" if name.startswith("val_") else "-"
            axis.plot(values.dropna(), style, marker=marker, markersize=3, label=name)
        axis.legend()
    if len(table) == 1:
        axis.set_xlim(table.index[0] - 1, table.index[0] + 1)
    axis.set_xlabel("epoch")
    axis.xaxis.set_major_locator(MaxNLocator(integer=True))
    figure.tight_layout()
    with whole_file(path) as part:
        figure.savefig(part)
    plt.close(figure)
