"""What every script uses: one-line errors, steady printing, files that appear whole.

Keras is not imported here, so that a mistake in the input is answered at once.
"""

import contextlib
import errno
import io
import json
import os
import sys
import traceback
from collections.abc import Callable
from pathlib import Path

DEBUG = "PIZZA_DEBUG"  # environment variable: show tracebacks and libraries' notes too
FULL = {errno.ENOSPC, errno.EDQUOT}


class ScriptError(Exception):
    """An error that ends a script with one line and exit status 2 (see `run`)."""


class InputError(ScriptError, ValueError):
    """Bad input."""


def run(main: Callable[[], None]):
    """Runs a script's `main`.

    A `ScriptError`, files that cannot be read or written, and Ctrl-C end it with one
    line each.
    """
    print_steadily()
    try:
        main()
    except (ScriptError, OSError) as error:
        stop(error)
    except KeyboardInterrupt:
        print("\ninterrupted; what is on disk is whole", file=sys.stderr)
        sys.exit(130)


def stop(error: ScriptError | OSError):
    """Ends the script with one line and exit status 2."""
    if is_debugging():
        traceback.print_exception(error)
    if isinstance(error, ScriptError):
        line = str(error)
    else:
        path = os.fsdecode(error.filename) if error.filename else "files"
        line = f"expected to read or write {path}. Received: {why(error)}"
        if error.errno in FULL:
            line += "; make room and start again, a training with --resume"
    line = " ".join(line.splitlines())
    print(f"{Path(sys.argv[0]).name}: {line}", file=sys.stderr)
    sys.exit(2)


def is_debugging() -> bool:
    return bool(os.environ.get(DEBUG))


def why(error: Exception) -> str:
    """Says in a few words what went wrong."""
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    line = next(iter(str(error).strip().splitlines()), "")[:200]
    if isinstance(error, (OSError, ValueError)) and line:
        return line
    return f"{type(error).__name__} {line}".strip()


def words(error: Exception) -> str:
    """An error's message as one line of bearable length; its type if it has none."""
    return " ".join(str(error).split())[:200] or type(error).__name__


class _Steady(io.FileIO):
    """A stream that drops what cannot be written: its reader is gone, a disk full."""

    def write(self, data):
        try:
            return super().write(data)
        except OSError:
            return len(data)


def print_steadily():
    """Lets nothing that is printed end a script.

    A pipe that is closed, as by `| head`, takes no more lines, and letters that a
    terminal or a log cannot show are escaped: the work goes on.
    """
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:  # it was closed, as by `>&-`; no file is to take its place
            setattr(sys, name, open(os.devnull, "w"))
            continue
        binary = getattr(stream, "buffer", None)  # not of streams that tests put there
        raw = getattr(binary, "raw", binary)
        if type(raw) is not io.FileIO:
            continue
        stream.flush()
        steady = io.BufferedWriter(_Steady(raw.fileno(), "w", closefd=False))
        options = {
            "line_buffering": stream.line_buffering,
            "write_through": stream.write_through,
        }
        encoding = stream.encoding
        text = io.TextIOWrapper(steady, encoding, "backslashreplace", **options)
        setattr(sys, name, text)


@contextlib.contextmanager
def reading(path: Path, expected: str, advice: str = ""):
    """Tells in one line whatever goes wrong while a file is read.

    Libraries raise anything where a file is damaged or cut.

    Args:
        path: the file.
        expected: what it should be.
        advice: what to do.

    Raises:
        InputError: naming the file.
    """
    try:
        yield
    except InputError:
        raise
    except Exception as error:
        advice = advice and f"; {advice}"
        raise InputError(
            f"{path}: expected {expected}. Received: {why(error)}{advice}"
        ) from error


def read_json(path: Path, advice: str = "") -> dict:
    """Reads a file that this project has written: a JSON object.

    Raises:
        InputError: there is none, or a damaged one.
    """
    with reading(path, "a JSON object", advice):
        found = json.loads(Path(path).read_text(encoding="utf-8"))
        if not isinstance(found, dict):
            raise ValueError(f"a {type(found).__name__}")
    return found


@contextlib.contextmanager
def whole_file(path: Path):
    """Gives a name beside `path` to write to; it becomes `path` once all is written.

    Raises:
        OSError: it cannot be written. Some libraries raise another error, and leave a
            full disk unnamed: here it is named.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".part-{os.getpid()}-{path.name}")
    try:
        yield part
        os.replace(part, path)
    except Exception as error:
        full = os.strerror(errno.ENOSPC) in str(error)
        if full or isinstance(error, UnicodeEncodeError):  # no such letters in names
            code = errno.ENOSPC if full else errno.EILSEQ
            raise OSError(code, os.strerror(code), str(path)) from error
        raise
    finally:
        with contextlib.suppress(OSError, ValueError):  # it could not be made at all
            part.unlink(missing_ok=True)


def claim_room(path: Path, size: int):
    """Gives a file so many bytes of the disk at once, or none.

    Where a disk is found full only while a file is written by libraries below Python,
    or through memory, that ends the process without a word.

    Raises:
        OSError: there is not that much room.
    """
    if hasattr(os, "posix_fallocate"):  # not on macOS and Windows
        path.touch()
        with open(path, "r+b") as file:  # glibc's own way refuses files to append to
            try:
                os.posix_fallocate(file.fileno(), 0, size)
            except OSError as error:
                raise OSError(error.errno, error.strerror, str(path)) from None


def write_text(path: Path, text: str):
    with whole_file(path) as part:
        part.write_text(text, encoding="utf-8", newline="")


def split_names(text: str) -> list[str]:
    return [name for part in text.split(",") if (name := part.strip())]


def count(n: int, thing: str) -> str:
    """Counts things in words: "1 pizza", "2 pizzas"."""
    return f"{n:,} {thing}{'s' * (n != 1)}"
