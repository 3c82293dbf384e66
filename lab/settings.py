"""Settings: the UPPER_CASE constants at the top of a script, each also `--name=value`.

The parser is made from the constants and their comments: a default is written once.
"""

import argparse
import ast
import difflib
import os
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from utils import InputError, print_steadily, split_names, stop

# A line "NAME = value  # comment" declares a setting.
DECLARATION = re.compile(r"([A-Z][A-Z0-9_]*) = (.+?)(?:  # (.*))?$")


class Limit(NamedTuple):
    """What values a setting may have, in words and as a test."""

    expected: str
    holds: Callable[[Any], bool]


def at_least(smallest) -> Limit:
    return Limit(f"a number of at least {smallest}", lambda v: smallest <= v < np.inf)


def between(low, high) -> Limit:
    return Limit(f"a number from {low} to {high}", lambda v: low <= v <= high)


def multiple_of(n: int) -> Limit:
    return Limit(f"a positive multiple of {n}", lambda v: v > 0 and v % n == 0)


def one_of(*choices) -> Limit:
    words = " or ".join(repr(c) for c in choices)
    return Limit(words, lambda v: v in choices)


@dataclass(frozen=True)
class Settings:
    """A script's name, its settings, and those of them the command line changed."""

    script: str
    values: dict[str, Any]
    changed: dict[str, Any]


def read_settings(module: dict[str, Any], **limits: Limit) -> Settings:
    """Takes a script's settings from its constants and from the command line.

    To be called right below the settings, before Keras is imported. The defaults, types
    and help texts are those of the constants and their comments. In a module that is
    imported, not run, the command line is left alone.

    Args:
        module: the script's `globals()`; its constants are set to the values found.
        **limits: by the name of a setting, which values it may have.

    Returns:
        The `Settings`. A wrong value, type or name ends the process with one line and
        exit status 2.
    """
    defaults = {name: value for name, value in module.items() if name.isupper()}
    values = dict(defaults)
    try:
        if module["__name__"] == "__main__":
            print_steadily()  # --help too
            values |= _parse_arguments(module["__file__"], module["__doc__"], defaults)
        for name, limit in limits.items():
            if not limit.holds(values[name]):
                raise InputError(
                    f"{name}: expected {limit.expected}. Received: {values[name]!r}"
                )
    except InputError as error:
        stop(error)
    module.update(values)
    # TensorFlow's C++ greets with a page of notes, and with an error where there is no
    # GPU; what goes wrong in Python still comes as an exception.
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    changed = {name: v for name, v in values.items() if v != defaults[name]}
    return Settings(Path(module["__file__"]).stem, values, changed)


def choose(setting: str, names: str, among: dict[str, Any]) -> dict[str, Any]:
    """Chooses what a setting names, with commas; everything if it names nothing.

    Args:
        setting: its name, for the error.
        names: its value.
        among: by name, what there is.

    Raises:
        InputError: there is no such thing.
    """
    wanted = split_names(names) or list(among)
    for name in wanted:
        if name not in among:
            raise InputError(
                f"{setting}: expected some of {', '.join(among)}. Received: {name!r}"
            )
    return {name: among[name] for name in wanted}


def whole_numbers(setting: str, numbers: str) -> list[int]:
    """Reads what a setting lists, with commas: each number once, the smallest first.

    Raises:
        InputError: they are no whole numbers above 0.
    """
    found = [number.strip() for number in numbers.split(",")]
    if not all(number.isdecimal() and int(number) for number in found):
        raise InputError(
            f"{setting}: expected whole numbers above 0, with commas."
            f" Received: {numbers!r}"
        )
    return sorted({int(number) for number in found})


def read_script(script: Path, flags: Sequence[str] = ()) -> dict[str, Any]:
    """Reads which settings a script would run with, without running it.

    Args:
        script: the path of its file.
        flags: what it would be given, as `--name=value` each.

    Returns:
        All settings by name, the defaults of those not given.

    Raises:
        InputError: a flag that the script does not know, or of a wrong type.
    """
    source = script.read_text(encoding="utf-8")
    lines = source.partition("settings.read_settings(")[0].splitlines()
    declared = filter(None, map(DECLARATION.match, lines))
    defaults = {found[1]: ast.literal_eval(found[2]) for found in declared}
    return defaults | _parse_arguments(str(script), "", defaults, flags)


def _parse_arguments(
    source: str,
    description: str,
    defaults: dict[str, Any],
    arguments: Sequence[str] | None = None,
) -> dict[str, Any]:
    """Parses arguments, those of the command line by default."""
    parser = argparse.ArgumentParser(
        description=description,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
        argument_default=argparse.SUPPRESS,
    )

    def complain(message):
        raise InputError(message.removeprefix("argument "))

    parser.error = complain
    group = parser
    # A line "# data" heads a group.
    for line in Path(source).read_text(encoding="utf-8").splitlines():
        if heading := re.fullmatch(r"# (\w+)", line):
            group = parser.add_argument_group(heading[1])
        elif setting := DECLARATION.match(line):
            name, _, comment = setting.groups()
            if name in defaults:
                default = defaults[name]
                group.add_argument(
                    flag(name),
                    dest=name,
                    type=_reader_of(type(default)),
                    metavar=type(default).__name__,
                    help=f"{comment or ''} [{default!r}]".replace("%", "%%"),
                    **({"nargs": "?", "const": True} if default is False else {}),
                )
    found, unknown = parser.parse_known_args(arguments)
    if unknown:
        flags = [flag(name) for name in defaults]
        near = difflib.get_close_matches(unknown[0].split("=")[0], flags, n=1)
        hint = f"nearest: {near[0]}" if near else "see --help"
        raise InputError(
            f"expected settings as --name=value ({hint}). Received: {unknown[0]}"
        )
    return vars(found)


def flag(name: str) -> str:
    return "--" + name.lower().replace("_", "-")


def _reader_of(kind: type) -> Callable[[str], Any]:
    words = {int: "a whole number", float: "a number", bool: "true or false"}
    truth = {
        "true": True,
        "1": True,
        "yes": True,
        "false": False,
        "0": False,
        "no": False,
    }

    def read(text: str):
        try:
            return truth[text.lower()] if kind is bool else kind(text)
        except (ValueError, KeyError):
            raise argparse.ArgumentTypeError(
                f"expected {words[kind]}. Received: {text!r}"
            ) from None

    return read
