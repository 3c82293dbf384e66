"""Kills trainings at random moments, resumes them, and compares the ends to the bit.

    python -m benchmarks.kill_and_resume
    python -m benchmarks.kill_and_resume --script=gan.py --given="--networks=article"

Trains on a toy menu at 16 pixels, once unbroken. Then trains the same again and again,
kills each training without warning (SIGKILL), and resumes it. Half of them are killed
at any moment, half after their first checkpoint. Each must leave what the unbroken one
has left: checkpoint, networks, sheets, and the log but for its seconds. Prints a line a
kill; what ended otherwise is kept in `temp/killed/`. Some ten CPU minutes. Linux and
macOS only.
"""

import utils
from lab import limits, settings

# what
SCRIPT = "cvae_gan.py"  # the training
GIVEN = "--width=0.1"  # its settings
STEPS = 20  # training steps; a checkpoint after every second one
KILLS = 20  # trainings to kill
SEED = 0  # of the moments

settings.read_settings(globals(), KILLS=limits.at_least(1))

import csv
import io
import json
import os
import shutil
import signal
import tempfile
import time
import zipfile
from pathlib import Path

import h5py
import numpy as np

from benchmarks import forked, toy
from lab import runs

MENU = "--menu=data/toy --image-size=16"
PREPARE = (
    "toppings.py --menu=data/toy",
    f"augment.py {MENU} --angles=4 --recombined=20",
)
TRAIN = f"{SCRIPT} {MENU} --batch-size=4 {GIVEN}"
TRAIN += f" --steps={STEPS} --sample-every=2"
# What two equal trainings do not have in common: times, and places in memory.
VARIES = "seconds", "date_saved", "shared_object_id", "RESUME"
NOT_COMPARED = "tensorboard/", "log.png"  # they show the seconds


def contents(run: Path) -> dict[str, object]:
    """Reads what a run holds, by file, so that equal runs have equal contents."""
    found = {}
    for path in sorted(run.rglob("*")):
        name = path.relative_to(run).as_posix()
        if path.is_dir() or name.startswith((".part-", *NOT_COMPARED)):
            continue
        found[name] = _content(name, path.read_bytes())
    return found


def _content(name: str, data: bytes) -> object:
    if name.endswith(".h5"):
        return _numbers(data)
    if name.endswith(".keras"):
        with zipfile.ZipFile(io.BytesIO(data)) as parts:
            return [_content(part, parts.read(part)) for part in parts.namelist()]
    if name.endswith(".csv"):
        return _common(list(csv.DictReader(data.decode().splitlines())))
    return _common(json.loads(data)) if name.endswith(".json") else data


def _common(value: object) -> object:
    """Leaves out what varies, however nested."""
    if isinstance(value, list):
        return [_common(item) for item in value]
    if isinstance(value, dict):
        return {key: _common(value[key]) for key in value if key not in VARIES}
    return value


def _numbers(data: bytes) -> dict[str, bytes]:
    """All arrays of an HDF5 file by name, to the bit."""
    found = {}

    def visit(name, item):
        if isinstance(item, h5py.Dataset):
            found[name] = item[()].tobytes()

    with h5py.File(io.BytesIO(data)) as file:
        file.visititems(visit)
    return found


def newest_run(place: Path) -> Path:
    return max((place / "temp").glob("*/0*"))


def kill_one(place: Path, output: Path, late: bool, seconds: float) -> str | float:
    """Starts a training and kills it.

    Args:
        place: where it is started.
        output: file for its standard error.
        late: whether to wait for its first checkpoint.
        seconds: to wait, from then or from its start.

    Returns:
        Where it was killed, in words. If it ended before: after how many seconds.
    """
    process, began = forked.start(TRAIN, place, output), time.time()
    while late or time.time() < began + seconds:
        if os.waitpid(process, os.WNOHANG)[0]:
            return time.time() - began
        time.sleep(0.005)
        if late and list(place.glob("temp/*/*/checkpoint*")):
            late, began = False, time.time()
    os.kill(process, signal.SIGKILL)
    forked.wait(process)
    if not list(place.glob("temp/*/*/settings.json")):
        return "before there was a run to resume"
    log = newest_run(place) / "log.csv"
    return f"with {_epochs(log)} of {STEPS // 2} epochs in its log"


def _epochs(log: Path) -> int:
    return len(log.read_text().splitlines()) - 1 if log.exists() else 0


def train(command: str, place: Path, output: Path) -> bool:
    """Runs a script to the end; returns whether there was a run to resume.

    Raises:
        InputError: it fails.
    """
    if not (status := forked.run(command, place, output)):
        return True
    if status == 2 and "--resume: expected a run" in output.read_text():
        return False
    raise utils.InputError(
        f"expected `{command}` to end well. Received: {output.read_text()[-300:]!r}"
    )


def main():
    forked.warm_up()
    rng = np.random.default_rng(SEED)
    kept = runs.TEMP / "killed"
    shutil.rmtree(kept, ignore_errors=True)
    with tempfile.TemporaryDirectory() as temp:
        whole, place, output = (Path(temp) / name for name in ("whole", "place", "out"))
        toy.make_menu(whole / "data/toy")
        for command in PREPARE:
            train(command, whole, output)
        shutil.copytree(whole, place)
        began = time.time()
        train(TRAIN, whole, output)
        unbroken = contents(newest_run(whole))
        equal, number, lasts = 0, 0, [time.time() - began] * 2
        while number < KILLS:
            shutil.rmtree(place / "temp", ignore_errors=True)
            late = number % 2
            where = kill_one(place, output, bool(late), rng.uniform(0, lasts[late]))
            if not isinstance(where, str):
                lasts[late] = where  # on this machine, as busy as it is now
                continue
            number += 1
            if not train(f"{TRAIN} --resume", place, output):
                train(TRAIN, place, output)
            found = contents(newest_run(place))
            differs = [
                name
                for name in sorted(found.keys() | unbroken.keys())
                if found.get(name) != unbroken.get(name)
            ]
            equal += not differs
            if differs:
                shutil.copytree(newest_run(place), kept / f"{number:02d}")
            ending = f"differs in {', '.join(differs)}" if differs else "equal"
            print(f"{number:2}. killed {where}: {ending}", flush=True)
    print(f"{equal} of {KILLS} endings are equal to the bit")


if __name__ == "__main__":
    utils.run(main)
