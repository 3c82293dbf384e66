"""One photo of any format and mode, as upright RGB of 8 bits.

A photo whose pixels can be shown is good, whatever its tags say. What cannot be read
is told in one line that names the file.
"""

import contextlib
import warnings
from pathlib import Path

import numpy as np
from PIL import Image

from utils import InputError, words

MOST_PIXELS = 250_000_000  # the largest phones take 200 million; more is no photo
LARGE = 60_000_000  # pixels; a photo of more is reduced as it is read
TOPS = 1, 255, 4095, 65535  # what white is, in pictures of floats, 8, 12 and 16 bits
HEIC = b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"
ORIENTATION = 0x0112  # the EXIF tag
PLACES = 0x8769, 0x8825, 0xA005  # EXIF tags: where in a file there are more tags
UPRIGHT = {  # by its value
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}

Image.MAX_IMAGE_PIXELS = MOST_PIXELS  # Pillow's own limit, within files of files too
# It warns of tags that make no sense, several lines a photo.
warnings.filterwarnings("ignore", module=r"PIL\.")


def open_photo(path: Path) -> Image.Image:
    """Reads a photo whole: upright RGB, transparency on white.

    Photos of more than `LARGE` pixels are reduced by a whole number.

    Raises:
        InputError: the file is no picture, is cut short, or is absurdly large.
    """
    path = Path(path)
    try:
        with path.open("rb") as file:
            start = file.read(64)
        if start[4:8] == b"ftyp" and start[8:12] in HEIC and b"avif" not in start:
            _learn_heic()
        with Image.open(path) as image:
            return decode(image)
    except InputError as error:
        raise InputError(f"{path}: {error}") from None
    except Exception as error:  # of whichever decoder
        raise InputError(
            f"{path}: expected a whole picture that Pillow reads. Received:"
            f" {words(error)}"
        ) from None


def decode(image: Image.Image) -> Image.Image:
    """Makes upright RGB of what `Image.open` returned.

    Raises:
        InputError: it is too large, or has values that are no colours.
        Exception: whatever a decoder raises.
    """
    width, height = image.size
    if width * height > MOST_PIXELS:
        raise InputError(
            f"expected at most {MOST_PIXELS:,} pixels. Received: {width}x{height}"
        )
    factor = 1
    while width * height > LARGE * factor**2:
        factor += 1
    if factor > 1:
        image.draft(None, (width // factor, height // factor))  # JPEG's own: cheap
        factor = max(1, factor * image.width // width)
    _forget_places(image)
    image.load()
    orientation = _orientation(image)  # of a TIFF, none: Pillow has turned it by now
    if factor > 1:
        image = _averaging(image).reduce(factor)
    image = to_rgb(image)
    if orientation in UPRIGHT:
        image = image.transpose(UPRIGHT[orientation])
    return image


def to_rgb(image: Image.Image) -> Image.Image:
    """Brings a picture of any mode to 8-bit RGB, transparency on white.

    Raises:
        InputError: it has values that are no colours.
        ValueError: Pillow knows no way from its mode to RGB.
    """
    if _is_deep(image):
        return _scale(image.convert("F")).convert("RGB")
    if not image.has_transparency_data:
        return image.convert("RGB")
    image = image.convert("RGBA")
    white = Image.new("RGBA", image.size, "white")
    return Image.alpha_composite(white, image).convert("RGB")


def _is_deep(image: Image.Image) -> bool:
    """Whether it is grey of 16 or 32 bits, or of floats."""
    return image.mode == "F" or image.mode.startswith("I")


def _averaging(image: Image.Image) -> Image.Image:
    """Brings a picture to a mode in which pixels can be averaged."""
    if _is_deep(image):
        return image.convert("F")
    mode = "RGBA" if image.has_transparency_data else "RGB"
    return image if image.mode == mode else image.convert(mode)


def _scale(image: Image.Image) -> Image.Image:
    """Brings floats of any range to 8 bits.

    White is the value of `TOPS` that the brightest pixel comes near to, else that
    pixel; black is 0, or the darkest pixel where there are values below.
    """
    values = np.asarray(image)
    low, high = float(values.min()), float(values.max())
    if not np.isfinite(high - low):
        raise InputError("expected finite values. Received: not a number, or infinite")
    white = next((top for top in TOPS if top / 16 < high <= top), high)
    black = min(0.0, low)
    scaled = (values - black) * (255 / max(white - black, 1e-30))
    return Image.fromarray(np.rint(scaled).astype(np.uint8))


def _forget_places(image: Image.Image):
    """Keeps Pillow from reading more tags of a TIFF: the places may be none."""
    if image.format == "TIFF":
        with contextlib.suppress(Exception):  # an odd tag, of any kind
            exif = image.getexif()
            for tag in PLACES:
                exif.pop(tag, None)


def _orientation(image: Image.Image) -> int | None:
    try:
        orientation = image.getexif().get(ORIENTATION)
    except Exception:  # an odd tag, of any kind; without it the photo is as it is
        return None
    return orientation if isinstance(orientation, int) else None


def _learn_heic():
    """Teaches Pillow the format of iPhones, if there is what it takes."""
    try:
        import pillow_heif
    except ImportError:
        raise InputError(
            "expected JPEG, PNG or another format that Pillow reads. Received: HEIC;"
            " `pip install pillow-heif` reads it, or save the photo as JPEG"
        ) from None
    pillow_heif.register_heif_opener()
