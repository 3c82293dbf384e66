"""What every script uses: one-line errors, and files that appear whole.

Keras is not imported here, so that a mistake in the input is answered at once.
"""

import contextlib
import os
import sys
from collections.abc import Callable
from pathlib import Path


class ScriptError(Exception):
    """An error that ends a script with one line and exit status 2 (see `run`)."""


class InputError(ScriptError, ValueError):
    """Bad input."""


def run(main: Callable[[], None]):
    """Runs a script's `main`; a `ScriptError` and Ctrl-C end it with one line each."""
    try:
        main()
    except ScriptError as error:
        stop(error)
    except KeyboardInterrupt:
        print("\ninterrupted; what is on disk is whole", file=sys.stderr)
        sys.exit(130)


def stop(error: ScriptError):
    print(f"{Path(sys.argv[0]).name}: {error}", file=sys.stderr)
    sys.exit(2)


@contextlib.contextmanager
def whole_file(path: Path):
    """Gives a name beside `path` to write to; it becomes `path` once all is written."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".part-{os.getpid()}-{path.name}")
    try:
        yield part
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)


def write_text(path: Path, text: str):
    with whole_file(path) as part:
        part.write_text(text, encoding="utf-8", newline="")


def split_names(text: str) -> list[str]:
    return [name for part in text.split(",") if (name := part.strip())]
