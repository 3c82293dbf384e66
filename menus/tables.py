"""Tables as spreadsheets save them, read and checked."""

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from menus.names import fold
from utils import InputError

DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs"}
CURLY = "“”„«»"
SHOWN = 60  # letters of a line in messages


def read_table(
    path: Path, columns: set[str]
) -> Iterator[tuple[int, str, dict[str, str]]]:
    """Reads a CSV table in UTF-8; commas, semicolons or tabs between its fields.

    Columns are known by their names in any case. A line `sep=;`, empty rows and empty
    columns without a name are passed over.

    Args:
        path: the table.
        columns: names of columns that it must have.

    Yields:
        The number of a row's first line, "path, row 2" for messages, and its fields by
        column, without blanks around them.

    Raises:
        InputError: naming the row that is wrong.
    """
    lines = list(io.StringIO(_read_text(path), newline=""))
    separator = re.match(r'"?sep=(.)', lines[0], re.I) if lines else None
    skipped = 1 if separator else 0
    lines = lines[skipped:]
    declared = separator[1] if separator else ""
    reader, head = _read_heading(path, lines, columns, declared)
    delimiter = reader.dialect.delimiter
    dialect = {"delimiter": delimiter, "skipinitialspace": True}

    found = False
    while True:
        start = reader.line_num
        number = skipped + start + 1
        where = f"{path}, row {number}"
        try:
            row = next(reader, None)
            if reader.line_num > start + 1:  # is a quote lost, and a row in a field?
                row_lines = lines[start : reader.line_num]
                list(csv.reader(row_lines, strict=True, **dialect))
        except csv.Error as error:
            raise InputError(
                f"{where}: expected each quote to be closed at the end of its field."
                f" Received: {error}"
            ) from None
        if row is None:
            break
        fields = [field.strip() for field in row]
        if not any(fields):
            continue
        named = {n: field for n, field in zip(head, fields, strict=False) if n}
        # The first column may lack a name: pandas numbers rows there.
        nameless = [i for i in range(1, len(fields)) if not any(head[i : i + 1])]
        if len(fields) < len(head) or any(fields[i] for i in nameless):
            curly = any(quote in "".join(fields) for quote in CURLY)
            raise InputError(
                f"{where}: expected {sum(map(bool, head))} fields;"
                f" {DELIMITERS.get(delimiter, repr(delimiter))} inside a field need"
                ' straight quotes " around it. Received:'
                f" {len(fields)}{', and curly quotes' if curly else ''}"
            )
        found = True
        yield number, where, named
    if not found:
        raise InputError(f"{path}: expected a row below the heading. Received: none")


def _read_text(path: Path) -> str:
    try:
        data = path.read_bytes()
        is_utf16 = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
        return data.decode("utf-16" if is_utf16 else "utf-8-sig")
    except OSError as error:
        raise InputError(
            f"expected a menu folder with menu.csv, ingredients.csv and photos/."
            f" Received: {path}, {error.strerror}"
        ) from None
    except UnicodeDecodeError as error:
        row = error.object.count(b"\n", 0, error.start) + 1
        raise InputError(
            f"{path}, row {row}: expected UTF-8. Received: another encoding; save the"
            " table as CSV UTF-8"
        ) from None


def _read_heading(path: Path, lines: list[str], columns: set[str], declared: str):
    """Finds what separates fields: that by which the columns are there.

    Returns:
        A reader of the rows below the heading, and the names of all columns.
    """
    best = None
    for delimiter in dict.fromkeys([*declared, *DELIMITERS]):
        reader = csv.reader(iter(lines), delimiter=delimiter, skipinitialspace=True)
        try:
            head = next((row for row in reader if any(map(str.strip, row))), [])
        except csv.Error:  # a quote that is never closed: told of the row where it is
            head = []
        head = [fold(name).strip(f"{CURLY}\"' ") for name in head]
        if best is None or len(columns & {*head}) > len(columns & {*best[1]}):
            best = reader, head
    reader, head = best
    where = f"{path}, row {max(1, reader.line_num)}"
    if missing := columns - {*head}:
        raise InputError(
            f"{where}: expected columns {', '.join(sorted(columns))}, separated by"
            f" commas. Received: none named {', '.join(sorted(missing))} in"
            f" {_start([*lines, ''][max(0, reader.line_num - 1)])}"
        )
    if twice := [name for name, n in Counter(head).items() if name and n > 1]:
        raise InputError(
            f"{where}: expected each column once. Received: {twice[0]!r} twice"
        )
    return best


def _start(line: str) -> str:
    """The beginning of a line, for messages."""
    line = line.strip()
    return repr(line if len(line) <= SHOWN else line[:SHOWN] + "...")
