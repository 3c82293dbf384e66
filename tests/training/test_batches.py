"""Batches: which pictures, in what order."""

import numpy as np
from toys import batches


def test_an_epoch_shows_each_picture_once_with_its_recipe_shuffled():
    stream = batches()
    assert stream.steps == 3
    taken = [stream[i][0] for i in range(6)]
    for epoch in (taken[:3], taken[3:]):
        numbers = np.concatenate([b["photo"][:, 0, 0, 0] for b in epoch])
        assert len(set(numbers)) == 18
    orders = set()
    for batch in taken:
        for photo, recipe in zip(batch["photo"], batch["recipe"], strict=True):
            codes = recipe.argmax(axis=-1)
            assert sorted(codes) == sorted([photo[0, 0, 0] % 4, 1, 2])
            orders.add(tuple(codes))
    assert len(orders) > 10


def test_a_batch_is_a_function_of_its_number():
    whole, resumed = batches(), batches()
    resumed.first = 4
    for i in (2, 0, 1):
        for name in ("photo", "recipe"):
            assert np.array_equal(whole[4 + i][0][name], resumed[i][0][name])


def test_validation_shows_all_in_the_same_order():
    once = batches(endless=False)
    assert once.num_batches == 4
    assert sum(len(once[i][0]["photo"]) for i in range(4)) == 20
