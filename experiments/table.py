"""Several trainings and what they measure: rows of settings x seeds -> a table.

A row of a table is a script with flags, as one would type them. What is trained and
evaluated below `temp/` is kept, so that a table that was broken off goes on.
"""

import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd

from lab import runs
from lab.settings import Settings, choose, flag, read_script
from menus.identity import is_current
from utils import InputError, read_json, whole_file, write_text

SEED = 0  # of evaluations: the same recipes and z for all
PHOTOS = "photos", "photos blurred"  # rows of what nothing can better, and for scale
# What a table shows: the figures of evaluate.py, by heading; group and name there.
MEASURES = {
    "Is on it what was ordered?": {
        "mean AP, menu": ("recipes of the menu", "mean average precision"),
        "mean AP, unseen": ("unseen recipes", "mean average precision"),
        "mean AP, single": ("single ingredients", "mean average precision"),
        "recognised, menu": ("recipes of the menu", "ingredients recognised"),
        "recognised, unseen": ("unseen recipes", "ingredients recognised"),
        "recognised, single": ("single ingredients", "ingredients recognised"),
        "put on: follows": ("one ingredient changed", "put on: follows"),
        "taken off: follows": ("one ingredient changed", "taken off: follows"),
    },
    "Is it like the photos?": {
        "KID x 1000": ("to the judge's eye", "KID x 1000"),
        "FID": ("to the judge's eye", "FID"),
        "precision": ("to the judge's eye", "precision"),
        "recall": ("to the judge's eye", "recall"),
        "to the nearest photo, RMS": ("pixels", "to the nearest photo, RMS"),
        "PSNR, dB": ("photos learned, reconstructed", "PSNR, dB"),
        "SSIM": ("photos learned, reconstructed", "SSIM"),
    },
}
TRAININGS = "cvae.py", "gan.py", "cvae_gan.py"
TRAINED = ["epochs", "steps"]
ENDLESS = "--steps=1000000 --epochs=1000000"  # the time ends it


def need_judge(size: int):
    """Sees to it that hours of training are not followed by "no judge".

    Raises:
        InputError: there is no judge of this size.
    """
    path = runs.TEMP / "judge" / f"judge_{size}.json"
    if not path.exists():
        raise InputError(
            f"expected a judge of {size} pixels. Received: no {path}; run `python"
            f" judge.py --image-size={size}`, once"
        )


def settings_of(command: str, given: str = "") -> tuple[str, dict[str, Any]]:
    """Reads what a row trains.

    Args:
        command: a script and its flags: "cvae.py --latent-dim=512".
        given: flags for all rows, for settings that the script has; the row's own win.

    Returns:
        The script's name without `.py`, and all its settings.
    """
    script, *flags = shlex.split(command)
    has = {flag(name) for name in read_script(runs.HOME / script)}
    shared = [f for f in shlex.split(given) if f.split("=")[0] in has]
    return Path(script).stem, read_script(runs.HOME / script, [*shared, *flags])


def measures(run: Path, samples: int) -> dict[str, dict[str, dict[str, float]]]:
    """Returns the figures of a run, by kind of picture, group and name.

    Runs `evaluate.py` if it has not been run since the training, since the judge
    learned, or with as many samples.
    """
    path = run / "evaluation/metrics.json"
    size = runs.run_settings(run)["IMAGE_SIZE"]
    sources = [run / "progress.gif", runs.TEMP / "judge" / f"judge_{size}.json"]
    written = path.stat().st_mtime if path.exists() else 0
    try:
        found = read_json(path)
    except InputError:  # none, or damaged
        found = {}
    is_old = any(source.stat().st_mtime > written for source in sources)
    if is_old or (found.get("samples"), found.get("seed")) != (samples, SEED):
        command = [sys.executable, runs.HOME / "evaluate.py", f"--run={run}"]
        command += [f"--samples={samples}", f"--seed={SEED}", "--inception=0"]
        evaluation = subprocess.run(command)
        if evaluation.returncode:
            sys.exit(evaluation.returncode)
        found = read_json(path)
    return found["measures"]


def trained_for(run: Path) -> dict[str, int]:
    """Counts the training steps of a run, or its epochs if that is how it is told."""
    rows = len((run / "log.csv").read_text(encoding="utf-8").splitlines()) - 1
    values = runs.run_settings(run)
    if "STEPS" in values:
        return {"steps": rows * values["SAMPLE_EVERY"]}
    return {"epochs": rows}


def figures(groups: dict[str, dict[str, float]]) -> dict[str, float]:
    """Picks the figures of `MEASURES` out of one kind of picture, by heading."""
    return {
        heading: groups[group][name]
        for columns in MEASURES.values()
        for heading, (group, name) in columns.items()
        if name in groups.get(group, {})
    }


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
        "run", steps or epochs, and figures by heading; first those of photos.

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
            if not lines:
                lines = [{"row": kind, **figures(kinds[kind])} for kind in PHOTOS]
            line = {"row": name, "seed": seed, "run": run.as_posix()}
            lines.append(line | trained_for(run) | figures(kinds["drawn"]))
            yield pd.DataFrame(lines)


def summary(table: pd.DataFrame) -> str:
    """Lays a table of `compare` out in Markdown, a row a name.

    Figures are means over the seeds and, where there are several, their standard
    deviation.
    """
    parts = []
    for k, (title, columns) in enumerate(MEASURES.items()):
        wanted = [*(TRAINED if k == 0 else []), *columns]
        shown = [heading for heading in wanted if heading in table]
        lines = [["", *shown], ["---"] * (1 + len(shown))]
        for name, of_row in table.groupby("row", sort=False):
            lines.append([name, *(_text(of_row[heading]) for heading in shown)])
        text = "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
        parts.append(f"{title}\n\n{text}\n")
    return "\n".join(parts)


def _text(values: pd.Series) -> str:
    values = values.dropna().astype(float)
    if values.empty:
        return ""
    mean = values.mean()
    digits = 3 if abs(mean) < 1 else 1 if abs(mean) < 100 else 0
    spread = f" ± {values.std():,.{digits}f}" if len(values) > 1 else ""
    return f"{mean:,.{digits}f}{spread}"


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


def tabulate(variants: dict[str, str], settings: Settings, title: str):
    """Trains, measures and prints: the work of a script that is a table of variants.

    Writes `temp/<title>-<menu>-<size>.csv` and `.md`.

    Args:
        variants: by name, a script and its flags.
        settings: the script's own: MENU, IMAGE_SIZE, ROWS, MINUTES, SEEDS, GIVEN and
            SAMPLES.
        title: of the table.
    """
    values = settings.values
    menu, size, minutes = values["MENU"], values["IMAGE_SIZE"], values["MINUTES"]
    need_judge(size)
    given = f"--menu={shlex.quote(menu)} --image-size={size} "
    given += f"--minutes={minutes} {ENDLESS} " if minutes else ""
    path = runs.TEMP / f"{title}-{Path(menu).name}-{size}"
    tables = compare(
        choose("ROWS", values["ROWS"], variants),
        given + values["GIVEN"],
        values["SEEDS"],
        values["SAMPLES"],
    )
    for table in tables:
        text = write(table, path)
    print(f"{text}\nsee {path}.md and {path}.csv")
