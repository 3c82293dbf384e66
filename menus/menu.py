"""Menus: a folder of photos, recipes and a table of ingredients, read and checked."""

import contextlib
import csv
import io
import re
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from PIL import Image

from lab import pictures
from menus import names
from menus.tables import read_table
from utils import InputError, count, split_names, write_text


@dataclass(frozen=True)
class Menu:
    """A menu folder, read and checked.

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


def read_menu(folder: str | Path) -> Menu:
    """Reads and checks a menu folder: `menu.csv`, `ingredients.csv` and the photos.

    Photos are only looked for; `pictures.read_photo` opens them. Names are compared as
    `names.fold` does it, those of files too.

    Raises:
        InputError: naming the file and the row that is wrong.
    """
    folder = Path(folder)
    table = folder / "ingredients.csv"
    words, captions, colours, codes = [], [], [], {}
    for _, where, row in read_table(table, {"code", "name"}):
        if row["code"] != str(len(words)):
            raise InputError(
                f"{where}: expected code {len(words)}. Received: {row['code']!r}"
            )
        if names.fold(row["name"]) in codes or not names.fold(row["name"]):
            raise InputError(f"{where}: expected a new name. Received: {row['name']!r}")
        codes[names.fold(row["name"])] = len(words)
        words.append(names.tidy(row["name"]))
        captions.append(names.tidy(row.get("name_en") or row["name"]))
        colour = row.get("colour", "")
        if colour and not re.fullmatch("#[0-9a-fA-F]{6}", colour):
            raise InputError(
                f'{where}: expected a colour as "#c02020", or none.'
                f" Received: {colour!r}"
            )
        colours.append(colour)

    rows, recipes, slugs, lines = [], [], set(), []
    columns = {"slug", "name", "photo", "ingredients"}
    for line, where, row in read_table(folder / "menu.csv", columns):
        recipe = names.split(row["ingredients"])
        if not recipe:
            raise InputError(
                f"{where}: expected ingredients. Received: an empty recipe"
            )
        recipes.append([])
        for word in recipe:
            code = codes.get(names.fold(word), 0)
            if not code:
                raise InputError(
                    f"{where}: expected ingredients of {table}"
                    f"{_hint(word, words[1:])}. Received: {word!r}"
                )
            recipes[-1].append(code)
        slug = names.fold(row["slug"])
        if slug in slugs or not slug:
            raise InputError(
                f"{where}: expected a slug of its own. Received: {row['slug']!r}"
            )
        slugs.add(slug)
        photo = _find_file(folder, row["photo"])
        if photo is None:
            raise InputError(
                f"{where}: expected a photo. Received: {row['photo']!r}, no such file"
            )
        tidied = {name: names.tidy(row[name]) for name in ("slug", "name")}
        rows.append(row | tidied | {"photo": photo})
        lines.append(line)
    return Menu(folder, rows, words, captions, recipes, lines, tuple(colours))


def _hint(word: str, known: list[str]) -> str:
    near = names.nearest(word, known)
    if not near:
        return ""
    letter = names.foreign_letter(word, near[0])
    return f" (nearest: {near[0]}{letter and f'; but {letter}'})"


def _find_file(folder: Path, name: str) -> str | None:
    """Finds a file as a table names it: `photos\\Чай.JPG` may be photos/чай.jpg.

    Returns:
        Its path below the folder, or nothing if there is none, or several.
    """
    with contextlib.suppress(OSError):  # as of a name that is too long
        if (folder / name).is_file():
            return name
        found = Path()
        for part in Path(name.replace("\\", "/")).parts:
            exact = folder / found / part
            alike = [part] if exact.exists() else _alike(folder / found, part)
            if len(alike) != 1:
                return None
            found /= alike[0]
        if (folder / found).is_file():
            return found.as_posix()
    return None


def _alike(folder: Path, name: str) -> list[str]:
    in_folder = [path.name for path in folder.iterdir()]
    return [other for other in in_folder if names.fold(other) == names.fold(name)]


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
