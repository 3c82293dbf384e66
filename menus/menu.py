"""Menus: a folder of photos, recipes and a table of ingredients, read and checked."""

import csv
import difflib
import io
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from lab import pictures
from utils import InputError, split_names, write_text


@dataclass(frozen=True)
class Menu:
    """A menu folder, read and checked.

    Attributes:
        folder: where it was read from.
        rows: the rows of `menu.csv`, as they stand there, all columns.
        names: names of the ingredients by code; code 0 is the padding.
        captions: the same in English where the table has that.
        recipes: codes of each pizza's ingredients; a double portion stands twice.
        colours: by code, the colour of an ingredient as "#c02020" where the table has
            one, else empty: a hint for `toppings.py`.
    """

    folder: Path
    rows: list[dict[str, str]]
    names: list[str]
    captions: list[str]
    recipes: list[list[int]]
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

    def pad(self, recipe: list[int]) -> np.ndarray:
        if len(recipe) > self.longest:
            raise InputError(
                f"expected at most {self.longest} ingredients, the menu's longest"
                f" recipe. Received: {len(recipe)}"
            )
        return np.array(recipe + [0] * (self.longest - len(recipe)), np.int32)

    def find(self, slugs: str) -> list[int]:
        """Finds pizzas by their slugs, with commas: their rows.

        Raises:
            InputError: no pizza of the menu has this slug.
        """
        rows = {row["slug"]: i for i, row in enumerate(self.rows)}
        wanted = split_names(slugs)
        for slug in wanted:
            if slug not in rows:
                near = difflib.get_close_matches(slug, rows, cutoff=0.4) or list(rows)
                raise InputError(
                    f"expected slugs of {self.folder / 'menu.csv'}, such as"
                    f" {', '.join(near[:3])}. Received: {slug!r}"
                )
        return [rows[slug] for slug in wanted]

    def describe(self, recipe: list[int]) -> str:
        return ", ".join(self.captions[code] for code in recipe)

    def code(self, word: str) -> int:
        """Finds an ingredient: by name in any case, a part of the name, or code.

        Raises:
            InputError: an ingredient that the table lacks; the nearest are named.
        """
        if word.isdecimal() and 0 < int(word) < self.classes:
            return int(word)
        codes = {}  # by lower-case name, as in the table and in English
        for names in (self.names, self.captions):
            codes |= {name.lower(): code for code, name in enumerate(names) if code}
        if word.lower() in codes:
            return codes[word.lower()]
        within = [name for name in codes if word.lower() in name]
        if len({codes[name] for name in within}) == 1:  # "olives" for "black olives"
            return codes[within[0]]
        near = within or difflib.get_close_matches(word.lower(), codes, cutoff=0.4)
        hint = f"nearest: {', '.join(near)}" if near else "all are in ingredients.csv"
        raise InputError(
            f"expected an ingredient of the menu ({hint}) or a code from 1 to"
            f" {self.classes - 1}. Received: {word!r}"
        )


def recipe_matrix(codes: np.ndarray, classes: int) -> np.ndarray:
    """One-hot encodes padded recipes: `(..., longest)` -> `(..., longest, classes)`."""
    return np.eye(classes, dtype="float32")[codes]


