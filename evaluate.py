"""Measures runs: do they draw what was ordered, do pictures look real, are any copies?

    python evaluate.py                                           # the run trained last
    python evaluate.py --run=temp/gan/00001,temp/cvae/00002      # side by side

Needs the augmented photos of the run's menu, and a judge: that of 64 pixels comes with
the code, `judge.py` trains others. Prints a table: the runs, beside the photos
themselves, as an upper bound, and beside the photos blurred, for scale; of a network
that paints owners also beside the pieces that it paints, laid without it. Writes
`evaluation/` in each run folder: `metrics.json` with all figures, also those of each
ingredient, plots and sheets. The same seed gives the same figures.
"""

import utils
from lab import limits, runs, settings
from training import backend

# data
RUN = ""  # run folders with commas; empty for the one trained last

# measurement
SAMPLES = 5000  # generated pictures of each run, 2/5 of them for recipes of its menu
INCEPTION = 500  # pictures of a kind to compare by InceptionV3's features; 0 for none
SEED = 0  # of z, of recipes, and of which augmented photos to compare with

settings.read_settings(globals(), INCEPTION=limits.at_least(0))

from collections.abc import Callable


def find_runs():
    """Finds the runs that `RUN` names."""
    return [runs.find_run(name.strip()) for name in RUN.split(",")]


if __name__ == "__main__":  # mistakes are answered before Keras is loaded
    utils.run(find_runs)
backend.start()

import numpy as np
from scipy.ndimage import gaussian_filter

from evaluation import counterfactuals, plots, report
from evaluation.comparison import SHOWN, compare_pixels, compare_with_photos, flatten
from evaluation.evaluated_run import EvaluatedRun
from evaluation.fidelity import fidelity
from evaluation.inception import load_inception
from evaluation.judge import Judge, load_judge
from evaluation.recognition import Agreement, ask_judge
from evaluation.report import BLURRED, GENERATED, PHOTOS, PIECES
from lab import pictures

TRUSTED = 0.8  # mean average precision on photos below which not to trust the judge
BLUR = 1 / 64  # standard deviation of the blur, in widths of a picture


