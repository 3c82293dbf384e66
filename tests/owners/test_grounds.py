"""Grounds are spread: texture where it is seen, else the colour around it."""

from types import SimpleNamespace

import numpy as np
import pytest

from owners.grounds import around, fill, grain, spread, turned

SIDE = 64
RED, BLUE = [0.8, 0.2, 0.1], [0.1, 0.2, 0.8]


@pytest.fixture
def halves():
    """A picture red on the left and blue on the right, seen at a few places only."""
    picture = np.empty((SIDE, SIDE, 3))
    picture[:, : SIDE // 2], picture[:, SIDE // 2 :] = RED, BLUE
    seen = np.zeros((SIDE, SIDE))
    seen[::4, ::4] = 1
    return picture, seen


def test_the_colour_around_is_that_of_what_is_near(halves):
    found = around(*halves)
    np.testing.assert_allclose(found[8:-8, 8], np.tile(RED, (48, 1)), atol=0.05)
    np.testing.assert_allclose(found[8:-8, -8], np.tile(BLUE, (48, 1)), atol=0.05)
    assert np.abs(np.diff(found, axis=0)).max() < 0.05  # no patches with edges


def test_where_nothing_is_seen_the_colour_is_the_mean(halves):
    picture, seen = halves
    found = around(picture, 0 * seen)
    mean = np.broadcast_to(picture.mean((0, 1)), found.shape)
    np.testing.assert_allclose(found, mean, atol=1e-5)


def test_what_is_seen_stays_and_other_turns_fill_before_another_picture(halves):
    picture, seen = halves
    seen[:, : SIDE // 2], seen[:, SIDE // 2 :] = 1, 0  # turns of it show the rest
    filled = fill(picture, seen, np.zeros_like(picture))
    np.testing.assert_allclose(filled[:, : SIDE // 2], picture[:, : SIDE // 2])
    disc = filled[12:-12, -8]  # turns have no corners
    np.testing.assert_allclose(disc, np.tile(RED, (40, 1)), atol=1e-6)
    nothing = fill(picture, 0 * seen, np.ones_like(picture))
    assert np.array_equal(nothing, np.ones_like(picture))


def test_what_turns_fill_is_no_kaleidoscope():
    picture = np.random.default_rng(0).uniform(size=(SIDE, SIDE, 3))
    seen = np.zeros((SIDE, SIDE))
    seen[: SIDE // 2, : SIDE // 2] = 1
    filled = fill(picture, seen, np.full_like(picture, 0.5))
    for turn in range(1, 8):
        alike = np.corrcoef(filled.ravel(), turned(filled, turn).ravel())[0, 1]
        assert alike < 0.3


def test_grain_is_the_same_for_a_seed_and_of_deviation_one():
    one, same, other = grain(SIDE, 1), grain(SIDE, 1), grain(SIDE, 2)
    assert np.array_equal(one, same) and not np.allclose(one, other)
    assert one.std() == pytest.approx(1)


def test_lines_on_top_are_not_in_the_ground_below_them():
    """Else they would be seen twice, one time turned otherwise."""
    photo = np.full((1, SIDE, SIDE, 3), 0.5, "float32")
    photo[0, ::8] = 1.0
    share = np.ones((SIDE, SIDE), "float32")
    bank = SimpleNamespace(
        photos=photo,
        size=SIDE,
        inside=share,
        grounds={1},
        on_top=set(),
        coverage=np.zeros(2),
        pizza=[0],
        menu=SimpleNamespace(recipes=[[1]]),
        share=lambda photo, code: share,
        spread_grounds={},
    )
    picture, density = spread(bank, 0, 1)
    np.testing.assert_allclose(picture, photo[0])
    assert density.min() == 1
    bank.on_top, bank.spread_grounds = {1}, {}
    rows = spread(bank, 0, 1)[0][8:-8].mean(axis=(1, 2))
    assert rows.max() - rows.min() < 0.1 and rows.min() > 0.5


def test_cheese_has_no_gaps_below_the_lines_of_a_sauce():
    lines = np.zeros((SIDE, SIDE), "float32")
    lines[::4] = 1
    shares = {1: lines, 2: 1 - lines}
    bank = SimpleNamespace(
        photos=np.full((1, SIDE, SIDE, 3), 0.5, "float32"),
        size=SIDE,
        inside=np.ones_like(lines),
        grounds={1, 2},
        on_top={1},
        coverage=np.array([0, 0.2, 0.8]),
        pizza=[0],
        menu=SimpleNamespace(recipes=[[1, 2]]),
        share=lambda photo, code: shares[code],
        spread_grounds={},
    )
    assert spread(bank, 0, 2)[1].min() > 0.99
    bank.on_top, bank.spread_grounds = set(), {}
    assert spread(bank, 0, 2)[1].min() < 0.01  # a sauce that is seen between the cheese
