"""What a training writes at the end of an epoch, and when it stops."""

import contextlib
import csv
import errno
import math
import os
import time
from pathlib import Path

import keras
import numpy as np
from PIL import Image

from lab import pictures
from training import hosts
from utils import claim_room, reading, whole_file

CHECKPOINT = "checkpoint.weights.h5"
HDF5 = 8192  # bytes that a variable takes there beside its values, at most


def read_log(run: Path, done: int) -> list[dict[str, str]]:
    """Reads the rows of a run's `log.csv`; none if there is no such file.

    Args:
        run: the run folder.
        done: steps of the checkpoint. Rows of later ones are left out: the training was
            killed before their checkpoint was written.

    Raises:
        InputError: it is damaged.
    """
    path = run / "log.csv"
    if not path.exists():
        return []
    advice = "mend it, or delete it: then epochs count anew"
    with (
        reading(path, "a whole log", advice),
        open(path, newline="", encoding="utf-8") as file,
    ):
        rows = list(csv.DictReader(file))
        for number, row in enumerate(rows, start=1):
            if None in row or None in row.values():
                raise ValueError(f"other fields in row {number} than in the heading")
            for value in (row["epoch"], row["seconds"], *row.values()):
                float(value or 0)
        rows = [row for row in rows if int(row["steps"]) <= done]
        if done and [int(row["steps"]) for row in rows[-1:]] != [done]:
            raise ValueError(f"no row of step {done}, which the checkpoint has")
    return rows


def _sheet_path(run: Path, epoch: int) -> Path:
    return run / "samples" / f"epoch-{epoch + 1:04d}.png"


class ShorterLastEpoch(keras.callbacks.Callback):
    """Ends the last epoch after so many steps."""

    def __init__(self, steps: int):
        super().__init__()
        self.steps = steps

    def on_epoch_begin(self, epoch, logs=None):
        self.is_last = epoch + 1 == self.params["epochs"]

    def on_train_batch_end(self, batch, logs=None):
        if self.is_last and batch + 1 == self.steps:
            self.model.stop_training = True


class Log(keras.callbacks.Callback):
    """Writes `log.csv`, one row an epoch, and stops early.

    Args:
        run: the run folder.
        done: steps before a resume, see `read_log`.
        patience: see `train`.
        minutes: see `train`; those before a resume count.
    """

    def __init__(self, run: Path, done: int, patience: int = 0, minutes: float = 0):
        super().__init__()
        self.path, self.patience = run / "log.csv", patience
        self.minutes, self.rows = minutes, read_log(run, done)

    @property
    def steps(self) -> int:
        return int(self.rows[-1]["steps"]) if self.rows else 0

    @property
    def seconds(self) -> float:
        return sum(float(row["seconds"]) for row in self.rows)

    def why_enough(self) -> str:
        """Returns why to stop: "minutes", "patience", or nothing."""
        if self.minutes and self.seconds >= 60 * self.minutes:
            return "minutes"
        if self.patience and self.rows:
            losses = [float(row["val_loss"]) for row in self.rows]
            if len(losses) - 1 - np.argmin(losses) >= self.patience:
                return "patience"
        return ""

    def on_epoch_begin(self, epoch, logs=None):
        self.began = time.perf_counter()

    def on_epoch_end(self, epoch, logs=None):
        seconds = time.perf_counter() - self.began
        steps = int(self.model.optimizer.iterations)
        row = {"epoch": epoch + 1, "steps": steps, "seconds": f"{seconds:.1f}", **logs}
        self.rows.append(row)
        with whole_file(self.path) as part, open(part, "w", newline="") as file:
            writer = csv.DictWriter(file, row)
            writer.writeheader()
            writer.writerows(self.rows)
        if self.why_enough():
            self.model.stop_training = True


class Sheets(keras.callbacks.Callback):
    """Draws a sheet of samples every so many epochs and after the last.

    Args:
        run: the run folder.
        draw: function that draws the sheet, a Pillow image.
        every: epochs between two sheets.
    """

    def __init__(self, run: Path, draw, every: int):
        super().__init__()
        self.run, self.draw, self.every = run, draw, every

    def on_epoch_end(self, epoch, logs=None):
        last = epoch + 1 == self.params["epochs"] or self.model.stop_training
        if (epoch + 1) % self.every and not last:
            return
        pictures.save(self.draw(), _sheet_path(self.run, epoch))


class Events(keras.callbacks.Callback):
    """Writes an epoch's figures and its sheet for TensorBoard.

    Args:
        run: the run folder; writes into its `tensorboard/`.
    """

    def __init__(self, run: Path):
        super().__init__()
        import tensorflow as tf  # its summaries serve every backend

        self.run, self.summary, self.error = run, tf.summary, tf.errors.OpError
        with self.told_as_usual():
            self.writer = tf.summary.create_file_writer(str(run / "tensorboard"))

    @contextlib.contextmanager
    def told_as_usual(self):
        """Turns TensorFlow's own error of a file into Python's."""
        try:
            yield
        except self.error as error:
            full = type(error).__name__ == "ResourceExhaustedError"
            code = errno.ENOSPC if full else errno.EIO
            path = str(self.run / "tensorboard")
            raise OSError(code, os.strerror(code), path) from error

    def on_epoch_end(self, epoch, logs=None):
        with self.told_as_usual(), self.writer.as_default(step=epoch + 1):
            for name, value in logs.items():
                self.summary.scalar(name, value)
            if (path := _sheet_path(self.run, epoch)).exists():
                with Image.open(path) as sheet:
                    self.summary.image("samples", np.asarray(sheet)[None])
            self.writer.flush()


class Checkpoint(keras.callbacks.Callback):
    """Saves the networks for other scripts, then all that a resume needs.

    The checkpoint holds weights, optimizer, and the states of noise and warm-up. The
    optimizer's steps count what was done: a resume needs no other file.

    Args:
        run: the run folder.
        networks: by name, what to save as `<name>.keras`.
    """

    def __init__(self, run: Path, networks: dict[str, keras.Model]):
        super().__init__()
        self.run, self.networks = run, networks

    def on_epoch_end(self, epoch, logs=None):
        for name, network in self.networks.items():
            with whole_file(self.run / f"{name}.keras") as part:
                _claim_room(part, network.variables)
                network.save(part)
        # Keras creates an optimizer here, which other hosts would have to do as well.
        with whole_file(self.run / CHECKPOINT) as part, hosts.alone():
            _claim_room(part, self.model.variables + self.model.optimizer.variables)
            self.model.save_weights(part)


def _claim_room(path: Path, variables):
    """Stops where a disk has no room for weights: HDF5 may crash when it finds out."""
    numbers = sum(math.prod(variable.shape) for variable in variables)
    claim_room(path, 4 * numbers + HDF5 * (10 + len(variables)))
    path.unlink(missing_ok=True)
