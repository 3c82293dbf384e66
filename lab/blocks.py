"""Arrays that take long to make: made block by block, each kept in a file."""

from collections.abc import Callable
from pathlib import Path

import numpy as np

from utils import reading, whole_file

BLOCK = 500  # rows a file

Arrays = dict[str, np.ndarray]


def make_blocks(
    folder: Path,
    kind: str,
    count: int,
    make: Callable[[int, np.random.Generator], Arrays],
    seed: int,
) -> Arrays:
    """Makes rows of arrays, or reads those that an earlier process has made.

    Args:
        folder: where the blocks are kept. Blocks that depend on something else are to
            have another folder.
        kind: of the rows, the name of their files and a part of their seed.
        count: how many rows.
        make: from a number of rows and a random stream to arrays of so many rows.
        seed: of the random streams.

    Returns:
        The arrays by name, `(rows, ...)`: those of all blocks.

    Raises:
        InputError: a block is damaged.
    """
    from tqdm import tqdm

    blocks = []
    starts = range(0, count, BLOCK)
    for start in tqdm(starts, kind, unit="block", disable=None):
        path = folder / f"{kind}-{start:06d}.npz"
        if not path.exists():
            rng = np.random.default_rng([seed, *kind.encode(), start])
            made = make(min(BLOCK, count - start), rng)
            with whole_file(path) as part, open(part, "wb") as file:
                np.savez(file, **made)
        with reading(path, "a whole block", "delete it"), np.load(path) as block:
            blocks.append(dict(block))
    return {name: np.concatenate([b[name] for b in blocks]) for name in blocks[0]}
