"""Words on pictures: measured, broken only between words, in fonts with their letters.

Latin, Greek and Cyrillic letters are in the font that matplotlib brings. For others a
font is looked for among those installed; where none has them, that is said once.
"""

import re
import sys
import unicodedata
import warnings
from functools import cache
from pathlib import Path

from PIL import ImageDraw, ImageFont

SIZE = 11  # pixels of a font
LINE = SIZE + 2  # pixels from a line to the next
UPPER = 10  # pixels of a line above its foot
WORD = re.compile(r"(\s*)([^\s-]+-*|-+)")  # and the blank before it
NOWHERE = "\U0010ffff"  # a letter of no script: fonts show a box, or nothing
NO_FONTS = "lastresort", "adobeblank"  # with boxes for all letters
LATER = "bold", "italic", "oblique", "mono", "serif", "condensed", "light", "thin"

_told = set()  # letters that no font has


def width(words: str) -> int:
    """Measures a line in pixels."""
    return round(sum(font.getlength(part) for font, part in _parts(words)))


def longest_word(texts: list[str]) -> int:
    """Measures the longest word of several texts, in pixels; 0 of none."""
    words = [word for text in texts for _, word in WORD.findall(text)]
    return max(map(width, words), default=0)


def wrap(words: str, most: int) -> list[str]:
    """Breaks a text at blanks and hyphens into lines of at most `most` pixels.

    A word that is longer has a line of its own.
    """
    lines = []
    for blank, word in WORD.findall(words):
        longer = f"{lines[-1]}{' ' * bool(blank)}{word}" if lines else word
        if lines and width(longer) <= most:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def write(draw: ImageDraw.ImageDraw, x: int, y: int, lines: list[str], centred=False):
    """Writes lines below `y`, from `x` on or about it."""
    for i, line in enumerate(lines):
        at = x - width(line) / 2 if centred else x
        for font, part in _parts(line):
            draw.text((round(at), y + i * LINE + UPPER), part, "black", font, "ls")
            at += font.getlength(part)


def plot_families(texts: list[str]) -> list[str]:
    """Names the fonts of which matplotlib takes the letters of some texts."""
    from matplotlib import font_manager

    warnings.filterwarnings("ignore", "Glyph .* missing from")  # it has been told
    families = []
    for font in dict.fromkeys(font for text in texts for font, _ in _parts(text)):
        font_manager.fontManager.addfont(font.path)
        families.append(font_manager.FontProperties(fname=font.path).get_name())
    return families or ["DejaVu Sans"]


def _parts(words: str) -> list[tuple[ImageFont.FreeTypeFont, str]]:
    """Cuts a line where it needs another font."""
    usual, parts = _usual_font(), []
    for letter in words:
        font = usual if letter.isascii() else _font_with(letter)
        if font is None:  # part of the letter before, or a blank
            font = parts[-1][0] if parts else usual
        if parts and parts[-1][0] is font:
            parts[-1] = font, parts[-1][1] + letter
        else:
            parts.append((font, letter))
    return parts


@cache
def _font_with(letter: str) -> ImageFont.FreeTypeFont | None:
    """Finds a font for a letter; none for what is no letter of its own."""
    if unicodedata.category(letter)[0] in "ZCM":  # blanks, marks, what is not shown
        return None
    usual = _usual_font()
    if _has(usual, letter):
        return usual
    for path in _installed():
        font = _open(path)
        if font and _has(font, letter):
            return font
    if not _told:
        print(
            f"no font that is installed has letters such as {letter!r}: boxes stand for"
            " them on pictures; install one, as with `apt install fonts-noto`",
            file=sys.stderr,
        )
    _told.add(letter)
    return usual


def _has(font: ImageFont.FreeTypeFont, letter: str) -> bool:
    shape, box = font.getmask(letter), font.getmask(NOWHERE)
    return shape.size != box.size or bytes(shape) != bytes(box)


@cache
def _usual_font() -> ImageFont.FreeTypeFont:
    import matplotlib

    path = Path(matplotlib.get_data_path()) / "fonts/ttf/DejaVuSans.ttf"
    return ImageFont.truetype(str(path), SIZE)


@cache
def _open(path: str) -> ImageFont.FreeTypeFont | None:
    try:
        return ImageFont.truetype(path, SIZE)
    except OSError:  # a font of bitmaps, or damaged
        return None


@cache
def _installed() -> list[str]:
    """Lists the fonts of the system, plain ones first."""
    from matplotlib.font_manager import findSystemFonts

    def order(path):
        name = Path(path).stem.lower()
        return sum(word in name for word in LATER), "sans" not in name, name, path

    paths = sorted(findSystemFonts(), key=order)
    return [p for p in paths if not Path(p).stem.lower().startswith(NO_FONTS)]
