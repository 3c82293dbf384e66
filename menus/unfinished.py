"""A folder of arrays that is filled step by step, and is whole or not there.

Until then it lies beside its place, as `.part-<name>`: the arrays, `made_from.json`,
and `done`, how many steps are behind it. A killed run goes on from there.
"""

import json
import math
import shutil
from pathlib import Path

import numpy as np

import utils
from menus import identity

Arrays = dict[str, tuple[tuple[int, ...], str]]  # by name: shape and dtype


class UnfinishedFolder:
    """Arrays on their way into a folder.

    Args:
        folder: where they will be.
        arrays: by name, shape and dtype.
        steps: in which they are filled.
        record: what they depend on. What was begun is gone on with if it has the same
            record and its files are whole; else all is begun anew.

    Attributes:
        done: steps that an earlier run has done.

    Raises:
        InputError: there is no room for them; nothing is left behind.
    """

    def __init__(self, folder: Path, arrays: Arrays, steps: int, record: dict):
        self.folder, self.arrays, self.record = folder, arrays, record
        self.part, self.steps = folder.with_name(f".part-{folder.name}"), steps
        try:
            self.done = self._read_done()
        except utils.InputError:  # nothing was begun, or something else; or damaged
            self._begin()
            self.done = 0

    def path(self, name: str) -> Path:
        return self.part / f"{name}.npy"

    def open(self, name: str) -> np.ndarray:
        """Maps an array, to be filled."""
        return np.load(self.path(name), mmap_mode="r+")

    def note(self, done: int):
        """Notes that so many steps are done."""
        utils.write_text(self.part / "done", str(done))

    def finish(self):
        """Puts the folder into its place."""
        shutil.rmtree(self.folder, ignore_errors=True)
        self.part.rename(self.folder)
        (self.folder / "done").unlink()

    def _read_done(self) -> int:
        with utils.reading(self.part, "what was begun"):
            if identity.read_record(self.part) != self.record:
                raise ValueError("something else")
            for name, expected in self.arrays.items():
                array = self.open(name)
                if (array.shape, array.dtype.name) != expected:
                    raise ValueError(f"{array.dtype} of shape {array.shape}")
            done = int((self.part / "done").read_text())
            if not 0 <= done <= self.steps:
                raise ValueError(f"{done} done of {self.steps}")
        return done

    def _begin(self):
        """Claims all room on the disk at once."""
        shutil.rmtree(self.part, ignore_errors=True)
        self.part.mkdir(parents=True)
        try:
            for name, (shape, dtype) in self.arrays.items():
                path = self.path(name)
                np.lib.format.open_memmap(path, mode="w+", dtype=dtype, shape=shape)
                utils.claim_room(path, path.stat().st_size)
            self.note(0)
            utils.write_text(self.part / identity.RECORD, json.dumps(self.record))
        except OSError as error:
            shutil.rmtree(self.part, ignore_errors=True)
            if error.errno not in utils.FULL:
                raise
            size = sum(
                math.prod(shape) * np.dtype(dtype).itemsize
                for shape, dtype in self.arrays.values()
            )
            raise utils.InputError(
                f"{self.folder.parent}: expected room for {size / 1e6:,.0f} MB of"
                f" pictures. Received: {utils.why(error)}"
            ) from error
