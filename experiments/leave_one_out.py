"""Pizzas never seen: each pizza of a menu, drawn by a network trained without it.

    python judge.py --image-size=32       # once
    python -m experiments.leave_one_out --run=temp/cvae_gan/00001-image-size-32

Trains the script of a run, with the run's settings, once without each pizza of its
menu: as many trainings as pizzas, so choose a small run. Finished trainings are kept.
Writes `evaluation/leave-one-out.json`, `.png` and `-ingredients.png` in the folder of
the run that learned all pizzas.

The judge's answers to all pictures are pooled, because the pictures of one pizza alone
have no average precision. No training can learn what only the left-out pizza has: so
there are also figures of the ingredients that other photos show. Networks that paint
pieces of the other photos have those pieces, laid without a network, beside them.
"""

import utils
from lab import settings
from training import backend

# data
RUN = ""  # run folder; empty for the one trained last

# measurement
SAMPLES = 2000  # generated pictures, as many of each pizza
SEED = 0  # of z, and of which augmented photos to compare with

settings.read_settings(globals())

backend.start()

from pathlib import Path

import numpy as np

from evaluation import plots, report
from evaluation.evaluated_run import EvaluatedRun
from evaluation.fidelity import fidelity
from evaluation.judge import load_judge
from evaluation.judge_files import find_judge
from evaluation.recognition import Agreement, agreement
from lab import pictures, runs
from menus.identity import is_current, read_menu_of
from menus.sheets import MOST_SHOWN, shown_note
from utils import InputError

LEFT_OUT, PIECES = "left_out", "left_out_pieces"
LEARNED, PHOTOS = "learned", "photos"
KINDS = {LEFT_OUT: "left out", PIECES: "left out, pieces"}
KINDS |= {LEARNED: "learned", PHOTOS: "photos"}
GROUPS = {
    "all_ingredients": report.Group("all ingredients", report.RECOGNITION),
    "shared_ingredients": report.Group(
        "ingredients that other photos show", report.RECOGNITION
    ),
    "reconstructions": report.Group("photos, reconstructed", report.FIDELITY),
}
SAMPLES_SHOWN = 4  # of each


def train_without_each(run: Path) -> tuple[Path, list[Path]]:
    """Trains with a run's settings, but without each pizza of its menu in turn.

    Finished trainings are found and kept.

    Args:
        run: the run, with or without all pizzas of its menu.

    Returns:
        The run of all pizzas, and those without the first, the second and so on.

    Raises:
        InputError: the run draws one pizza only, or takes no recipes.
    """
    script, values = run.parent.name, runs.run_settings(run)
    if values.get("PIZZA") or not values.get("CONDITIONAL", True):
        raise InputError(
            f"{run}: expected a run that draws the recipes of a menu. Received: one"
            f" with PIZZA {values['PIZZA']!r}, CONDITIONAL {values['CONDITIONAL']}"
        )
    find_judge(values["IMAGE_SIZE"])  # before hours of training
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


def pool(probabilities: np.ndarray, ordered: np.ndarray) -> dict[str, Agreement]:
    """Compares the judge's answers with orders, the pictures of all pizzas together.

    Args:
        probabilities: the judge's, `(pizzas, pictures of each, ingredients)`.
        ordered: true where an ingredient is in the recipe, `(pizzas, ingredients)`.

    Returns:
        By group: the agreement of all ingredients, and of those on several pizzas.
    """
    groups = {
        "all_ingredients": np.full(ordered.shape[1], True),
        "shared_ingredients": ordered.sum(axis=0) > 1,
    }
    agreements = {}
    for group, chosen in groups.items():
        if chosen.any():
            labels = np.repeat(ordered[:, chosen], probabilities.shape[1], axis=0)
            scores = probabilities[..., chosen].reshape(labels.shape)
            agreements[group] = agreement(scores, labels)
    return agreements


def main():
    folder, folders = train_without_each(runs.find_run(RUN))
    whole = EvaluatedRun(folder)
    judge = load_judge(whole.size)
    menu, columns = whole.menu, judge.columns(whole.menu)
    if not columns:
        raise InputError(
            f"{folder}: expected ingredients that the judge knows. Received:"
            f" {', '.join(judge.unknown(menu))}"
        )
    count = max(2, SAMPLES // len(menu.rows))
    (_, indices) = whole.split_photos(count, np.random.default_rng(SEED))
    shown = {LEFT_OUT: [], PIECES: [], LEARNED: []}
    shown[PHOTOS] = list(whole.photos[indices])
    reconstructions = []  # of photos left out
    for i, without in enumerate(map(EvaluatedRun, folders)):
        recipes = np.repeat(menu.codes[[i]], count, axis=0)
        generated, pieces = without.generate_with_pieces(recipes, SEED)
        shown[LEFT_OUT].append(generated)
        if pieces is not None:
            shown[PIECES].append(pieces)
        shown[LEARNED].append(whole.generate(recipes, SEED))
        if without.has_encoder:
            reconstructions.append(without.reconstruct([i])[1][0])

    ordered = (menu.codes[:, :, None] == list(columns)).any(axis=1)
    names = [menu.captions[code] for code in columns]
    measures, average_precision = {}, {}
    for kind, images in shown.items():
        if not images:  # pieces, of networks that are told recipes
            continue
        answers = [judge.probabilities(p)[:, list(columns.values())] for p in images]
        agreements = pool(np.stack(answers), ordered)
        measures[kind] = {
            group: {**found.measures(), "chance": found.chance}
            for group, found in agreements.items()
        }
        values = agreements["all_ingredients"].average_precision
        average_precision[kind] = dict(zip(names, values, strict=True))
    photos = np.stack(
        [whole.photos[np.argmax(whole.pizza == i)] for i in whole.learned]
    )
    if reconstructions:
        found = fidelity(photos, np.stack(reconstructions))
        measures[LEFT_OUT]["reconstructions"] = found
        found = fidelity(*whole.reconstruct(whole.learned))
        measures[LEARNED]["reconstructions"] = found

    figures = {"samples": SAMPLES, "seed": SEED, "measures": measures}
    figures["average_precision"] = average_precision
    report.write_json(figures, whole.output / "leave-one-out.json")
    plot = whole.output / "leave-one-out-ingredients.png"
    plotted = {KINDS[kind]: values for kind, values in average_precision.items()}
    plots.precision_of_each(plotted, plot)
    sheet = _sheet(photos, reconstructions, shown[LEFT_OUT], shown[LEARNED], menu)
    pictures.save(sheet, whole.output / "leave-one-out.png")
    headed = {KINDS[kind]: groups for kind, groups in measures.items()}
    print(report.table(headed, GROUPS))
    print(f"see {whole.output}/leave-one-out.png and .json, and {plot}")


def _sheet(photos, reconstructions, left_out, learned, menu):
    """Lays out photos, and samples of networks that have and have not learned them."""
    rows, few = [], min(SAMPLES_SHOWN, len(learned[0]))
    for i in range(min(len(photos), MOST_SHOWN)):
        row = [photos[i], *reconstructions[i : i + 1], None, *left_out[i][:few]]
        rows.append([*row, None, *learned[i][:few]])
    reconstruction = ["reconstruction, left out"] * bool(reconstructions)
    columns = ["photo", *reconstruction, "", *["left out"] * few]
    columns += ["", *["learned"] * few]
    captions = [menu.describe(recipe) for recipe in menu.recipes[:MOST_SHOWN]]
    return pictures.sheet(rows, captions, columns, shown_note(menu.rows))


if __name__ == "__main__":
    utils.run(main)
