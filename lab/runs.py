"""Run folders: `temp/<script>/<number>-<what differs>/`, one a training, never reused.

A run folder holds all that other scripts need.
"""

import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from lab.settings import Settings, flag, read_script
from utils import InputError, count, read_json, write_text

HOME = Path(__file__).parents[1]  # of the scripts
TEMP = Path("temp")  # below the folder that a script is started in
FINISHED = "finished.json"  # a run's steps, seconds, and how it ended; written last
FOLDERS = {"MENU"}  # settings that name a folder, which has many names
MACHINE = {"HOSTS", "HOST_INDEX"}  # settings that do not change the result
FREE_TO_CHANGE = {"EPOCHS", "STEPS", "MINUTES", "RESUME"} | MACHINE  # on resuming


def new_run(settings: Settings) -> Path:
    """Makes the folder `temp/<script>/<number>-<what differs>/`."""
    runs = TEMP / settings.script
    runs.mkdir(parents=True, exist_ok=True)
    numbered = _numbered(runs)
    differs = "".join(
        f"-{name.lower().replace('_', '-')}-{Path(str(value)).name}"
        for name, value in settings.changed.items()
        if name not in MACHINE
    )
    number = int(numbered[0].name[:5]) + 1 if numbered else 1
    name = re.sub(r"[^\w.-]", "", f"{number:05d}{differs}")
    folder = runs / name.encode()[:100].decode(errors="ignore")
    folder.mkdir()
    return folder


def keep_settings(run: Path, settings: Settings):
    write_text(run / "settings.json", json.dumps(settings.values, indent=2) + "\n")


def _numbered(runs: Path) -> list[Path]:
    """Lists run folders, the newest first."""
    return sorted(runs.glob("[0-9]" * 5 + "*"), reverse=True)


def run_to_resume(settings: Settings, unlike: Callable[[Path], str]) -> Path:
    """Finds the newest run of a script with its settings, but for `FREE_TO_CHANGE`.

    Args:
        settings: of the script.
        unlike: says why a run cannot be gone on with for another reason; or nothing.

    Raises:
        InputError: there is none; the nearest is named, and what differs.
    """
    home = TEMP / settings.script
    reasons = {}  # by number of settings that differ
    folders = _numbered(home)
    for folder in folders:
        try:
            values = run_settings(folder)
            differs = _differences(values, settings.values)
            why = unlike(folder) if not differs else ""
        except InputError as error:  # killed as it began, or damaged
            reasons.setdefault(1000, str(error))
            continue
        if not differs and not why:
            return folder
        why = why or f"{', '.join(differs)}"
        reasons.setdefault(len(differs), f"the nearest, {folder.name}, is {why}")
    nearest = reasons[min(reasons)] if reasons else ""
    raise InputError(
        f"--resume: expected a run in {home} with these settings, of this menu."
        f" Received: {count(len(folders), 'other run')}{nearest and '; '}{nearest};"
        " start without --resume"
    )


def _differences(values: dict[str, Any], wanted: dict[str, Any]) -> list[str]:
    """Says in words which settings of a run are not those wanted."""
    return [
        f"of {flag(name)} {values.get(name, 'unknown')!r}, not {wanted.get(name)!r}"
        for name in wanted | values
        if name not in FREE_TO_CHANGE
        and (name not in values or not _same(name, values[name], wanted.get(name)))
    ]


def _same(name: str, one: Any, other: Any) -> bool:
    """Whether two values of a setting mean the same: `m`, `m/` and its whole path."""
    if name in FOLDERS and isinstance(one, str) and isinstance(other, str):
        return Path(one).resolve() == Path(other).resolve()
    return one == other


def run_settings(run: Path) -> dict[str, Any]:
    """Reads the settings that a run was trained with.

    Raises:
        InputError: there are none, or damaged ones; also when one is asked for that
            the run does not have.
    """
    path = run / "settings.json"
    values = _Values(read_json(path))
    values.path = path
    return values


class _Values(dict):
    def __missing__(self, name):
        raise InputError(f"{self.path}: expected a setting {name}. Received: none")


def find_run(folder: str = "", needs: str = "*.keras") -> Path:
    """Finds a run folder: the one named, or the one that was trained last.

    Args:
        folder: path of a run folder, of which "temp/cvae/00001" is enough; empty for
            the newest below `temp/`.
        needs: pattern of a file that the run must have.

    Raises:
        InputError: there is no such run.
    """
    # A killed run leaves `.part-...` of what it was writing.
    pattern = f"[!.]{needs}" if needs.startswith("*") else needs
    if folder:
        found = [Path(folder)]
        if not found[0].is_dir() and found[0].parent.is_dir():
            begin = found[0].name
            found = [f for f in found[0].parent.iterdir() if f.name.startswith(begin)]
        if len(found) != 1 or not any(found[0].glob(pattern)):
            several = ", ".join(sorted(f.name for f in found)) if len(found) > 1 else ""
            raise InputError(
                f"expected a run folder with {needs} in it. Received: {folder}"
                f"{several and f', which may be {several}'}"
            )
        return found[0]
    files = sorted(TEMP.glob(f"*/*/{pattern}"), key=lambda file: file.stat().st_mtime)
    if not files:
        raise InputError(
            f"expected a trained run below {TEMP}/. Received: none with {needs};"
            " train one first, as with `python cvae.py`"
        )
    return files[-1].parent


def trained_run(
    script: str, wanted: dict[str, Any], is_current: Callable[[Path], bool]
) -> Path:
    """Finds the newest finished run of a script with these settings, or trains one.

    A training that was broken off goes on. One that fails ends this process with its
    exit status, as it has said why; one that collapsed is finished.

    Args:
        script: its name without `.py`.
        wanted: settings by name; the others have their defaults. A setting that is
            younger than a run counts as if it had had its default then; a run with one
            that the script no longer has is another.
        is_current: tells whether a run has learned what it would learn now.
    """
    path = HOME / f"{script}.py"
    defaults = read_script(path)
    given = {name: v for name, v in wanted.items() if v != defaults.get(name)}
    wanted = defaults | given
    for name in {"RESUME"} | MACHINE:  # how it was trained, not what
        del wanted[name]
        given.pop(name, None)

    def is_wanted(run):
        try:
            values = defaults | run_settings(run)
            same = all(_same(name, values[name], v) for name, v in wanted.items())
            return same and values.keys() == defaults.keys() and is_current(run)
        except InputError:  # it is damaged
            return False

    def found():
        files = sorted((TEMP / script).glob("*/settings.json"))
        return [file.parent for file in files if is_wanted(file.parent)]

    def finished():
        return [run for run in found() if (run / FINISHED).exists()]

    if not finished():
        flags = [f"{flag(name)}={value}" for name, value in given.items()]
        resume = ["--resume"] if found() else []
        training = subprocess.run([sys.executable, path, *flags, *resume])
        if not finished():
            sys.exit(training.returncode)
    return finished()[-1]