def generate_menu_recipes(
    run: EvaluatedRun,
) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """Generates the recipes of the menu, and picks as many augmented photos.

    Returns:
        Pictures by kind, `(pizzas, pictures of each, size, size, 3)`, and other
        augmented photos, as many, to compare every kind with.
    """
    count = max(2, 2 * SAMPLES // 5 // len(run.learned))
    halves = run.split_photos(count, np.random.default_rng([SEED, 0]))
    reference, photos = (run.photos[half] for half in halves)
    blur = BLUR * run.size
    recipes = np.repeat(run.menu.codes[run.learned], photos.shape[1], axis=0)
    generated, pieces = run.generate_with_pieces(recipes, SEED)
    kinds = {
        GENERATED: generated.reshape(photos.shape),
        PHOTOS: photos,
        BLURRED: gaussian_filter(photos, (0, 0, blur, blur, 0)),
    }
    if pieces is not None:
        kinds[PIECES] = pieces.reshape(photos.shape)
    return kinds, reference


def new_recipes(run: EvaluatedRun, judge: Judge) -> dict[str, np.ndarray]:
    """Makes recipes that were not learned, padded, `(n, longest)`, by set."""
    menu, columns, count = run.menu, judge.columns(run.menu), SAMPLES // 5
    names = {judge.ingredients[column]: code for code, column in columns.items()}
    rng = np.random.default_rng([SEED, 1])
    sets = {
        "held_out_recipes": menu.codes[run.held_out],
        "unseen_recipes": run.unseen_recipes(names, count, rng),
        "single_ingredients": np.stack([menu.pad([code]) for code in columns]),
    }
    return {
        name: np.repeat(recipes, -(-count // len(recipes)), axis=0)
        for name, recipes in sets.items()
        if len(recipes)
    }


def measure_recognition(
    run: EvaluatedRun, judge: Judge, kinds: dict[str, np.ndarray]
) -> dict[tuple[str, str], Agreement]:
    """Asks the judge whether pictures show what was ordered.

    Args:
        run: the run.
        judge: of its size.
        kinds: pictures of the recipes of the menu, by kind.

    Returns:
        Agreements by kind of picture and set of recipes.
    """
    menu, agreements = run.menu, {}
    for kind, images in kinds.items():
        if run.conditional or kind != GENERATED:
            recipes = np.repeat(menu.codes[run.learned], images.shape[1], axis=0)
            found = ask_judge(judge, menu, flatten(images), recipes)
            agreements[kind, "menu_recipes"] = found
    if run.conditional:
        for name, recipes in new_recipes(run, judge).items():
            drawn = run.generate_with_pieces(recipes, SEED)
            for kind, images in zip((GENERATED, PIECES), drawn, strict=True):
                if images is not None:
                    agreements[kind, name] = ask_judge(judge, menu, images, recipes)
    return agreements


def change_one_ingredient(run: EvaluatedRun, judge: Judge) -> dict[str, float]:
    """Generates pairs of recipes that differ in one ingredient, from the same z.

    Saves a sheet of some pairs.

    Returns:
        Measures by name; none where no recipe can be changed.
    """
    menu, columns = run.menu, judge.columns(run.menu)
    rng = np.random.default_rng([SEED, 2])
    changes = counterfactuals.change_recipes(
        menu, run.learned, list(columns), SAMPLES // 15, rng
    )
    if not len(changes.code):
        return {}
    without, owners = run.generate_with_owners(changes.without, SEED + 1)
    having, changed_owners = run.generate_with_owners(changes.having, SEED + 1)
    another_z = run.generate(changes.without, SEED + 2)
    captions = [
        f"{menu.captions[code]} {'added' if added else 'removed'}"
        for code, added in zip(changes.code, changes.added, strict=True)
    ]
    sheet = pictures.sheet(
        [list(without[:SHOWN]), list(having[:SHOWN])],
        ["without", "with it, same z"],
        captions[:SHOWN],
    )
    pictures.save(sheet, run.output / "one-ingredient.png")
    probabilities = judge.probabilities(without), judge.probabilities(having)
    measures = counterfactuals.response(changes, columns, *probabilities)
    compared = without, having, another_z
    measures["rest_kept"] = counterfactuals.rest_kept(*compared)
    if owners is not None:
        changed = changes.code[:, None, None]
        rest = (owners != changed) & (changed_owners != changed)
        measures["rest_kept_elsewhere"] = counterfactuals.rest_kept(*compared, rest)
    return measures


def measure_reconstructions(run: EvaluatedRun) -> dict[str, dict[str, float]]:
    """Compares photos with their reconstructions; returns measures by group."""
    rows = {"learned": run.learned, "held_out": run.held_out}
    return {
        f"{name}_reconstructions": fidelity(*run.reconstruct(chosen))
        for name, chosen in rows.items()
        if chosen
    }


def evaluate(
    run: EvaluatedRun, judge: Judge, inception: Callable | None
) -> tuple[dict, dict]:
    """Measures a run, its photos, and its photos blurred.

    Args:
        run: the run.
        judge: of its size.
        inception: function from pictures to features, or None.

    Returns:
        Measures by kind of picture, group and name; and the average precision by set of
        recipes and ingredient.
    """
    kinds, reference = generate_menu_recipes(run)
    measures, average_precision = {kind: {} for kind in kinds}, {}
    if columns := judge.columns(run.menu):
        names = [run.menu.captions[code] for code in columns]
        agreements = measure_recognition(run, judge, kinds)
        for (kind, recipe_set), agreement in agreements.items():
            measures[kind][recipe_set] = agreement.measures()
            values = zip(names, agreement.average_precision, strict=True)
            if kind == GENERATED or recipe_set == "menu_recipes":
                found = dict(values)
                average_precision[recipe_set if kind == GENERATED else kind] = found
    if columns and run.conditional:
        changed = change_one_ingredient(run, judge)
        measures[GENERATED]["one_ingredient_changed"] = changed
    groups = {"judge_features": compare_with_photos(judge.features, reference, kinds)}
    if inception:
        few = np.s_[:, : max(2, INCEPTION // len(run.learned))]
        some = {kind: images[few] for kind, images in kinds.items()}
        found = compare_with_photos(inception, reference[few], some)
        groups["inception_features"] = found
    groups["pixels"] = compare_pixels(run, kinds)
    for group, by_kind in groups.items():
        for kind, found in by_kind.items():
            measures[kind][group] = found
    if run.has_encoder:
        measures[GENERATED] |= measure_reconstructions(run)
    return measures, average_precision


def load_judges(evaluated: list[EvaluatedRun]) -> dict[int, Judge]:
    """Loads a judge for each size of pictures, and prints how good it is."""
    judges = {}
    for size in {run.size for run in evaluated}:
        judge = judges[size] = load_judge(size)
        precision = f"mean average precision {judge.precision:.3f} on fresh drawings"
        print(f"the judge of {size} pixels: {precision}")
    return judges


def warn_of_judge(run: EvaluatedRun, judge: Judge, measures: dict):
    """Prints for which ingredients and photos the judge cannot be trusted."""
    if unknown := judge.unknown(run.menu):
        print(f"not judged, as the judge does not know: {', '.join(unknown)}")
    found = measures[PHOTOS].get("menu_recipes", {}).get("mean_average_precision", 1)
    if found < TRUSTED:
        print(
            f"the judge has learned drawn pizzas, and its mean average precision on"
            f" photos of {run.menu.folder} is only {found:.2f}: trust it accordingly"
        )


def columns(measured: dict[str, dict]) -> dict[str, dict]:
    """Names the columns of the table: what is the same for all runs stands there once.

    Args:
        measured: by run, what `evaluate` has measured.

    Returns:
        Measures by heading.
    """
    found = {}
    for kind in (PHOTOS, BLURRED, PIECES):
        by_run = {name: m[kind] for name, m in measured.items() if kind in m}
        heading, alike = report.KINDS[kind], list(by_run.values())
        if alike and alike.count(alike[0]) == len(alike):
            found[heading] = alike[0]
        else:
            found |= {f"{heading} {name}": m for name, m in by_run.items()}
    return found | {name: m[GENERATED] for name, m in measured.items()}


def main():
    evaluated = [EvaluatedRun(run) for run in find_runs()]
    judges = load_judges(evaluated)
    inception = None
    if INCEPTION:
        try:
            inception = load_inception()
        except utils.InputError as error:
            print(f"{error}; going on without")

    measured = {}
    for run in evaluated:
        judge = judges[run.size]
        measures, average_precision = evaluate(run, judge, inception)
        warn_of_judge(run, judge, measures)
        figures = {"samples": SAMPLES, "seed": SEED, "measures": measures}
        figures["average_precision"] = average_precision
        report.write_json(figures, run.output / "metrics.json")
        if average_precision:
            labels = {name: group.title for name, group in report.GROUPS.items()}
            labels |= report.KINDS
            plotted = {labels[name]: p for name, p in average_precision.items()}
            plots.precision_of_each(plotted, run.output / "ingredients.png")
        measured[f"{run.folder.parent.name} {run.folder.name[:5]}"] = measures
        print(f"see {run.output}/")
    print(report.table(columns(measured)))


if __name__ == "__main__":
    utils.run(main)
