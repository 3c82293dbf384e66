"""Arrays made block by block, and read again."""

import numpy as np
import pytest

from lab import blocks
from utils import InputError


def test_blocks_are_made_once_and_are_the_same(tmp_path, monkeypatch):
    monkeypatch.setattr(blocks, "BLOCK", 4)
    sizes = []

    def make(count, rng):
        sizes.append(count)
        return {"x": rng.integers(9, size=(count, 2)), "y": np.arange(count)}

    made = blocks.make_blocks(tmp_path, "train", 10, make, seed=3)
    assert sizes == [4, 4, 2] and made["x"].shape == (10, 2)
    assert made["y"].tolist() == [0, 1, 2, 3, 0, 1, 2, 3, 0, 1]
    (tmp_path / "train-000004.npz").unlink()  # as a killed process leaves it
    again = blocks.make_blocks(tmp_path, "train", 10, make, seed=3)
    assert sizes == [4, 4, 2, 4]
    assert all(np.array_equal(made[name], again[name]) for name in made)
    other = blocks.make_blocks(tmp_path, "fresh", 4, make, seed=3)
    assert not np.array_equal(other["x"], made["x"][:4])
    (tmp_path / "train-000008.npz").write_bytes(b"PK")
    with pytest.raises(InputError, match="000008.npz: expected a whole block.*delete"):
        blocks.make_blocks(tmp_path, "train", 10, make, seed=3)
