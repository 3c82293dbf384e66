"""Measures runs: do they draw what was ordered, pizzas at all, and not copies?

    python evaluate.py                                           # the run trained last
    python evaluate.py --run=temp/gan/00001,temp/cvae/00002      # side by side
    python evaluate.py --leave-one-out     # each pizza by a network that never saw it

Needs the judge that `judge.py` trains, and the augmented photos of the run's menu.
Prints a table: the runs, beside the photos themselves, which nothing can better, and
beside the photos blurred, for scale. Writes `evaluation/` in each run folder:
`metrics.json` with all figures, those of each ingredient too, plots and sheets. The
same seed gives the same figures.

With `--leave-one-out` the run's method, with the run's settings, learns the menu once
without each pizza, and draws that one: as many trainings as pizzas, so choose a small
run. Those that are done are kept. Writes `leave-one-out.json` and sheets there.
"""

import utils
from lab import runs, settings
from networks import backend

# data
RUN = ""  # run folders with commas; empty for the one trained last

# measurement
SAMPLES = 5000  # pictures that each run draws, 2/5 of them for recipes of its menu
INCEPTION = 500  # pictures of a kind that InceptionV3 looks at; 0 for none
LEAVE_ONE_OUT = False  # instead, trains without each pizza and asks for that one
SEED = 0  # of z, of recipes, of which turns of the photos

settings.read_settings(
    globals(),
    SAMPLES=settings.at_least(50),
    INCEPTION=settings.at_least(0),
    SEED=settings.at_least(0),
)

backend.start()

import numpy as np
from scipy.ndimage import gaussian_filter

from evaluation import counterfactuals, nearest_photos, plots, report
from evaluation.fid import fid
from evaluation.fidelity import fidelity
from evaluation.inception import load_inception
from evaluation.judge import load_judge
from evaluation.kid import kid
from evaluation.precision_recall import precision_recall
from evaluation.recognition import agreement
from evaluation.subject import Subject
from experiments import leave_one_out
from lab import pictures

DRAWN, PHOTOS, BLURRED = "drawn", "photos", "photos blurred"  # kinds of pictures
OF_MENU = "recipes of the menu"
JUDGES_EYE, INCEPTIONS_EYE = "to the judge's eye", "to InceptionV3's eye"
TRUSTED = 0.8  # precision on photos below which a judge is not to be trusted blindly
BLUR = 1 / 64  # standard deviation, in widths of a picture
ROUNDS = 50  # of precision and recall
COMPARED = 500  # pictures whose nearest photo is looked for
SHOWN = 10  # pictures in a row of a sheet


