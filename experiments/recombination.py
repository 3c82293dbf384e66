"""Are owners found, and are pizzas cooked from the pieces what was ordered?

    python judge.py               # once, if no judge has come with the project
    python -m experiments.recombination

Draws menus whose owners are known: the sample menu, its recipes anew, and random ones.
Finds the owners by each teacher, and prints how much of each ingredient is found
(intersection over union, IoU). The lessons come from the renderer that draws these
menus: so the recipes alone stand beside, and the same photos in another manner, with
other colours, blur and grain. Some ingredients of the sample menu are then taken out of
the lessons' answers, as if never taught: are they found by elimination? Last, cooks
pizzas of recipes that no photo shows from the sample menu's pieces, by the true maps
and by those of each teacher, and asks the judge what is on them. Writes
`temp/recombination.txt`.
"""

import utils
from lab import limits, settings
from training import backend

# data
MENUS = 5  # random menus, of 20 pizzas each, and drawings of the sample menu's recipes
MANNERS = True  # whether to find the owners in another manner too

# measurement
SAMPLES = 300  # pizzas cooked of unseen recipes, and about as many of one ingredient
IMAGE_SIZE = 64  # pixels of what the judge sees
SEED = 0  # of recipes, menus and cooking

settings.read_settings(globals(), MENUS=limits.at_least(0))

import dataclasses

backend.start()

import numpy as np
import pandas as pd
from PIL import Image

import renderer
from evaluation.judge import load_judge
from evaluation.recognition import agreement
from lab import pictures, runs
from menus.menu import Menu
from owners import lessons, maps
from owners.bank import Bank
from owners.cooking import cook
from owners.enlarge import enlarge
from owners.layouts import FINER, picture_of
from owners.locate import FILLING, find_owners
from owners.measure import intersection_over_union

NAMES = ["none", *renderer.INGREDIENTS]
SAMPLE, ANEW, RANDOM = "sample menu", "sample menu drawn anew", "random menus"
TEACHERS = "recipes", "lessons", "joined"
PHOTO = 380  # pixels a side of a photo, as `sample_menu.py` draws it
HIDDEN = 7  # names that the lessons do not know, at a time
LOST = 0.05  # IoU below which an ingredient counts as lost


def draw_menu(recipes: list[list[str]], seeds) -> tuple:
    """Draws a menu, in memory only.

    Returns:
        The menu, its photos, uint8 `(pizzas, PHOTO, PHOTO, 3)`, and labels of the
        owners in the size of a map.
    """
    photos = renderer.draw_pizzas(recipes, PHOTO, seeds)
    _, labels = renderer.draw_labelled(recipes, maps.SIDE, seeds)
    codes = [[NAMES.index(name) for name in recipe] for recipe in recipes]
    return Menu("drawn", [{}] * len(recipes), NAMES, NAMES, codes), photos, labels


def shrink(photos: np.ndarray, size: int) -> np.ndarray:
    """Reduces photos as `toppings.py` and `augment.py` do, to float32, 0..1."""
    small = [pictures.shrink(Image.fromarray(photo), size) for photo in photos]
    return np.stack(small) / np.float32(255)


def other_manner(photos: np.ndarray) -> np.ndarray:
    """Changes photos as another camera would."""
    from networks.finder import PhotoJitter

    return np.asarray(PhotoJitter(seed=SEED)(photos, training=True))


