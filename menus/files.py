"""Menu folders: read and checked, and written.

A folder has `menu.csv`, a row a pizza; `ingredients.csv`, a row a code; and photos.
"""

import contextlib
import csv
import io
import re
from pathlib import Path

import numpy as np
from PIL import Image

from lab import disc, pictures
from menus import names
from menus.menu import Menu
from menus.tables import read_table
from utils import InputError, write_text

MOST = 254  # ingredients: of the 256 owners of a pixel, two are the dough and the table


def read_menu(folder: str | Path) -> Menu:
    """Reads and checks a menu folder: `menu.csv`, `ingredients.csv` and the photos.

    Photos are only looked for; `Menu.square` opens them. Names are compared as
    `names.fold` does it, those of files too.

    Raises:
        InputError: naming the file and the row that is wrong.
    """
    folder = Path(folder)
    words, captions, colours = _read_ingredients(folder / "ingredients.csv")
    rows, recipes, lines = _read_pizzas(folder, words)
    return Menu(folder, rows, words, captions, recipes, lines, colours)


def _read_ingredients(table: Path) -> tuple[list[str], list[str], tuple[str, ...]]:
    """Reads names, captions and colours, each by code."""
    words, captions, colours = [], [], []
    known = set()
    for _, where, row in read_table(table, {"code", "name"}):
        if row["code"] != str(len(words)):
            what = f"code {len(words)}" if words else 'code 0, as in "0,none"'
            raise InputError(f"{where}: expected {what}. Received: {row['code']!r}")
        folded = names.fold(row["name"])
        if folded in known or not folded:
            raise InputError(
                f"{where}: expected a name that no other row has."
                f" Received: {row['name']!r}"
            )
        if names.SEPARATORS.search(row["name"]):
            raise InputError(
                f"{where}: expected a name without a comma, as commas separate the"
                f" ingredients of a recipe. Received: {row['name']!r}"
            )
        known.add(folded)
        words.append(names.tidy(row["name"]))
        captions.append(names.tidy(row.get("name_en") or row["name"]))
        colour = row.get("colour", "")
        if colour and not re.fullmatch("#[0-9a-fA-F]{6}", colour):
            raise InputError(
                f'{where}: expected a colour as "#c02020", or none.'
                f" Received: {colour!r}"
            )
        colours.append(colour)
    if len(words) > MOST + 1:
        raise InputError(
            f"{table}: expected at most {MOST} ingredients: maps have a byte a pixel."
            f" Received: {len(words) - 1}"
        )
    return words, captions, tuple(colours)


def _read_pizzas(
    folder: Path, words: list[str]
) -> tuple[list[dict[str, str]], list[list[int]], list[int]]:
    """Reads the rows of `menu.csv`, their recipes in codes, and where they begin."""
    codes = {names.fold(word): code for code, word in enumerate(words)}
    rows, recipes, lines, slugs = [], [], [], set()
    columns = {"slug", "name", "photo", "ingredients"}
    for line, where, row in read_table(folder / "menu.csv", columns):
        recipe = names.split(row["ingredients"])
        if not recipe:
            raise InputError(
                f"{where}: expected ingredients. Received: an empty recipe"
            )
        recipes.append([])
        for word in recipe:
            code = codes.get(names.fold(word))
            if not code:
                hint = " (code 0 stands for no ingredient)"
                hint = _hint(word, words[1:]) if code is None else hint
                raise InputError(
                    f"{where}: expected ingredients of {folder / 'ingredients.csv'}"
                    f"{hint}. Received: {word!r}"
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
        if row.get("crop", "") not in ("", *disc.CROPS):
            raise InputError(
                f"{where}: expected {' or '.join(disc.CROPS)} in the column crop, or"
                f" none. Received: {row['crop']!r}"
            )
        tidied = {name: names.tidy(row[name]) for name in ("slug", "name")}
        rows.append(row | tidied | {"photo": photo})
        lines.append(line)
    return rows, recipes, lines


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
        # `csv` writes a carriage return without the quotes that it then misses.
        text = io.StringIO(newline="")
        writer = csv.DictWriter(text, columns, restval="", lineterminator="\n")
        writer.writeheader()
        for row in table:
            writer.writerow({c: _with_newlines(value) for c, value in row.items()})
        write_text(Path(folder) / name, text.getvalue())


def _with_newlines(value):
    return value.replace("\r", "\n") if isinstance(value, str) else value


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
