"""Tables of several trainings: a row is a script with flags, trained from some seeds.

What is trained and evaluated below `temp/` is kept, so that an interrupted table goes
on where it was.
"""

import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd

from evaluation.judge_files import find_judge
from evaluation.report import BLURRED, GENERATED, KINDS, PHOTOS, PIECES
from lab import runs
from lab.settings import Settings, choose, flag, read_script
from menus.identity import is_current
from utils import InputError, read_json, reading, whole_file, write_text

SEED = 0  # of evaluations: the same recipes and z for all
# The parts of a table: measures of `evaluate.py`, as `group.name`, and their headings.
PARTS = {
    "Is it what was ordered?": {
        "menu_recipes.mean_average_precision": "mAP, menu",
        "unseen_recipes.mean_average_precision": "mAP, unseen",
        "single_ingredients.mean_average_precision": "mAP, single",
        "menu_recipes.recognised": "recognised, menu",
        "unseen_recipes.recognised": "recognised, unseen",
        "single_ingredients.recognised": "recognised, single",
        "one_ingredient_changed.added_follows": "added: follows",
        "one_ingredient_changed.removed_follows": "removed: follows",
    },
    "Is it like the photos?": {
        "judge_features.kid_x1000": "KID (judge) x 1000",
        "judge_features.frechet_distance": "Frechet distance (judge)",
        "judge_features.precision": "precision",
        "judge_features.recall": "recall",
        "pixels.nearest_photo_rms": "to the nearest photo (RMS)",
        "learned_reconstructions.psnr": "PSNR, dB",
        "learned_reconstructions.ssim": "SSIM",
    },
}
MEASURES = [measure for measures in PARTS.values() for measure in measures]
TRAININGS = "cvae.py", "gan.py", "cvae_gan.py"
LENGTHS = {"epochs": "epochs", "steps": "steps"}  # of a training, and their headings
ENDLESS = "--steps=1000000 --epochs=1000000"  # for trainings that the time ends


def settings_of(command: str, given: str = "") -> tuple[str, dict[str, Any]]:
    """Reads what a row trains.

    Args:
        command: a script and its flags: "cvae.py --latent-dim=512".
        given: flags for all rows. Those of settings that the script lacks are left
            out; the row's own flags take precedence.

    Returns:
        The script's name without `.py`, and all its settings.
    """
    script, *flags = shlex.split(command)
    has = {flag(name) for name in read_script(runs.HOME / script)}
    shared = [f for f in shlex.split(given) if f.split("=")[0] in has]
    return Path(script).stem, read_script(runs.HOME / script, [*shared, *flags])


def measures(run: Path, samples: int) -> dict[str, dict[str, dict[str, float]]]:
    """Returns the measures of a run, by kind of picture, group and name.

    Runs `evaluate.py` unless its figures are newer than the run and the judge, and of
    as many samples.
    """
    path = run / "evaluation/metrics.json"
    size = runs.run_settings(run)["IMAGE_SIZE"]
    sources = [run / runs.FINISHED, find_judge(size)]
    written = path.stat().st_mtime if path.exists() else 0
    try:
        found = read_json(path)
    except InputError:  # none, or damaged
        found = {}
    is_old = any(source.stat().st_mtime > written for source in sources)
    is_old = is_old or not _is_whole(found)  # or written by an older evaluate.py
    if is_old or (found.get("samples"), found.get("seed")) != (samples, SEED):
        command = [sys.executable, runs.HOME / "evaluate.py", f"--run={run}"]
        command += [f"--samples={samples}", f"--seed={SEED}", "--inception=0"]
        evaluation = subprocess.run(command)
        if evaluation.returncode:
            sys.exit(evaluation.returncode)
        found = read_json(path)
    return found["measures"]


def _is_whole(found: dict) -> bool:
    """Whether there are figures of all kinds of pictures: numbers, or null for NaN."""
    try:
        kinds = GENERATED, PHOTOS, BLURRED  # pieces only beside a painter
        picked = [pick(found["measures"][kind]) for kind in kinds]
    except (LookupError, TypeError, AttributeError):
        return False
    numbers = [value for figures in picked for value in figures.values()]
    return all(isinstance(number, int | float | None) for number in numbers)


def trained_for(run: Path) -> dict[str, int]:
    """Counts the training steps of a run, or its epochs if its script has no STEPS."""
    if "STEPS" in runs.run_settings(run):
        path = run / runs.FINISHED
        with reading(path, "the steps of a finished run"):
            return {"steps": int(read_json(path)["steps"])}
    rows = (run / "log.csv").read_text(encoding="utf-8").splitlines()
    return {"epochs": len(rows) - 1}


