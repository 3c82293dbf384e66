import numpy as np
import pytest

from owners import elimination

SIDE = 32
COLOURS = {
    0: (0.85, 0.7, 0.45),  # dough
    1: (0.8, 0.15, 0.1),
    2: (0.2, 0.55, 0.15),
    3: (0.15, 0.15, 0.2),
    4: (0.95, 0.9, 0.8),
}
rows, columns = (np.mgrid[:SIDE, :SIDE] + 0.5) / (SIDE / 2) - 1
RADIUS = np.hypot(rows, columns)
FILLING = RADIUS < 0.76
CRUST = (RADIUS > 0.8) & (RADIUS < 0.95)


def draw(recipes):
    """Draws squares of each ingredient side by side: photos, and the truth."""
    rng = np.random.default_rng(1)
    truth = np.zeros((len(recipes), SIDE, SIDE), int)
    for label, recipe in zip(truth, recipes, strict=True):
        squares = np.array(recipe)[rng.permutation(64) % len(recipe)].reshape(8, 8)
        label[FILLING] = np.kron(squares, np.ones((4, 4), int))[FILLING]
    photos = np.array([COLOURS[code] for code in range(5)])[truth]
    photos = np.clip(photos + rng.normal(0, 0.02, photos.shape), 0, 1)
    return photos.astype("float32"), truth


def find(recipes, photos, **kwargs):
    masks = [np.repeat(mask[None], len(photos), 0) for mask in (FILLING, CRUST)]
    found = elimination.eliminate(photos, recipes, 5, *masks, **kwargs)
    assert np.allclose(found.sum(axis=-1), 1, atol=1e-4)
    for i, recipe in enumerate(recipes):
        absent = [code for code in range(1, 5) if code not in recipe]
        assert not found[i][..., absent].any()
    assert (found[:, ~FILLING, 0] == 1).all()
    return found


def right(found, truth):
    return (found.argmax(axis=-1) == truth)[:, FILLING].mean()


APART = [[1, 2], [1, 3], [2, 3], [1, 4], [2, 4], [3, 4]]
TOGETHER = [[1, 2], [1, 2], [1, 2], [3, 4], [3], [4]]


def test_recipes_alone_tell_who_is_who():
    photos, truth = draw(APART)
    assert right(find(APART, photos), truth) > 0.9


def test_the_same_seed_finds_the_same():
    photos, _ = draw(APART)
    once, again = (find(APART, photos, seed=3) for _ in range(2))
    assert np.array_equal(once, again)


@pytest.mark.parametrize("swapped", [False, True])
def test_a_prior_decides_a_pair_never_apart(swapped):
    photos, truth = draw(TOGETHER)
    taught = truth.copy()
    if swapped:
        taught[truth == 1], taught[truth == 2] = 2, 1
    prior = 0.6 * np.eye(5, dtype="float32")[taught] + 0.4 / 5
    assert right(find(TOGETHER, photos, prior=prior), taught) > 0.9


@pytest.mark.parametrize("swapped", [False, True])
def test_a_hint_decides_a_pair_never_apart(swapped):
    photos, truth = draw(TOGETHER)
    taught = truth.copy()
    if swapped:
        taught[truth == 1], taught[truth == 2] = 2, 1
    hints = {1: np.array(COLOURS[2 if swapped else 1])}
    assert right(find(TOGETHER, photos, hints=hints), taught) > 0.9


def test_an_ingredient_of_the_recipe_never_falls_to_nothing():
    photos, truth = draw([[1], [1], [2]])
    recipes = [[1, 3], [1], [2]]  # 3 is not to be seen
    prior = np.eye(5, dtype="float32")[truth]
    found = find(recipes, photos, prior=prior)
    assert found[0][FILLING][:, 3].mean() > 0.02


def test_one_photo_of_one_ingredient_without_a_crust():
    photos, truth = draw([[1]])
    none = np.zeros((1, SIDE, SIDE), bool)
    found = elimination.eliminate(photos, [[1]], 5, FILLING[None], none)
    assert right(found, truth) > 0.9


def test_features_know_neither_size_nor_place():
    photos, _ = draw(APART[:1])
    turned = elimination.features(np.rot90(photos, axes=(1, 2)))
    upright = np.rot90(elimination.features(photos), axes=(1, 2))
    assert np.allclose(turned, upright, atol=1e-4)