def find_unknown(
    menu: Menu, photos: np.ndarray, labels: np.ndarray, logits: np.ndarray
) -> pd.Series:
    """Finds each ingredient while it is taken out of the finder's logits.

    Returns:
        The mean IoU of the ingredients, and how many are lost.
    """
    codes = np.random.default_rng([SEED, 3]).permutation(np.arange(1, menu.classes))
    found = np.zeros(menu.classes)
    for hidden in np.array_split(codes, -(-len(codes) // HIDDEN)):
        names = [f"x{c}" if c in hidden else name for c, name in enumerate(NAMES)]
        nameless = dataclasses.replace(menu, names=names, captions=names)
        forgotten = logits.copy()
        forgotten[..., hidden] = -np.inf
        shares, _ = find_owners(nameless, photos, "joined", SEED, forgotten)
        all_found, _ = intersection_over_union(labels, shares.argmax(axis=-1))
        found[hidden] = all_found[hidden]
    lost = int((found[1:] < LOST).sum())
    return pd.Series({"mean IoU": found[1:].mean(), "lost": lost})


def bank_of(menu: Menu, photos: np.ndarray, shares: np.ndarray) -> Bank:
    """Cuts up photos by smaller maps with a channel for each class."""
    owners = []
    for recipe, share, photo in zip(menu.recipes, shares, photos, strict=True):
        codes = maps.owners_of(recipe)
        owners.append(enlarge(share[..., codes], codes, photo, menu.classes))
    return Bank(menu, photos, owners, np.arange(len(photos)), FILLING * 0.92)


def judge_cooked(bank: Bank, judge) -> dict[str, float]:
    """Cooks unseen recipes and single ingredients, and asks the judge."""
    rng = np.random.default_rng([SEED, 1])
    unseen = [renderer.random_recipe(rng) for _ in range(SAMPLES)]
    each = max(1, SAMPLES // len(NAMES[1:]))
    single = [[name] for name in NAMES[1:] for _ in range(each)]
    measures = {}
    for kind, recipes in (("unseen", unseen), ("single", single)):
        cooked = []
        for seed, recipe in enumerate(recipes):
            codes = [NAMES.index(name) for name in recipe]
            portions = {code: float(codes.count(code)) for code in codes}
            cooked.append(picture_of(cook(bank, portions, seed)))
        ordered = [[name in recipe for name in judge.ingredients] for recipe in recipes]
        found = agreement(judge.probabilities(np.stack(cooked)), np.array(ordered))
        measures[f"mean AP, {kind}"] = found.mean_average_precision
        measures[f"recognised, {kind}"] = int(found.recognised.sum())
    return measures


def main():
    judge = load_judge(IMAGE_SIZE)
    article = list(renderer.ARTICLE_MENU.values())
    seeds = np.random.default_rng([SEED, 1]).integers(2**31, size=len(article))
    drawn = {SAMPLE: draw_menu(article, seeds)}  # with seed 0: `data/sample` itself
    rng = np.random.default_rng([SEED, 2])
    for number in range(1, 1 + MENUS):
        recipes = [renderer.random_recipe(rng) for _ in range(20)]
        for kind, wanted in ((ANEW, article), (RANDOM, recipes)):
            seeds = rng.integers(2**31, size=len(wanted))
            drawn[f"{kind}, {number}"] = draw_menu(wanted, seeds)
    finder, rows, sample = lessons.load_finder(), {}, {}
    for name, (menu, photos, labels) in drawn.items():
        manners = {"": shrink(photos, maps.SIDE)}
        if MANNERS:
            manners[", another manner"] = other_manner(manners[""])
        for manner, seen in manners.items():
            logits = lessons.find_logits(finder, seen)
            if name == SAMPLE and not manner:
                unknown = find_unknown(menu, seen, labels, logits)
            for teacher in TEACHERS:
                shares, _ = find_owners(menu, seen, teacher, SEED, logits)
                found, right = intersection_over_union(labels, shares.argmax(axis=-1))
                kind = name.split(",")[0] + manner
                row = rows.setdefault((kind, teacher), [])
                row.append((np.nanmean(found[1:]), right))
                print(f"{name}{manner}, {teacher}: IoU {row[-1][0]:.3f}", flush=True)
                if name == SAMPLE and not manner:
                    sample[teacher] = shares
                    for code in np.argsort(found[1:]) + 1:
                        print(f"  {NAMES[code]:22} {found[code]:.2f}")
    table = pd.DataFrame(
        [
            {"menu": kind, "teacher": teacher, "mean IoU": iou, "right": right}
            for (kind, teacher), row in rows.items()
            for iou, right in [np.mean(row, axis=0)]
        ]
    )
    menu, photos, labels = drawn[SAMPLE]
    large = shrink(photos, FINER * IMAGE_SIZE)
    truth = np.eye(len(NAMES), dtype="float32")[labels]
    lines = {"true maps": judge_cooked(bank_of(menu, large, truth), judge)}
    for teacher, shares in sample.items():
        lines[teacher] = judge_cooked(bank_of(menu, large, shares), judge)
    cooked = pd.DataFrame(lines).T
    unknown = unknown.to_frame(f"{SAMPLE}, {HIDDEN} names unknown at a time").T
    frames = table, unknown, cooked
    text = "\n\n".join(frame.round(3).to_string() for frame in frames)
    path = runs.TEMP / "recombination.txt"
    utils.write_text(path, text + "\n")
    print(f"{text}\nsee {path}")


if __name__ == "__main__":
    utils.run(main)
