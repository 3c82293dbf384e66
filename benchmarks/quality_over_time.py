"""Draws how good pictures are after some minutes of training, for what one could pick.

    python -m benchmarks.quality_over_time

Trains on the sample menu at 64 pixels, each alone, in stages: `cvae_gan.py`, and
lightweight-gan from PyPI, which knows no recipes, so that only likeness to photos is
measured. Beside them stand pieces laid without a network. Time is of the processor, all
of a training's processes, their start included; figures are those of `evaluate.py`.
Writes a table `temp/quality-over-time-seed-...csv` and a `.png`, and measures the
methods that it lacks. Needs what `toppings.py` and `augment.py` made, and
`benchmarks/requirements.txt`; some 75 CPU minutes. Linux and macOS only.
"""

import utils
from lab import runs, settings

# what
METHODS = ""  # "painter" or "lightweight"; empty for both
SEED = 0  # of trainings

# measurement
SAMPLES = 1000  # generated pictures, see `evaluate.py`

settings.read_settings(globals())

import resource
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pandas as pd

from evaluation import plots
from evaluation.report import GENERATED, PIECES

MENU, SIZE = "data/sample", 64
STAGES = 5, 10, 20, 30  # minutes of processor time, after which to measure; about
CORES_USED = 1.8  # processor seconds of a training in a second, on two cores
TABLE = runs.TEMP / f"quality-over-time-seed-{SEED}-samples-{SAMPLES}.csv"
MEASURES = {  # of `metrics.json`: heading, group and name
    "unseen mAP": ("unseen_recipes", "mean_average_precision"),
    "single mAP": ("single_ingredients", "mean_average_precision"),
    "KID x 1000": ("judge_features", "kid_x1000"),
}


def cpu_minutes(command: list[str]) -> float:
    """Runs a command to its end; returns minutes of processor time that it took."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    ended = subprocess.run([sys.executable, *command])
    if ended.returncode:  # it has said why
        sys.exit(ended.returncode)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) / 60


def train_painter(keep):
    """Trains our CVAE+GAN in stages, and measures each.

    Args:
        keep: function that takes a method, its minutes and its measures.
    """
    took, flags = 0.0, [f"--menu={MENU}", f"--seed={SEED}"]
    for goal in STAGES:
        more = [f"--minutes={goal / CORES_USED}", *(["--resume"] if took else [])]
        took += cpu_minutes(["cvae_gan.py", *flags, *more])
        run = runs.find_run()
        flags_of_evaluation = [f"--samples={SAMPLES}", "--inception=0"]
        cpu_minutes(["evaluate.py", f"--run={run}", *flags_of_evaluation])
        measures = utils.read_json(run / "evaluation/metrics.json")["measures"]
        if goal == STAGES[0]:
            keep("pieces", 0.0, chosen(measures[PIECES]))
        keep("painter", took, chosen(measures[GENERATED]))


def chosen(measures: dict) -> dict[str, float]:
    """Picks `MEASURES` from those of one kind of picture; NaN for what is not there."""
    return {
        heading: measures.get(group, {}).get(name, np.nan)
        for heading, (group, name) in MEASURES.items()
    }


def train_lightweight(keep):
    """Trains lightweight-gan on turned photos; `keep` as of `train_painter`."""
    from PIL import Image

    from evaluation.comparison import compare_with_photos
    from evaluation.judge import load_judge
    from menus.files import read_menu
    from training.data import load_augmented

    images, pizza = load_augmented(read_menu(MENU), SIZE)
    rng = np.random.default_rng(SEED)
    with tempfile.TemporaryDirectory() as temp:
        photos, output = Path(temp) / "photos", Path(temp) / "output"
        for folder in (photos, output):
            folder.mkdir()
        for i in rng.choice(len(images), min(2000, len(images)), replace=False):
            Image.fromarray(images[i]).save(photos / f"{i}.png")
        minutes = ",".join(map(str, STAGES))
        command = ["-m", "benchmarks.lightweight", str(photos), str(output), minutes]
        cpu_minutes([*command, str(SEED)])
        for goal in STAGES:
            drawn = np.load(output / f"{goal:g}.npy")
            count = len(drawn) // (pizza.max() + 1)
            rows = [
                rng.choice(np.flatnonzero(pizza == i), count)
                for i in range(pizza.max() + 1)
            ]
            kinds = {
                "drawn": drawn[: count * len(rows)].reshape(
                    len(rows), count, *drawn.shape[1:]
                )
            }
            found = compare_with_photos(
                load_judge(SIZE).features, images[np.array(rows)], kinds
            )
            keep("lightweight", goal, chosen({"judge_features": found["drawn"]}))


def main():
    trainings = {"painter": train_painter, "lightweight": train_lightweight}
    wanted = settings.choose("METHODS", METHODS, trainings)
    if "lightweight" in wanted and not find_spec("lightweight_gan"):
        raise utils.InputError(
            "expected lightweight-gan. Received: none; run `pip install -r"
            " benchmarks/requirements.txt`, or choose --methods=painter"
        )
    lines = pd.read_csv(TABLE).to_dict("records") if TABLE.exists() else []

    def keep(method, minutes, measures):
        lines.append({"method": method, "CPU minutes": minutes, **measures})
        print(pd.DataFrame(lines).round(3).to_string(index=False), flush=True)

    for method, train in wanted.items():
        if any(line["method"] == method for line in lines):
            continue
        train(keep)
        # Only whole methods: one that is broken off is measured anew.
        utils.write_text(TABLE, pd.DataFrame(lines).to_csv(index=False))
    path = plots.over_time(
        pd.DataFrame(lines), list(MEASURES), TABLE.with_suffix(".png")
    )
    print(f"see {path}")


if __name__ == "__main__":
    utils.run(main)
