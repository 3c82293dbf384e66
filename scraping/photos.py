"""Photos: found under one of their addresses, checked, kept as they came."""

import io
import re
import warnings
from pathlib import Path

from PIL import Image

from scraping.cards import ARCHIVED
from scraping.connection import Missing
from scraping.slugs import last_part
from scraping.web import Guest
from utils import InputError

MOST_BYTES = 20_000_000
MOST_PIXELS = 40_000_000  # more is a decompression bomb
LEAST_SIDE = 32  # pixels; less is a placeholder
MOST_TRIES = 10  # addresses of one photo
SUFFIXES = {
    "JPEG": ".jpg",
    "PNG": ".png",
    "WEBP": ".webp",
    "AVIF": ".avif",
    "GIF": ".gif",
}


def fetch(
    addresses: list[str], size: int, guest: Guest, saved: dict[str, Path]
) -> tuple[bytes, str]:
    """Takes a photo from a browser's files, else from the first address that has it.

    Args:
        addresses: of the same photo, the best first.
        size: pixels to ask for where the address names a size.
        guest: who asks.
        saved: files beside a saved page, by name.

    Returns:
        The photo as it came, and the suffix of its format.

    Raises:
        InputError: why there is no photo to be had.
    """
    problem = InputError("expected a picture on the page. Received: none")
    wanted = candidates(addresses, size)
    for file in [saved[name] for name in map(last_part, wanted) if name in saved]:
        try:
            return read_saved(file)
        except InputError as error:
            problem = error
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
    """The addresses to try, in order: first with the size wanted, formats as listed.

    The Web Archive has the sizes that browsers asked for: it is not asked for others.
    """
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
    return {
        file.name: file
        for folder in page.parent.glob("*/")
        if re.match(r"[_.-]", folder.name.removeprefix(page.stem))
        and folder.name.startswith(page.stem)
        for file in folder.iterdir()
        if file.is_file() and not file.is_symlink()
    }


def read_saved(file: Path) -> tuple[bytes, str]:
    if file.stat().st_size > MOST_BYTES:
        raise InputError(f"expected at most {MOST_BYTES:,} bytes. Received: {file}")
    body = file.read_bytes()
    try:
        return body, check(body)
    except InputError as error:
        raise InputError(f"{file}: {error}") from None


def check(body: bytes) -> str:
    """Decodes a photo to the end.

    Returns:
        The suffix of its true format, whatever it was sent as.

    Raises:
        InputError: it is no photo, is cut short, too small or a decompression bomb.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(body), formats=tuple(SUFFIXES)) as image:
                if image.width * image.height > MOST_PIXELS:
                    raise InputError(
                        f"expected at most {MOST_PIXELS:,} pixels."
                        f" Received: {image.width}x{image.height}"
                    )
                if min(image.size) < LEAST_SIDE:
                    raise InputError(
                        f"expected at least {LEAST_SIDE} pixels a side."
                        f" Received: {image.width}x{image.height}"
                    )
                image.load()
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
    except (OSError, ValueError, SyntaxError, EOFError, MemoryError) as error:
        raise InputError(f"expected a whole picture. Received: {error}") from None
