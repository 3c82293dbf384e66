"""The arithmetic of `evaluation/`, on sets whose figures are known."""

import numpy as np
import pytest
from scipy.linalg import sqrtm
from toys import make_menu

from evaluation import counterfactuals, nearest_photos
from evaluation.fidelity import ssim
from evaluation.frechet_distance import frechet_distance
from evaluation.kid import kid, squared_mmd
from evaluation.precision_recall import precision_recall
from evaluation.recognition import agreement
from menus.files import read_menu


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def test_kid_of_two_sets_of_one_kind_is_zero_on_average(rng):
    """Also of sets with as many pictures of each of five pizzas, which differ."""
    for pizzas, n in ((1, 10), (5, 2)):
        centres = 3 * rng.standard_normal((pizzas, 1, 8))
        one, other = centres + rng.standard_normal((2, 500, pizzas, n, 8))
        estimates = [squared_mmd(x, y) for x, y in zip(one, other, strict=True)]
        error = np.std(estimates) / 500**0.5
        assert abs(np.mean(estimates)) < 3 * error
        assert min(estimates) < 0  # as an unbiased estimate must be, now and then
        apart = [squared_mmd(x, 1 + y) for x, y in zip(one, other, strict=True)]
        assert np.mean(apart) > 10 * error


def test_squared_mmd_by_hand():
    x, y = np.array([[[1.0], [0.0]]]), np.array([[[2.0], [0.0]]])
    # k(a, b) = (a b + 1)^3: within x 1, within y 1, across (27 + 1 + 1 + 1) / 4
    assert squared_mmd(x, y) == pytest.approx(1 + 1 - 2 * 30 / 4)
    # Two pizzas in x: pairs of one pizza (1 + 8) / 2, pairs of both 1, twice.
    x = np.array([[[0.0], [0.0]], [[1.0], [1.0]]])
    y = np.zeros((1, 2, 1))
    within = (1 + 8 + 1 + 1) / 4
    assert squared_mmd(x, y) == pytest.approx(within + 1 - 2 * 1)


def test_kid_and_its_error(rng):
    real, fake = rng.standard_normal((2, 3, 40, 16))
    same, error = kid(real, fake)
    assert abs(same) < 4 * error
    apart, error = kid(real, 1 + fake)
    assert apart > 10 * error > 0


@pytest.mark.parametrize("shift", [0, 0.5])
def test_kid_of_two_pictures_a_pizza_has_an_error_too(rng, shift):
    """About as large as KIDs of many such sets scatter, and not smaller."""
    centres = rng.standard_normal((30, 1, 8))
    real, fake = centres + rng.standard_normal((2, 200, 30, 2, 8))
    found = [kid(x, y + shift) for x, y in zip(real, fake, strict=True)]
    distances, errors = np.transpose(found)
    assert 0.9 < np.mean(errors) / distances.std() < 1.5
    assert distances[0] == pytest.approx(squared_mmd(real[0], fake[0] + shift))
    assert kid(real[0, :1], fake[0, :1])[1] is None  # nothing to estimate it from


def test_frechet_distance_of_known_gaussians(rng):
    """Of diagonal Gaussians: |m - n|^2 + sum (s - t)^2."""
    n = 20_000
    one = rng.standard_normal((n, 3)) * [1, 2, 3]
    other = rng.standard_normal((n, 3)) * [2, 2, 1] + [0, 1, 0]
    assert frechet_distance(one, other) == pytest.approx(1 + (1 + 0 + 4), rel=0.03)
    assert frechet_distance(one, one) == pytest.approx(0, abs=1e-9)


def test_frechet_distance_is_that_of_the_formula_also_of_few_pictures(rng):
    for n in (200, 6):  # 6 pictures of 8 features: singular covariances
        x, y = rng.standard_normal((2, n, 8)) @ rng.standard_normal((8, 8))
        y = y + 1
        c, d = np.cov(x.T), np.cov(y.T)
        root = sqrtm(c @ d)
        mean = x.mean(0) - y.mean(0)
        expected = mean @ mean + np.trace(c + d - 2 * root).real
        assert frechet_distance(x, y) == pytest.approx(expected, rel=1e-3)


def test_precision_and_recall_of_known_sets():
    real = np.arange(10.0)[:, None]
    assert precision_recall(real, real + 0.4, 1) == (1, 1)
    assert precision_recall(real, real + 100, 1) == (0, 0)
    # All fake ones are real, but only half of these: 0 to 4 of 0 to 9, and 5 is next.
    precision, recall = precision_recall(real, np.arange(5.0)[:, None], 1)
    assert (precision, recall) == (1, 0.6)
    # The other way round, half of the fake ones are not real.
    precision, recall = precision_recall(np.arange(5.0)[:, None], real, 1)
    assert (precision, recall) == (0.6, 1)


def test_agreement_by_hand():
    ordered = np.array([[1, 0, 1], [1, 1, 1], [0, 1, 1], [0, 0, 1]])
    sure = agreement(np.where(ordered, 0.9, 0.1), ordered)
    assert sure.average_precision[:2].tolist() == [1, 1]
    assert np.isnan(sure.average_precision[2])
    assert sure.chance == pytest.approx(0.5)
    assert sure.measures() == {
        "mean_average_precision": 1,
        "r_precision": 1,
        "recognised": 2,
        "measurable": 2,
    }
    # Ordered on pizzas 0 and 1, found first on 2, then 0, 3, 1: precision 1/2 and 2/4.
    probabilities = np.array([[0.8, 0.9], [0.1, 0.9], [0.9, 0.1], [0.5, 0.1]])
    found = agreement(probabilities, np.array([[1, 1], [1, 1], [0, 0], [0, 0]]))
    assert found.average_precision.tolist() == [0.5, 1]
    assert found.roc_auc.tolist() == [0.25, 1]
    assert found.r_precision == 1
    found = agreement(probabilities, np.array([[1, 0], [1, 0], [0, 1], [0, 1]]))
    assert found.r_precision == 0


