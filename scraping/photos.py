"""Photos: found under one of their addresses, checked, kept as they came."""

import base64
import io
import re
from pathlib import Path
from urllib.parse import unquote_to_bytes

from PIL import Image

from lab.photos import decode
from scraping.cards import ARCHIVED, is_inside
from scraping.connection import Missing
from scraping.slugs import last_part
from scraping.web import Guest
from utils import InputError, words

MOST_BYTES = 20_000_000
MOST_PIXELS = 40_000_000  # more is a decompression bomb
LEAST_SIDE = 32  # pixels; less is a placeholder
LEAST_INSIDE = 96  # pixels, of a picture in the page where another is to follow
MOST_TRIES = 10  # addresses of one photo
SUFFIXES = {
    "JPEG": ".jpg",
    "PNG": ".png",
    "WEBP": ".webp",
    "AVIF": ".avif",
    "GIF": ".gif",
}


def fetch(
    addresses: list[str], size: int, guest: Guest, saved: dict[str, Path | bytes]
) -> tuple[bytes, str]:
    """Takes a photo that was saved with the page, else from an address that has it.

    Args:
        addresses: of the same photo, the best first.
        size: pixels to ask for where the address names a size.
        guest: who asks.
        saved: files beside a saved page by name; what is in its own file by address.

    Returns:
        The photo as it came, and the suffix of its format.

    Raises:
        InputError: why there is no photo to be had.
    """
    problem = InputError("expected a picture on the page. Received: none")
    wanted = candidates(addresses, size)
    names = [*wanted, *map(last_part, wanted)]
    for file in dict.fromkeys(saved[name] for name in names if name in saved):
        try:
            return read_saved(file)
        except InputError as error:
            problem = error
    # On a page that waits for its photos a small picture stands in their places.
    least = LEAST_INSIDE if wanted else LEAST_SIDE
    for address in filter(is_inside, addresses):
        try:
            body = read_inside(address)
            return body, check(body, least)
        except InputError as error:
            problem = problem if wanted else error
    for address in wanted[:MOST_TRIES]:
        try:
            body = guest.get(address, MOST_BYTES).body
        except Missing as error:
            problem = error
            continue
        try:
            return body, check(body)
        except InputError as error:
            guest.cache.forget(address)
            problem = InputError(f"{address}: {error}")
    raise problem


def candidates(addresses: list[str], size: int) -> list[str]:
    """The addresses to ask for, in order: first of the size wanted, formats as listed.

    The Web Archive has the sizes that browsers asked for: it is not asked for others.
    """
    addresses = [address for address in addresses if not is_inside(address)]
    resized = [
        re.sub(r"/r:\d+x\d+/", f"/r:{size}x{size}/", address)
        for address in addresses
        if not ARCHIVED.match(address)
    ]
    readable = Image.registered_extensions()  # AVIF depends on how Pillow was built
    unreadable = tuple(s for s in SUFFIXES.values() if s not in readable)
    found = dict.fromkeys([*resized, *addresses])
    return [a for a in found if not last_part(a).endswith(unreadable)]


def saved_beside(page: Path) -> dict[str, Path]:
    """Files that a browser saved with a page: `menu_files/` beside `menu.html`."""
    try:
        return {
            file.name: file
            for folder in page.parent.glob("*/")
            if re.match(r"[_.-]", folder.name.removeprefix(page.stem))
            and folder.name.startswith(page.stem)
            for file in folder.iterdir()
            if file.is_file() and not file.is_symlink()
        }
    except OSError as error:
        raise InputError(
            f"expected files beside {page} that can be read. Received: {words(error)}"
        ) from None


def read_saved(file: Path | bytes) -> tuple[bytes, str]:
    """Reads a photo that was saved with the page, from a file or as it stands in it."""
    if isinstance(file, bytes):
        return file, check(file)
    try:
        if file.stat().st_size > MOST_BYTES:
            raise InputError(f"expected at most {MOST_BYTES:,} bytes. Received: more")
        body = file.read_bytes()
        return body, check(body)
    except OSError as error:
        raise InputError(f"{file}: expected a file. Received: {words(error)}") from None
    except InputError as error:
        raise InputError(f"{file}: {error}") from None


def read_inside(address: str) -> bytes:
    """Decodes a picture that stands in the page: `data:image/png;base64,iVBOR...`.

    Raises:
        InputError: it is none.
    """
    head, comma, data = address.partition(",")
    try:
        if not comma:
            raise ValueError("no comma")
        body = unquote_to_bytes(data)
        if head.lower().endswith(";base64"):
            body = base64.b64decode(b"".join(body.split()) + b"==")
        return body
    except ValueError as error:
        raise InputError(
            f"expected a picture in the page. Received: {address[:40]!r}..., {error}"
        ) from None


def check(body: bytes, least: int = LEAST_SIDE) -> str:
    """Reads a photo to the end, as the other scripts will.

    Args:
        body: the photo.
        least: pixels a side.

    Returns:
        The suffix of its true format, whatever it was sent as.

    Raises:
        InputError: it is no photo, is cut short, too small or a decompression bomb.
    """
    try:
        with Image.open(io.BytesIO(body), formats=tuple(SUFFIXES)) as image:
            width, height = image.size
            if width * height > MOST_PIXELS:
                raise InputError(
                    f"expected at most {MOST_PIXELS:,} pixels."
                    f" Received: {width}x{height}"
                )
            if min(width, height) < least:
                raise InputError(
                    f"expected at least {least} pixels a side."
                    f" Received: {width}x{height}"
                )
            decode(image)
            return SUFFIXES.get(image.format, ".jpg")  # "MPO" is JPEG too
    except InputError:
        raise
    except Image.UnidentifiedImageError:
        start = body[:30].decode("ascii", "replace").strip()
        raise InputError(f"expected a picture. Received: {start!r}...") from None
    except Image.DecompressionBombError:
        raise InputError(
            f"expected at most {MOST_PIXELS:,} pixels. Received: far more"
        ) from None
    except Exception as error:  # of whichever decoder
        raise InputError(
            f"expected a whole picture. Received: {words(error)}"
        ) from None