def read_menu(folder: str | Path) -> Menu:
    """Reads and checks a menu folder: `menu.csv`, `ingredients.csv` and the photos.

    Photos are only looked for; `pictures.read_photo` opens them.

    Raises:
        InputError: naming the file and the row that is wrong.
    """
    folder = Path(folder)
    table = folder / "ingredients.csv"
    names, captions, colours = [], [], []
    for where, row in _read_csv(table, {"code", "name"}):
        if row["code"] != str(len(names)):
            raise InputError(
                f"{where}: expected code {len(names)}. Received: {row['code']!r}"
            )
        if row["name"].lower() in map(str.lower, names) or not row["name"]:
            raise InputError(f"{where}: expected a new name. Received: {row['name']!r}")
        names.append(row["name"])
        captions.append(row.get("name_en") or row["name"])
        colour = row.get("colour", "")
        if colour and not re.fullmatch("#[0-9a-fA-F]{6}", colour):
            raise InputError(
                f'{where}: expected a colour as "#c02020", or none.'
                f" Received: {colour!r}"
            )
        colours.append(colour)
    codes = {name.lower(): code for code, name in enumerate(names) if code}

    rows, recipes, slugs = [], [], set()
    columns = {"slug", "name", "photo", "ingredients"}
    for where, row in _read_csv(folder / "menu.csv", columns):
        recipe = split_names(row["ingredients"])
        if not recipe:
            raise InputError(
                f"{where}: expected ingredients. Received: an empty recipe"
            )
        for word in recipe:
            if word.lower() not in codes:
                near = difflib.get_close_matches(word.lower(), codes, n=1)
                raise InputError(
                    f"{where}: expected ingredients of {table}"
                    f"{f' (nearest: {near[0]})' if near else ''}. Received: {word!r}"
                )
        if row["slug"] in slugs or not row["slug"]:
            raise InputError(
                f"{where}: expected a slug of its own. Received: {row['slug']!r}"
            )
        if not (folder / row["photo"]).is_file():
            raise InputError(
                f"{where}: expected a photo. Received: {row['photo']!r}, no such file"
            )
        slugs.add(row["slug"])
        rows.append(row)
        recipes.append([codes[word.lower()] for word in recipe])
    return Menu(folder, rows, names, captions, recipes, tuple(colours))


def _read_csv(path: Path, columns: set[str]):
    """Yields `("path, row 2", row)`, each row a dict of stripped strings."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise InputError(
            f"expected a menu folder with menu.csv, ingredients.csv and photos/."
            f" Received: {path}, {error.strerror}"
        ) from None
    except UnicodeDecodeError as error:
        row = error.object.count(b"\n", 0, error.start) + 1
        raise InputError(
            f"{path}, row {row}: expected UTF-8. Received: another encoding"
        ) from None
    reader = csv.DictReader(io.StringIO(text, newline=""))
    missing = columns - set(reader.fieldnames or ())
    if missing:
        raise InputError(
            f"{path}, row 1: expected columns {', '.join(sorted(columns))}."
            f" Received: none named {', '.join(sorted(missing))}"
        )
    row = None
    for row in reader:
        where = f"{path}, row {reader.line_num}"
        if None in row or None in row.values():
            raise InputError(
                f"{where}: expected {len(reader.fieldnames)} fields; commas inside a"
                " field need quotes around it. Received: another number"
            )
        yield where, {name: value.strip() for name, value in row.items()}
    if row is None:
        raise InputError(f"{path}: expected a row below the heading. Received: none")


def write_menu(folder: Path, rows: list[dict], ingredients: list[dict]):
    """Writes `ingredients.csv` and, last, `menu.csv`: a menu is whole or not there.

    Args:
        folder: the menu folder, photos already in it.
        rows: dicts with slug, name, photo, ingredients (comma list) and more columns.
        ingredients: dicts with code, name and more columns; code 0 first.
    """
    for name, table in (("ingredients.csv", ingredients), ("menu.csv", rows)):
        columns = list(dict.fromkeys(column for row in table for column in row))
        text = io.StringIO(newline="")
        writer = csv.DictWriter(text, columns, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(table)
        write_text(Path(folder) / name, text.getvalue())


def save_menu(run: Path, menu: Menu, photos: np.ndarray):
    """Copies a menu into a run folder, as `menu/`, photos in the size of training."""
    rows = []
    for i, (row, photo) in enumerate(zip(menu.rows, photos, strict=True)):
        name = f"photos/{i:04d}.png"
        pictures.save(Image.fromarray(photo), run / "menu" / name)
        rows.append({**row, "photo": name})
    ingredients = [
        {"code": code, "name": name, "name_en": caption}
        for code, (name, caption) in enumerate(
            zip(menu.names, menu.captions, strict=True)
        )
    ]
    write_menu(run / "menu", rows, ingredients)