def pick(groups: dict[str, dict[str, float]]) -> dict[str, float]:
    """Picks `MEASURES` out of the measures of one kind of picture, where they are."""
    found = {}
    for measure in MEASURES:
        group, name = measure.split(".")
        if name in groups.get(group, {}):
            found[measure] = groups[group][name]
    return found


def compare(
    rows: dict[str, str], given: str, seeds: int, samples: int
) -> Iterator[pd.DataFrame]:
    """Trains and measures rows, each with some seeds.

    Args:
        rows: by name, a script and its flags.
        given: flags for all rows, as of `settings_of`.
        seeds: trainings of each row.
        samples: see evaluate.py.

    Yields:
        After each training, the table so far: a line a training, with "row", "seed",
        "run", "steps" or "epochs", and `MEASURES`. The first lines are of photos.

    Raises:
        InputError: a flag that none of the trainings has.
    """
    known = {
        flag(name) for script in TRAININGS for name in read_script(runs.HOME / script)
    }
    for word in shlex.split(given):
        if word.split("=")[0] not in known:
            raise InputError(
                f"GIVEN: expected settings of {', '.join(TRAININGS)} as"
                f" --name=value. Received: {word}"
            )
    lines = []
    for seed in range(seeds):
        for name, command in rows.items():
            script, wanted = settings_of(command, given)
            print(f"{name}, seed {seed}", flush=True)
            run = runs.trained_run(script, wanted | {"SEED": seed}, is_current)
            kinds = measures(run, samples)
            for kind in (PHOTOS, BLURRED, PIECES):
                listed = KINDS[kind] in [line["row"] for line in lines]
                if kind in kinds and not listed:
                    lines.append({"row": KINDS[kind], **pick(kinds[kind])})
            line = {"row": name, "seed": seed, "run": run.as_posix()}
            lines.append(line | trained_for(run) | pick(kinds[GENERATED]))
            yield pd.DataFrame(lines)


def summary(table: pd.DataFrame) -> str:
    """Lays a table of `compare` out in Markdown, a row a name.

    Figures are means over the seeds and, where there are several, their standard
    deviation.
    """
    parts = []
    for k, (title, measures) in enumerate(PARTS.items()):
        headings = measures if k else LENGTHS | measures
        shown = [column for column in headings if column in table]
        lines = [["", *map(headings.get, shown)], ["---"] * (1 + len(shown))]
        for name, trainings in table.groupby("row", sort=False):
            lines.append([name, *(_text(trainings[column]) for column in shown)])
        text = "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
        parts.append(f"{title}\n\n{text}\n")
    return "\n".join(parts)


def _text(values: pd.Series) -> str:
    values = values.dropna().astype(float)
    if values.empty:
        return ""
    mean = values.mean()
    digits = 3 if abs(mean) < 1 else 1 if abs(mean) < 100 else 0
    spread = round(values.std(), digits) if len(values) > 1 else 0
    if not spread:
        return f"{mean:,.{0 if mean.is_integer() else digits}f}"
    return f"{mean:,.{digits}f} ± {spread:,.{digits}f}"


def write(table: pd.DataFrame, path: Path) -> str:
    """Writes a table of `compare` as `.csv`, and its summary as `.md`.

    Returns:
        The summary.
    """
    with whole_file(path.with_suffix(".csv")) as part:
        table.to_csv(part, index=False)
    text = summary(table)
    write_text(path.with_suffix(".md"), text)
    return text


def tabulate(
    variants: dict[str, str], settings: Settings, title: str
) -> tuple[pd.DataFrame, Path]:
    """Trains, measures and prints: the `main` of a study that is a table of variants.

    Writes `temp/<title>-<menu>-<size>.csv` and `.md`.

    Args:
        variants: by name, a script and its flags.
        settings: the script's own: MENU, IMAGE_SIZE, ROWS, MINUTES, SEEDS, GIVEN and
            SAMPLES.
        title: of the table.

    Returns:
        The table, and the path of its `.csv`.
    """
    values = settings.values
    menu, size, minutes = values["MENU"], values["IMAGE_SIZE"], values["MINUTES"]
    find_judge(size)  # before hours of training
    given = f"--menu={shlex.quote(menu)} --image-size={size} "
    given += f"--minutes={minutes} {ENDLESS} " if minutes else ""
    path = runs.TEMP / f"{title}-{Path(menu).name}-{size}.csv"
    tables = compare(
        choose("ROWS", values["ROWS"], variants),
        given + values["GIVEN"],
        values["SEEDS"],
        values["SAMPLES"],
    )
    for table in tables:
        text = write(table, path)
    print(f"{text}\nsee {path.with_suffix('.md')} and {path}")
    return table, path
