"""Run folders: `temp/<script>/<number>-<what differs>/`, one a training, never reused.

A run folder holds all that other scripts need.
"""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from lab.settings import Settings, flag, read_script
from utils import InputError, write_text

HOME = Path(__file__).parents[1]  # of the scripts
TEMP = Path("temp")  # below the folder that a script is started in
FINISHED = "finished.json"  # a run's steps, seconds, and how it ended; written last
MACHINE = {"HOSTS", "HOST_INDEX"}  # settings that do not change the result
FREE_TO_CHANGE = {"EPOCHS", "STEPS", "MINUTES", "RESUME"} | MACHINE  # on resuming


def start_run(settings: Settings) -> Path:
    """Makes `temp/<script>/<number>-<what differs>/`, or finds the run to resume.

    With the setting `RESUME`, that is the newest run of this script whose settings are
    the same but for those in `FREE_TO_CHANGE`.
    """
    runs = TEMP / settings.script
    runs.mkdir(parents=True, exist_ok=True)
    numbered = sorted(runs.glob("[0-9]" * 5 + "*"), reverse=True)
    if settings.values["RESUME"]:
        folder = _run_to_resume(numbered, settings)
    else:
        differs = "".join(
            f"-{name.lower().replace('_', '-')}-{Path(str(value)).name}"
            for name, value in settings.changed.items()
            if name not in MACHINE
        )
        number = int(numbered[0].name[:5]) + 1 if numbered else 1
        folder = runs / re.sub(r"[^\w.-]", "", f"{number:05d}{differs}")[:100]
        folder.mkdir()
    write_text(folder / "settings.json", json.dumps(settings.values, indent=2) + "\n")
    return folder


def _run_to_resume(folders: list[Path], settings: Settings) -> Path:
    def kept(values):
        return {name: v for name, v in values.items() if name not in FREE_TO_CHANGE}

    for folder in folders:
        if not (folder / "settings.json").exists():
            continue  # killed as it began
        if kept(run_settings(folder)) == kept(settings.values):
            return folder
    raise InputError(
        f"--resume: expected a run in {TEMP / settings.script} with these settings."
        f" Received: {len(folders)} runs with others; start without --resume"
    )


def run_settings(folder: Path) -> dict[str, Any]:
    return json.loads((folder / "settings.json").read_text(encoding="utf-8"))


def find_run(folder: str = "", needs: str = "*.keras") -> Path:
    """Finds a run folder: the one named, or the one that was trained last.

    Args:
        folder: path of a run folder; empty for the newest below `temp/`.
        needs: pattern of a file that the run must have.

    Raises:
        InputError: there is no such run.
    """
    if folder:
        if not any(Path(folder).glob(needs)):
            raise InputError(
                f"expected a run folder with {needs} in it. Received: {folder}"
            )
        return Path(folder)
    files = sorted(TEMP.glob(f"*/*/{needs}"), key=lambda file: file.stat().st_mtime)
    if not files:
        raise InputError(
            f"expected a trained run below {TEMP}/. Received: none with {needs};"
            " train one first, as with `python cvae.py`"
        )
    return files[-1].parent


def trained_run(script: str, wanted: dict[str, Any]) -> Path:
    """Finds the newest finished run of a script with these settings, or trains one.

    A training that was broken off goes on. One that fails ends this process with its
    exit status, as it has said why; one that collapsed is finished.

    Args:
        script: its name without `.py`.
        wanted: settings by name; the others have their defaults. A setting that is
            younger than a run counts as if it had had its default then; a run with one
            that the script no longer has is another.
    """
    path = HOME / f"{script}.py"
    defaults = read_script(path)
    given = {name: v for name, v in wanted.items() if v != defaults.get(name)}
    wanted = defaults | given
    for name in {"RESUME"} | MACHINE:  # how it was trained, not what
        del wanted[name]
        given.pop(name, None)

    def is_wanted(run):
        values = run_settings(run)
        same = wanted.items() <= (defaults | values).items()
        return same and values.keys() <= defaults.keys()

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