def test_recognised_needs_both_precision_and_roc_auc():
    ordered = np.ones((20, 1), bool)
    ordered[-2:] = False  # nearly all have it: precision is high by chance
    probabilities = np.linspace(0, 1, 20)[:, None]
    found = agreement(probabilities, ordered)
    assert found.average_precision[0] > 0.5 and found.roc_auc[0] == 0
    assert not found.recognised[0]


def test_the_nearest_photo_is_found(rng):
    photos = rng.integers(0, 256, (1500, 8, 8, 3), "uint8")  # more than one chunk
    wanted = np.array([3, 719, 720, 1499])
    noise = rng.integers(-3, 4, (4, 8, 8, 3))
    pictures = np.clip(photos[wanted].astype(int) + noise, 0, 255).astype("uint8")
    distance, index = nearest_photos.nearest(pictures, photos)
    assert index.tolist() == wanted.tolist()
    by_hand = pictures.astype(float) - photos[wanted]
    assert distance == pytest.approx(np.sqrt((by_hand**2).mean((1, 2, 3))), rel=1e-5)
    allowed = np.ones((4, 1500), bool)
    allowed[np.arange(4), wanted] = False
    farther, index = nearest_photos.nearest(pictures, photos, allowed)
    assert (farther > 10 * distance).all() and not (index == wanted).any()


def test_changed_recipes_differ_in_one_ingredient(tmp_path):
    menu = read_menu(make_menu(tmp_path / "toy"))
    changes = counterfactuals.change_recipes(
        menu, [0, 1, 2], [1, 2, 3, 4], 200, np.random.default_rng(0)
    )
    assert 20 < changes.added.sum() < len(changes.added) - 20
    for without, having, code, added in zip(
        changes.without, changes.having, changes.code, changes.added, strict=True
    ):
        assert code not in without and code in having
        assert without.any()
        row = having == code
        assert (without[row] == 0).all() and (without[~row] == having[~row]).all()
        original = without if added else having
        assert original.tolist() in menu.codes.tolist()


def test_no_change_of_a_menu_of_lone_ingredients(tmp_path):
    folder = make_menu(tmp_path / "toy")
    text = (folder / "menu.csv").read_text()
    for recipe in ("tomato sauce, mozzarella, ham", "tomato sauce, mozzarella"):
        text = text.replace(f'"{recipe}"', "ham")
    text = text.replace('"tomato sauce, black olives, black olives"', "mozzarella")
    (folder / "menu.csv").write_text(text)
    menu = read_menu(folder)
    changes = counterfactuals.change_recipes(
        menu, [0, 1, 2], [2, 3], 20, np.random.default_rng(0)
    )
    assert changes.without.shape == (0, 1) and not len(changes.code)


def test_how_probabilities_respond():
    changes = counterfactuals.Changes(
        np.zeros((4, 3)), np.zeros((4, 3)), np.array([5, 5, 7, 7]), np.arange(4) < 2
    )
    without = np.array([[0.1, 0.5, 0.9], [0.1, 0.5, 0.9], [0.0, 0.2, 0], [0.0, 0.8, 0]])
    having = np.array([[0.9, 0.5, 0.0], [0.7, 0.7, 0.0], [0.0, 0.6, 1], [0.2, 0.6, 1]])
    found = counterfactuals.response(changes, {5: 0, 7: 1}, without, having)
    assert found["added_follows"] == 1 and found["removed_follows"] == 0.5
    assert found["added_by"] == pytest.approx(0.7)
    assert found["removed_by"] == pytest.approx(0.1)
    assert found["others_change_by"] == pytest.approx((0.2 + 0.2) / 4)


def test_how_much_is_kept(rng):
    one, other, third = rng.integers(0, 256, (3, 50, 8, 8, 3), "uint8")
    assert counterfactuals.rest_kept(one, one, other) == 1
    assert counterfactuals.rest_kept(one, third, other) == pytest.approx(0, abs=0.02)
    where = np.arange(8) < np.full((50, 8, 1), 4)
    half = np.where(where[..., None], one, third)  # the left half stays
    assert counterfactuals.rest_kept(one, half, other, where) == 1
    assert counterfactuals.rest_kept(one, half, other, ~where) < 0.05


def test_ssim_of_identical_and_of_flat_pictures(rng):
    pictures = rng.integers(0, 256, (2, 16, 16, 3), "uint8")
    assert ssim(pictures, pictures) == pytest.approx(1)
    assert (ssim(pictures, 255 - pictures) < 0).all()
    # Of flat pictures only luminance is left: (2 a b + c) / (a a + b b + c).
    a, b, c = 100, 150, (0.01 * 255) ** 2
    flat = [np.full((1, 16, 16, 3), value, "uint8") for value in (a, b)]
    expected = (2 * a * b + c) / (a * a + b * b + c)
    assert ssim(*flat)[0] == pytest.approx(expected, rel=1e-3)
