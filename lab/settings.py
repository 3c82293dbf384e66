"""Settings: the UPPER_CASE constants at the top of a script, each also `--name=value`.

The parser is made from the constants and their comments: a default is written once.
"""

import argparse
import ast
import difflib
import os
import tokenize
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from lab.limits import LIMITS, Limit
from utils import InputError, is_debugging, print_steadily, split_names, stop


@dataclass(frozen=True)
class Settings:
    """A script's name, its settings, and those of them the command line changed."""

    script: str
    values: dict[str, Any]
    changed: dict[str, Any]


class Declaration(NamedTuple):
    """A line "NAME = value  # comment" of a script, below the comment of its group."""

    name: str
    default: Any
    comment: str
    group: str


def read_settings(module: dict[str, Any], **limits: Limit) -> Settings:
    """Takes a script's settings from its constants and from the command line.

    To be called right below the settings, before Keras is imported. The defaults, types
    and help texts are those of the constants and their comments. In a module that is
    imported, not run, the command line is left alone.

    Args:
        module: the script's `globals()`; its constants are set to the values found.
        **limits: by the name of a setting, which values it may have, where `LIMITS`
            does not say it or says something else.

    Returns:
        The `Settings`. A wrong value, type or name ends the process with one line and
        exit status 2.
    """
    script = Path(module["__file__"])
    declared = _declarations(script)
    defaults = {setting.name: setting.default for setting in declared}
    values = dict(defaults)
    try:
        if module["__name__"] == "__main__":
            print_steadily()  # --help too
            values |= _parse_arguments(declared, module["__doc__"])
        shared = {name: limit for name, limit in LIMITS.items() if name in values}
        for name, limit in (shared | limits).items():
            if not limit.holds(values[name]):
                raise InputError(
                    f"{name}: expected {limit.expected}. Received: {values[name]!r}"
                )
    except InputError as error:
        stop(error)
    module.update(values)
    # TensorFlow's C++ greets with a page of notes, and with an error where there is no
    # GPU; what goes wrong in Python still comes as an exception.
    if not is_debugging():
        os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    changed = {name: v for name, v in values.items() if v != defaults[name]}
    return Settings(script.stem, values, changed)


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
    declared = _declarations(script)
    defaults = {setting.name: setting.default for setting in declared}
    return defaults | _parse_arguments(declared, "", flags)


def _declarations(script: Path) -> list[Declaration]:
    """Reads the constants above a script's call of `read_settings`."""
    with tokenize.open(script) as file:
        lines = file.readlines()
    tokens = tokenize.generate_tokens(iter(lines).__next__)
    comments = {
        token.start[0]: token.string.removeprefix("#").strip()
        for token in tokens
        if token.type == tokenize.COMMENT
    }
    # A comment between an empty line and a setting heads a group.
    headings = {
        row: comment
        for row, comment in comments.items()
        if row > 1 and lines[row - 1].startswith("#") and not lines[row - 2].strip()
    }
    declared = []
    for statement in ast.parse("".join(lines)).body:
        match statement:
            case ast.Assign([ast.Name(name)], value) if name.isupper():
                if _calls_read_settings(value):
                    break
                above = [row for row in headings if row < statement.lineno]
                declared.append(
                    Declaration(
                        name,
                        ast.literal_eval(value),
                        comments.get(statement.end_lineno, ""),
                        headings[above[-1]] if above else "",
                    )
                )
            case ast.Expr(value) if _calls_read_settings(value):
                break
    return declared


def _calls_read_settings(expression: ast.expr) -> bool:
    match expression:
        case ast.Call(ast.Attribute(attr="read_settings")):
            return True
    return False


def _parse_arguments(
    declared: list[Declaration],
    description: str,
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
    groups = {"": parser}
    for name, default, comment, heading in declared:
        if heading not in groups:
            groups[heading] = parser.add_argument_group(heading)
        groups[heading].add_argument(
            flag(name),
            dest=name,
            type=_reader_of(type(default)),
            metavar=type(default).__name__,
            help=f"{comment} [{default!r}]".replace("%", "%%"),
            **({"nargs": "?", "const": True} if default is False else {}),
        )
    found, unknown = parser.parse_known_args(arguments)
    if unknown:
        flags = [flag(setting.name) for setting in declared]
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
