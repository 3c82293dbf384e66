"""Names as people write them: what makes no difference, and what is nearest."""

import difflib
import re
import unicodedata
from collections.abc import Iterable

ALIKE = str.maketrans(
    {"ё": "е", "’": "'", "‘": "'", "ʼ": "'"} | dict.fromkeys("‐–—−", "-")
)
SEPARATORS = re.compile("[,;،、，；\\r\\n]")
# Letters of other scripts that look like Latin ones.
LATIN = str.maketrans("авекмнорстухіѕјοαεικνρτυχω", "abekmhopctyxisjoaeikvptuxw")


def tidy(text: str) -> str:
    """Composes letters, й of и and its sign, and makes all blanks single plain ones."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def fold(text: str) -> str:
    """Reduces a name to what tells it from others.

    Capitals, ё and е, kinds of blanks, dashes and apostrophes, letters in one piece or
    two, wide letters and invisible marks make no difference.
    """
    text = unicodedata.normalize("NFKC", text).casefold()
    text = unicodedata.normalize("NFKC", text).translate(ALIKE)
    return tidy("".join(c for c in text if unicodedata.category(c) != "Cf"))


def split(text: str) -> list[str]:
    """Splits a list of names at commas of any script, semicolons and line breaks."""
    return [name for part in SEPARATORS.split(text) if (name := tidy(part))]


def nearest(word: str, names: Iterable[str], n: int = 1, cutoff: float = 0.6) -> list:
    """Finds the names that are most like a word, the nearest first."""
    by_look = {_look(name): name for name in names}
    near = difflib.get_close_matches(_look(word), by_look, n, cutoff)
    return [by_look[look] for look in near]


def foreign_letter(word: str, name: str) -> str:
    """Names the letter of a word that only looks like that of a name; else nothing."""
    word, name = fold(word), fold(name)
    if word != name and word.translate(LATIN) == name.translate(LATIN):
        for ours, theirs in zip(word, name, strict=True):
            if ours != theirs:
                return f"{ours!r} is {unicodedata.name(ours)}"
    return ""


def _look(name: str) -> str:
    return fold(name).translate(LATIN)
