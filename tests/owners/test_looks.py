"""Photos of one pizza in other light have to look alike."""

import numpy as np

from owners import looks


def photo_and_crust(seed=0):
    rng = np.random.default_rng(seed)
    colour = rng.normal(0.5, 0.1, (1, 24, 24, 3)).astype("float32")
    crust = np.zeros((1, 24, 24), bool)
    crust[:, :6] = True
    return colour, crust


def test_a_photo_in_other_light_comes_nearer():
    colour, crust = photo_and_crust()
    both = np.concatenate([colour, 1.3 * colour - 0.2])
    crusts = np.concatenate([crust, crust])
    factor, summand = (x[:, None, None] for x in looks.one_light(both, crusts))
    alike = factor * both + summand
    dough = [x[c].mean(axis=0) for x, c in zip(alike, crusts, strict=True)]
    np.testing.assert_allclose(dough[0], dough[1], atol=1e-5)
    before = np.abs(both[0] - both[1]).mean()
    assert np.abs(alike[0] - alike[1]).mean() < before / 3


def test_photos_in_one_light_stay_as_they_are():
    colour, crust = photo_and_crust()
    both, crusts = np.repeat(colour, 2, 0), np.repeat(crust, 2, 0)
    factor, summand = looks.one_light(both, crusts)
    np.testing.assert_allclose(factor, 1, atol=1e-5)
    np.testing.assert_allclose(summand, 0, atol=1e-5)


def test_a_photo_without_crust_stays_as_it_is():
    colour, crust = photo_and_crust()
    both = np.concatenate([colour, 2 * colour])
    crusts = np.concatenate([crust, np.zeros_like(crust)])
    factor, summand = looks.one_light(both, crusts)
    assert (factor[1] == 1).all() and (summand[1] == 0).all()