def show_recipes_of_menu(subject: Subject) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """Draws the recipes of the menu, and takes as many photos, turned and mirrored.

    Returns:
        Pictures by kind, `(pizzas, of each, size, size, 3)`, and other turns of the
        photos to compare all kinds with.
    """
    of_each = max(2, 2 * SAMPLES // 5 // len(subject.rows))
    turns = subject.turns(of_each, np.random.default_rng([SEED, 0]))
    reference, photos = (subject.photos[half] for half in turns)
    blur = BLUR * subject.size
    codes = np.repeat(subject.menu.codes[subject.rows], photos.shape[1], axis=0)
    return {
        DRAWN: subject.draw(codes, SEED).reshape(photos.shape),
        PHOTOS: photos,
        BLURRED: gaussian_filter(photos, (0, 0, blur, blur, 0)),
    }, reference


def other_recipes(subject: Subject, judge) -> dict[str, np.ndarray]:
    """Draws up recipes that no photo shows, padded, `(n, longest)`, by set."""
    menu, columns, count = subject.menu, judge.columns(subject.menu), SAMPLES // 5
    names = {judge.ingredients[column]: code for code, column in columns.items()}
    rng = np.random.default_rng([SEED, 1])
    sets = {
        "recipes left out": menu.codes[subject.left_out],
        "unseen recipes": subject.unseen_recipes(names, count, rng),
        "single ingredients": np.stack([menu.pad([code]) for code in columns]),
    }
    return {
        name: np.repeat(codes, -(-count // len(codes)), axis=0)
        for name, codes in sets.items()
        if len(codes)
    }


def change_one_ingredient(subject: Subject, judge) -> dict[str, float]:
    """Draws recipes that differ in one ingredient, same z, and a sheet of some."""
    menu, columns = subject.menu, judge.columns(subject.menu)
    rng = np.random.default_rng([SEED, 2])
    changes = counterfactuals.change_recipes(
        menu, subject.rows, list(columns), SAMPLES // 15, rng
    )
    if not len(changes.code):
        return {}
    without = subject.draw(changes.without, SEED + 1)
    having = subject.draw(changes.having, SEED + 1)
    another_z = subject.draw(changes.without, SEED + 2)
    captions = [
        f"{menu.captions[code]} {'put on' if put_on else 'taken off'}"
        for code, put_on in zip(changes.code, changes.put_on, strict=True)
    ]
    sheet = pictures.sheet(
        [list(without[:SHOWN]), list(having[:SHOWN])],
        ["without", "with it, same z"],
        captions[:SHOWN],
    )
    pictures.save(sheet, subject.folder / "one-ingredient.png")
    answers = judge.probabilities(without), judge.probabilities(having)
    return {
        **counterfactuals.follows(changes, columns, *answers),
        "rest kept": counterfactuals.kept(without, having, another_z),
    }


def ask_for_ingredients(subject: Subject, judge, kinds) -> tuple[dict, dict]:
    """Is on the pictures what was ordered? Asks the judge.

    Returns:
        Measures by kind, group and name, and the average precision of each ingredient
        by set of recipes.
    """
    menu, columns = subject.menu, judge.columns(subject.menu)
    measures, precision = {kind: {} for kind in kinds}, {}

    def compare(name, drawn, codes):
        probabilities = judge.probabilities(drawn)[:, list(columns.values())]
        found = agreement(probabilities, (codes[:, :, None] == list(columns)).any(1))
        names = [menu.captions[code] for code in columns]
        precision[name] = dict(zip(names, found.precision, strict=True))
        return {
            "mean average precision": found.mean,
            "of k ordered, among the k likeliest": found.top_k,
            "ingredients recognised": int(found.recognised.sum()),
            "  of": int(np.isfinite(found.precision).sum()),
        }

    for kind, shown in kinds.items():
        if subject.told or kind != DRAWN:
            codes = np.repeat(menu.codes[subject.rows], shown.shape[1], axis=0)
            name = OF_MENU if kind == DRAWN else kind
            flat = shown.reshape(-1, *shown.shape[2:])
            measures[kind][OF_MENU] = compare(name, flat, codes)
    if subject.told:
        for name, codes in other_recipes(subject, judge).items():
            measures[DRAWN][name] = compare(name, subject.draw(codes, SEED), codes)
        found = change_one_ingredient(subject, judge)
        measures[DRAWN]["one ingredient changed"] = found
    return measures, precision


def likeness(real: np.ndarray, made: np.ndarray) -> dict[str, float]:
    """Compares features of two sets, `(pizzas, pictures of each, dimensions)`.

    To precision and recall, turns of one photo are one pizza: a set is one picture of
    each, and the figures are means over rounds.
    """
    pizzas, of_each, dimensions = real.shape
    distance, error = kid(real, made)
    measures = {"KID x 1000": 1000 * distance, "  its standard error": 1000 * error}
    measures["FID"] = fid(*(f.reshape(-1, dimensions) for f in (real, made)))
    if pizzas > 1:
        shares = [
            precision_recall(real[:, i], made[:, i], min(3, pizzas - 1))
            for i in range(min(ROUNDS, of_each))
        ]
        measures["precision"], measures["recall"] = map(float, np.mean(shares, axis=0))
    return measures


def compare_with_photos(features, reference, kinds) -> dict[str, dict[str, float]]:
    """Do the pictures look like the photos? Returns measures by kind.

    Args:
        features: function from pictures `(n, size, size, 3)` to `(n, dimensions)`.
        reference: photos, `(pizzas, of each, size, size, 3)`.
        kinds: pictures by kind, as many.
    """

    def look(shown):
        flat = features(shown.reshape(-1, *shown.shape[2:]))
        return flat.reshape(*shown.shape[:2], -1)

    real = look(reference)
    return {kind: likeness(real, look(shown)) for kind, shown in kinds.items()}


def look_for_copies(subject: Subject, kinds: dict) -> dict[str, dict[str, float]]:
    """Finds the nearest photo of pictures of all kinds; draws sheet and histogram.

    To a photo, only those of other pizzas count.
    """
    pizza = np.repeat(subject.rows, kinds[DRAWN].shape[1])
    some = np.linspace(0, len(pizza) - 1, min(COMPARED, len(pizza))).astype(int)
    learned = np.isin(subject.pizza, subject.rows)
    other = learned & (subject.pizza != pizza[some, None])
    if len(subject.rows) == 1:
        kinds = {kind: p for kind, p in kinds.items() if kind != PHOTOS}
    measures, distances = {}, {}
    for kind, of_kind in kinds.items():
        shown = of_kind.reshape(-1, *of_kind.shape[2:])[some]
        may_be = other if kind == PHOTOS else np.broadcast_to(learned, other.shape)
        distance, index = nearest_photos.nearest(shown, subject.photos, may_be)
        distances[kind] = distance
        measures[kind] = {
            "to the nearest photo, RMS": float(np.median(distance)),
            "between two of a recipe, RMS": float(
                nearest_photos.distance(of_kind[:, 0], of_kind[:, 1]).mean()
            ),
        }
        if kind == DRAWN:
            of_each = [np.flatnonzero(pizza[some] == i) for i in subject.rows]
            closest = [i[distance[i].argmin()] for i in of_each if len(i)]
            closest = sorted(closest, key=distance.__getitem__)[:SHOWN]
            sheet = pictures.sheet(
                [list(shown[closest]), list(subject.photos[index[closest]])],
                ["drawn", "its nearest photo"],
                [f"{d:.1f}" for d in distance[closest]],
            )
            pictures.save(sheet, subject.folder / "nearest-photos.png")
    plots.distances_to_photos(distances, subject.folder / "nearest-photos-all.png")
    return measures


def reconstruct(subject: Subject) -> dict[str, dict[str, float]]:
    """Compares photos with what the networks make of their z and recipe."""
    measures = {}
    for name, rows in (("learned", subject.rows), ("left out", subject.left_out)):
        if rows:
            of_photos = fidelity(*subject.reconstruct(rows))
            measures[f"photos {name}, reconstructed"] = of_photos
    return measures


def evaluate(subject: Subject, judge, inception) -> tuple[dict, dict]:
    """Measures a run, its photos, and its photos blurred.

    Args:
        subject: the run.
        judge: of its size.
        inception: function from pictures to features, or None.

    Returns:
        As `ask_for_ingredients`.
    """
    kinds, reference = show_recipes_of_menu(subject)
    measures, precision = {kind: {} for kind in kinds}, {}
    if judge.columns(subject.menu):
        measures, precision = ask_for_ingredients(subject, judge, kinds)
    found = {JUDGES_EYE: compare_with_photos(judge.features, reference, kinds)}
    if inception:
        few = np.s_[:, : max(2, INCEPTION // len(subject.rows))]
        some = {kind: shown[few] for kind, shown in kinds.items()}
        found[INCEPTIONS_EYE] = compare_with_photos(inception, reference[few], some)
    found["pixels"] = look_for_copies(subject, kinds)
    for group, by_kind in found.items():
        for kind, of_kind in by_kind.items():
            measures[kind][group] = of_kind
    if subject.has_encoder:
        measures[DRAWN] |= reconstruct(subject)
    return measures, precision


def main():
    chosen = [runs.find_run(name.strip()) for name in RUN.split(",")]
    if LEAVE_ONE_OUT:
        for run in chosen:
            leave_one_out.evaluate(run, SAMPLES, SEED)
        return
    subjects = [Subject(run) for run in chosen]
    judges = {
        size: load_judge(size, runs.TEMP / "judge")
        for size in {s.size for s in subjects}
    }
    for size, judge in judges.items():
        precision = f"mean average precision {judge.precision:.3f} on fresh drawings"
        print(f"the judge of {size} pixels: {precision}")
    inception = None
    if INCEPTION:
        try:
            inception = load_inception()
        except utils.InputError as error:
            print(f"{error}; going on without")

    same = len({subject.learned_from() for subject in subjects}) == 1
    real, made = {}, {}
    for subject in subjects:
        judge = judges[subject.size]
        if unknown := judge.unknown(subject.menu):
            print(f"not judged, as the judge does not know: {', '.join(unknown)}")
        measures, precision = evaluate(subject, judge, inception)
        of_photos = measures[PHOTOS].get(OF_MENU, {}).get("mean average precision", 1)
        if of_photos < TRUSTED:
            print(
                f"the judge, who knows drawn pizzas, tells ingredients on photos of"
                f" {subject.menu.folder} with a precision of {of_photos:.2f} only:"
                " trust its answers as much"
            )
        figures = {"samples": SAMPLES, "seed": SEED, "measures": measures}
        figures["average precision"] = precision
        report.write_json(figures, subject.folder / "metrics.json")
        if precision:
            plots.precision_of_each(precision, subject.folder / "ingredients.png")
        number = subject.run.name[:5]
        made[f"{subject.run.parent.name} {number}"] = measures[DRAWN]
        for kind in (PHOTOS, BLURRED):
            real[kind if same else f"{kind} {number}"] = measures[kind]
        print(f"see {subject.folder}/")
    print(report.table(real | made))


if __name__ == "__main__":
    utils.run(main)
