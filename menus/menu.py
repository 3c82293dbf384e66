"""Menus: recipes over a table of ingredients, and a photo of each."""

import hashlib
import re
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np
from PIL import Image

from lab import disc, photos
from menus import names
from utils import InputError, count, split_names


@dataclass(frozen=True)
class Menu:
    """A menu folder, as `menus.files.read_menu` has read and checked it.

    Attributes:
        folder: where it was read from.
        rows: the rows of `menu.csv`, all columns.
        names: names of the ingredients by code; code 0 is the padding.
        captions: the same in English where the table has that.
        recipes: codes of each pizza's ingredients; a double portion stands twice.
        lines: where in `menu.csv` each row begins, for messages.
        colours: by code, the colour of an ingredient as "#c02020" where the table has
            one, else empty: a hint for `toppings.py`.
    """

    folder: Path
    rows: list[dict[str, str]]
    names: list[str]
    captions: list[str]
    recipes: list[list[int]]
    lines: list[int] = field(default_factory=list)
    colours: tuple[str, ...] = ()

    @property
    def longest(self) -> int:
        """Rows of the recipe matrix: ingredients of the longest recipe."""
        return max(map(len, self.recipes))

    @property
    def classes(self) -> int:
        """Columns of the recipe matrix: ingredients and the padding."""
        return len(self.names)

    @property
    def codes(self) -> np.ndarray:
        """All recipes padded with code 0, shape `(pizzas, longest)`."""
        return np.stack([self.pad(recipe) for recipe in self.recipes])

    @property
    def titles(self) -> list[str]:
        """Names of the pizzas, in English where the table has that."""
        return [row.get("name_en") or row["name"] for row in self.rows]

    def photo(self, i: int) -> Path:
        return self.folder / self.rows[i]["photo"]

    def square(self, i: int) -> tuple[Image.Image, str]:
        """Opens a photo and crops it to a square, see `disc.square`.

        A column `crop` of `menu.csv` says how; without one, the pizza is looked for.

        Raises:
            InputError: the file is no picture, is cut short, or is absurdly large.
        """
        return disc.square(photos.open_photo(self.photo(i)), self._crop(i))

    @cached_property
    def photo_digests(self) -> list[str]:
        """Hashes of the photos' files, and of their crop if no pizza is looked for."""
        digests = []
        for i in range(len(self.rows)):
            data = self.photo(i).read_bytes()
            if self._crop(i) != disc.CROPS[0]:  # by default the file alone
                data += self._crop(i).encode()
            digests.append(hashlib.sha256(data).hexdigest())
        return digests

    def _crop(self, i: int) -> str:
        return self.rows[i].get("crop") or disc.CROPS[0]

    def where(self, i: int) -> str:
        """Says for messages where a pizza stands: "data/sample/menu.csv, row 2"."""
        return f"{self.folder / 'menu.csv'}, row {self.lines[i]}"

    def pad(self, recipe: list[int]) -> np.ndarray:
        if len(recipe) > self.longest:
            most = count(self.longest, "ingredient")
            raise InputError(
                f"expected at most {most}, the menu's longest recipe. Received:"
                f" {len(recipe)}"
            )
        return np.array(recipe + [0] * (self.longest - len(recipe)), np.int32)

    def find(self, slugs: str) -> list[int]:
        """Finds pizzas by their slugs, with commas: their rows.

        Raises:
            InputError: no pizza of the menu has this slug.
        """
        rows = {names.fold(row["slug"]): i for i, row in enumerate(self.rows)}
        wanted = split_names(slugs)
        for slug in wanted:
            if names.fold(slug) not in rows:
                known = [row["slug"] for row in self.rows]
                near = names.nearest(slug, known, 3, cutoff=0.4) or known
                raise InputError(
                    f"expected slugs of {self.folder / 'menu.csv'}, such as"
                    f" {', '.join(near[:3])}. Received: {slug!r}"
                )
        return [rows[names.fold(slug)] for slug in wanted]

    def describe(self, recipe: list[int]) -> str:
        return ", ".join(self.captions[code] for code in recipe)

    def code(self, word: str) -> int:
        """Finds an ingredient: by its name, by how a word of it begins, or by its code.

        Raises:
            InputError: an ingredient that the table lacks; the nearest are named.
        """
        if word.isdecimal() and 0 < int(word) < self.classes:
            return int(word)
        codes, known = {}, [*self.names[1:], *self.captions[1:]]
        for name, code in zip(known, [*range(1, self.classes)] * 2, strict=True):
            codes.setdefault(names.fold(name), code)
        sought = names.fold(word)
        if sought in codes:
            return codes[sought]
        begins = re.compile(rf"(?<!\w){re.escape(sought)}")
        found = {code for name, code in codes.items() if begins.search(name)}
        if sought and len(found) == 1:  # "olives" for "black olives"
            return found.pop()
        within = [name for name in known if sought in names.fold(name)]
        near = list(dict.fromkeys(within)) or names.nearest(word, known, 3, cutoff=0.4)
        hint = f"nearest: {', '.join(near)}" if near else "all are in ingredients.csv"
        if near and (letter := names.foreign_letter(word, near[0])):
            hint += f"; but {letter}"
        raise InputError(
            f"expected an ingredient of the menu ({hint}) or a code from 1 to"
            f" {self.classes - 1}. Received: {word!r}"
        )


def recipe_matrix(codes: np.ndarray, classes: int) -> np.ndarray:
    """One-hot encodes padded recipes: `(..., longest)` -> `(..., longest, classes)`."""
    return np.eye(classes, dtype="float32")[codes]
