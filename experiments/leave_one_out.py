"""Pizzas never seen: one training without each pizza of a menu, judged together.

The judge's answers to all pictures are pooled, as those to the pictures of one pizza
have no average precision. What is on one pizza alone, no training can have learned
without it: so there are also figures of the ingredients that other photos show.
"""

from pathlib import Path

import numpy as np

from evaluation import plots, report
from evaluation.fidelity import fidelity
from evaluation.judge import load_judge
from evaluation.recognition import Agreement, agreement
from evaluation.subject import Subject
from experiments import table
from lab import pictures, runs
from menus.identity import is_current, read_menu_of
from menus.sheets import MOST_SHOWN, of_all
from utils import InputError

LEFT_OUT, LEARNED, PHOTOS = "left out", "learned", "photos"
SAMPLES_SHOWN = 4  # of each


def train_without_each(run: Path) -> tuple[Path, list[Path]]:
    """Trains as a run was trained, but without each of its pizzas in turn.

    What is trained already is found.

    Args:
        run: the run, with or without all pizzas of its menu.

    Returns:
        The run of all pizzas, and those without the first, the second and so on.

    Raises:
        InputError: it draws one pizza only, or is told no recipes.
    """
    script, values = run.parent.name, runs.run_settings(run)
    if values.get("PIZZA") or not values.get("CONDITIONAL", True):
        raise InputError(
            f"{run}: expected a run that is told recipes of a menu. Received: one with"
            f" PIZZA {values['PIZZA']!r}, CONDITIONAL {values['CONDITIONAL']}"
        )
    table.need_judge(values["IMAGE_SIZE"])
    wanted = values | {"HOLD_OUT": ""}
    whole = runs.trained_run(script, wanted, is_current)
    slugs = [row["slug"] for row in read_menu_of(whole).rows]
    without = []
    for k, slug in enumerate(slugs, start=1):
        print(f"without {slug}, {k} of {len(slugs)}", flush=True)
        without.append(
            runs.trained_run(script, wanted | {"HOLD_OUT": slug}, is_current)
        )
    return whole, without


def pool(
    probabilities: np.ndarray, ordered: np.ndarray
) -> tuple[dict[str, dict[str, float]], Agreement]:
    """Measures the answers to pictures of all pizzas together.

    Args:
        probabilities: the judge's, `(pizzas, of each, ingredients)`.
        ordered: true where an ingredient is in the recipe, `(pizzas, ingredients)`.

    Returns:
        Measures by group and name, and the agreement of all ingredients.
    """
    of_each = probabilities.shape[1]
    groups = {
        "all ingredients": np.full(ordered.shape[1], True),
        "ingredients that other photos show": ordered.sum(axis=0) > 1,
    }
    measures = {}
    for group, among in groups.items():
        if not among.any():
            continue
        has = np.repeat(ordered[:, among], of_each, axis=0)
        found = agreement(probabilities[..., among].reshape(has.shape), has)
        there = np.isfinite(found.precision)
        measures[group] = {
            "mean average precision": found.mean,
            "  by chance": float(has[:, there].mean()) if there.any() else np.nan,
            "of k ordered, among the k likeliest": found.top_k,
            "ingredients recognised": int(found.recognised.sum()),
            "  of": int(there.sum()),
        }
        if among.all():
            of_all = found
    return measures, of_all


def evaluate(run: Path, samples: int, seed: int):
    """Trains without each pizza, measures, prints a table and writes a sheet.

    Both are in the folder `evaluation/` of the run of all pizzas: `leave-one-out.json`,
    `leave-one-out.png`, and each ingredient's figures in a plot.

    Args:
        run: a run as of `train_without_each`.
        samples: 2/5 of them are drawn, as many of each pizza.
        seed: of z, and of which turns of the photos.
    """
    path, paths = train_without_each(run)
    whole = Subject(path)
    judge = load_judge(whole.size, runs.TEMP / "judge")
    menu, columns = whole.menu, judge.columns(whole.menu)
    if not columns:
        raise InputError(
            f"{path}: expected ingredients that the judge knows. Received:"
            f" {', '.join(judge.unknown(menu))}"
        )
    of_each = max(2, 2 * samples // 5 // len(menu.rows))
    (_, turns) = whole.turns(of_each, np.random.default_rng(seed))
    shown = {LEFT_OUT: [], LEARNED: [], PHOTOS: list(whole.photos[turns])}
    again = []  # photos left out, as drawn from their z
    for i, without in enumerate(paths):
        subject, codes = Subject(without), np.repeat(menu.codes[[i]], of_each, axis=0)
        shown[LEFT_OUT].append(subject.draw(codes, seed))
        shown[LEARNED].append(whole.draw(codes, seed))
        if subject.has_encoder:
            again.append(subject.reconstruct([i])[1][0])

    ordered = (menu.codes[:, :, None] == list(columns)).any(axis=1)
    names = [menu.captions[code] for code in columns]
    measures, precision = {}, {}
    for kind, of_kind in shown.items():
        answers = [judge.probabilities(p)[:, list(columns.values())] for p in of_kind]
        measures[kind], found = pool(np.stack(answers), ordered)
        precision[kind] = dict(zip(names, found.precision, strict=True))
    photos = np.stack([whole.photos[np.argmax(whole.pizza == i)] for i in whole.rows])
    if again:
        group = "photos, reconstructed"
        measures[LEFT_OUT][group] = fidelity(photos, np.stack(again))
        measures[LEARNED][group] = fidelity(*whole.reconstruct(whole.rows))

    figures = {"samples": samples, "seed": seed, "measures": measures}
    figures["average precision"] = precision
    report.write_json(figures, whole.folder / "leave-one-out.json")
    plot = whole.folder / "leave-one-out-ingredients.png"
    plots.precision_of_each(precision, plot)
    sheet = _sheet(photos, again, shown[LEFT_OUT], shown[LEARNED], menu)
    pictures.save(sheet, whole.folder / "leave-one-out.png")
    print(report.table(measures))
    print(f"see {whole.folder}/leave-one-out.png and .json, and {plot}")


def _sheet(photos, again, left_out, learned, menu):
    """Lays out photos beside what was drawn with and without having seen them."""
    rows, few = [], min(SAMPLES_SHOWN, len(learned[0]))
    for i in range(min(len(photos), MOST_SHOWN)):
        row = [photos[i], *again[i : i + 1], None, *left_out[i][:few]]
        rows.append([*row, None, *learned[i][:few]])
    columns = ["photo", *["its z, drawn; never seen"] * bool(again), ""]
    columns += ["never seen"] * few + [""] + ["learned"] * few
    captions = [menu.describe(recipe) for recipe in menu.recipes[:MOST_SHOWN]]
    return pictures.sheet(rows, captions, columns, of_all(menu.rows))
