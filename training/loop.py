"""One training: log, sheets, networks and checkpoints in a run folder; resume.

Everything is written at the end of an epoch, the checkpoint last. A training that was
killed goes on from it as if nothing had happened: what an unbroken one would have
computed, to the bit.
"""

import contextlib
import csv
import errno
import math
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import keras
import numpy as np
from PIL import Image

from lab import pictures, runs
from lab.settings import Settings
from menus.augmented import folder_of
from menus.identity import difference, keep_record, read_record, record_of
from menus.menu import Menu, save_menu
from menus.sheets import real_sheet
from training import hosts
from training.data import Batches
from utils import InputError, claim_room, reading, whole_file

CHECKPOINT = "checkpoint.weights.h5"
HDF5 = 8192  # bytes that a variable takes there beside its values, at most


def start(
    settings: Settings,
    menu: Menu,
    images: np.ndarray,
    pizza: np.ndarray,
    rows: list[int],
    model: keras.Model,
) -> tuple[Path, np.ndarray]:
    """Makes the run folder, or finds the one to resume; all hosts wait for the first.

    A folder to resume is changed only once its settings, its menu and its checkpoint
    have turned out to fit.

    Args:
        settings: of the script.
        menu: is copied into the folder.
        images, pizza: see `load_augmented`.
        rows: pizzas to learn, which `real.png` shows.
        model: the compiled model, into which a checkpoint is loaded.

    Returns:
        The run folder, and the photos of all pizzas, `(pizzas, size, size, 3)`.
    """
    photos = images[np.unique(pizza, return_index=True)[1]]
    record = read_record(folder_of(menu, images.shape[1]))

    def find():
        if settings.values["RESUME"]:
            return runs.run_to_resume(settings, lambda run: _unlike(run, record))

    def write():
        if to_resume:
            (to_resume / runs.FINISHED).unlink(missing_ok=True)
        run = to_resume or runs.new_run(settings)
        if not to_resume:
            save_menu(run, menu, photos)
            keep_record(run, record)
            pictures.save(real_sheet(menu, images, pizza, rows), run / "real.png")
        runs.keep_settings(run, settings)  # last: it tells a run that can be resumed
        return run

    to_resume = hosts.of_first(find)
    if to_resume:
        restore(model, to_resume)
    return hosts.of_first(write), photos


def _unlike(run: Path, record: dict) -> str:
    """Says why a run has learned from other pictures than those of a record."""
    was = record_of(run)
    if not was:
        return "a run that has not noted what it learned from"
    if found := difference(was["menu"], record["menu"]):
        return f"a run of a menu {found}"
    return "" if was == record else "a run of pictures that were made otherwise"


def train(
    model: keras.Model,
    training: Batches,
    validation: Batches | None,
    run: Path,
    epochs: int,
    networks: dict[str, keras.Model],
    draw,
    sample_every: int = 1,
    patience: int = 0,
    minutes: float = 0,
    steps_per_epoch: int | None = None,
    watch: Sequence[keras.callbacks.Callback] = (),
):
    """Trains a compiled model, from the run's checkpoint if it has one.

    Args:
        model: the model with all losses.
        training: endless batches.
        validation: batches of one epoch, or none.
        run: the run folder.
        epochs: epochs in all, those before a resume included.
        networks: by name, what to save as `<name>.keras` for other scripts.
        draw: function that draws the sheet of samples, a Pillow image.
        sample_every: epochs between two sheets.
        patience: epochs without a lower `val_loss` after which to stop; 0 for never.
        minutes: of training after which to stop at the end of an epoch; 0 for never.
        steps_per_epoch: training steps of what is called an epoch here; by default
            those that show each picture once.
        watch: callbacks that add figures to an epoch's logs.
    """
    _round_the_same_each_time()
    steps_per_epoch = steps_per_epoch or training.steps
    training.first = int(model.optimizer.iterations)  # the number of the next batch
    done = training.first // steps_per_epoch
    log = Log(run, done, patience, minutes)
    callbacks = [hosts.StopTogether()]
    if hosts.is_first():
        sheets = Sheets(run, draw, sample_every)
        writers = [log, sheets, Events(run), Checkpoint(run, networks)]
        callbacks = [*watch, *writers, *callbacks]
    size = training.images.shape[1]
    if keras.backend.backend() == "jax":
        # Between two executions Keras looks at each weight and fetches each loss: a
        # millisecond, much beside a GPU's step. An epoch is a whole number of them.
        model.steps_per_execution = max(
            n for n in range(1, 21) if steps_per_epoch % n == 0
        )
    try:
        if done < epochs and not hosts.of_first(log.enough):
            model.fit(
                training,
                initial_epoch=done,
                epochs=epochs,
                steps_per_epoch=steps_per_epoch,
                validation_data=validation,
                shuffle=False,  # the batches are shuffled
                callbacks=callbacks,
                verbose=(1 if sys.stdout.isatty() else 2) if hosts.is_first() else 0,
            )
    except InputError:  # it collapsed: what it has learned until then is its result
        if (run / CHECKPOINT).exists():
            _finish(run, size)
        raise
    hosts.of_first(_finish, run, size)


def _finish(run: Path, size: int):
    """Draws the learning curves and, last, the gif that tells a finished run."""
    pictures.plot_log(run / "log.csv", run / "log.png")
    pictures.save_gif(run / "samples", size, run / runs.FINISHED)


def _round_the_same_each_time():
    """Lets TensorFlow add gradients in the same order in each run.

    Its graph optimizer of dependencies makes that order depend on which of them is
    ready first. Measured without it: the same step from the same state, 1,600 times,
    in the same time, was always equal; with it not, 65 times.
    """
    if keras.backend.backend() == "tensorflow":
        import tensorflow as tf

        tf.config.optimizer.set_experimental_options({"dependency_optimization": False})


def restore(model: keras.Model, run: Path) -> int:
    """Loads a folder's checkpoint, if any, and returns the steps it has behind it."""
    path = run / CHECKPOINT
    if hosts.of_first(path.exists) != path.exists():
        raise InputError(
            f"expected {path} on each host: share the folder, or copy it. Received:"
            " a host without"
        )
    if not path.exists():
        return 0
    model.optimizer.build(model.trainable_variables)
    with reading(path, "a whole checkpoint of this network", "start without --resume"):
        model.load_weights(path)
    return int(model.optimizer.iterations)


def _sheet_path(run: Path, epoch: int) -> Path:
    return run / "samples" / f"epoch-{epoch + 1:04d}.png"


class Log(keras.callbacks.Callback):
    """Writes `log.csv`, one row an epoch, and stops early.

    Args:
        run: the run folder.
        done: epochs before a resume; later rows, written but not reached by a
            checkpoint, are dropped.
        patience: see `train`.
        minutes: see `train`; those before a resume count.
    """

    def __init__(self, run: Path, done: int, patience: int = 0, minutes: float = 0):
        super().__init__()
        self.path, self.patience = run / "log.csv", patience
        self.minutes = minutes
        self.rows = []
        if self.path.exists():
            with open(self.path, newline="", encoding="utf-8") as file:
                self.rows = list(csv.DictReader(file))[:done]

    def enough(self) -> bool:
        """Whether time is up, or `val_loss` was lowest `patience` epochs ago."""
        if self.minutes:
            seconds = sum(float(row["seconds"]) for row in self.rows)
            if seconds >= 60 * self.minutes:
                return True
        if not self.patience:
            return False
        losses = [float(row["val_loss"]) for row in self.rows]
        since_best = len(losses) - 1 - np.argmin(losses) if losses else 0
        return bool(since_best >= self.patience)

    def on_epoch_begin(self, epoch, logs=None):
        self.began = time.perf_counter()

    def on_epoch_end(self, epoch, logs=None):
        seconds = time.perf_counter() - self.began
        self.rows.append({"epoch": epoch + 1, "seconds": f"{seconds:.1f}", **logs})
        with whole_file(self.path) as part, open(part, "w", newline="") as file:
            writer = csv.DictWriter(file, self.rows[-1])
            writer.writeheader()
            writer.writerows(self.rows)
        if self.enough():
            self.model.stop_training = True


class Sheets(keras.callbacks.Callback):
    """Draws a sheet of samples every so many epochs and after the last."""

    def __init__(self, run: Path, draw, every: int):
        super().__init__()
        self.run, self.draw, self.every = run, draw, every

    def on_epoch_end(self, epoch, logs=None):
        last = epoch + 1 == self.params["epochs"] or self.model.stop_training
        if (epoch + 1) % self.every and not last:
            return
        pictures.save(self.draw(), _sheet_path(self.run, epoch))


class Events(keras.callbacks.Callback):
    """Writes an epoch's figures and its sheet for TensorBoard."""

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

    The checkpoint holds weights, optimizer and the states of noise and warm-up. What
    was done is counted by the optimizer's steps, so there is one file, and it is whole.
    """

    def __init__(self, run: Path, networks: dict[str, keras.Model]):
        super().__init__()
        self.run, self.networks = run, networks

    def on_epoch_end(self, epoch, logs=None):
        for name, network in self.networks.items():
            with whole_file(self.run / f"{name}.keras") as part:
                _claim_room(part, network.variables)
                network.save(part)
        # Keras makes a new optimizer to know what of one is not to be saved.
        with whole_file(self.run / CHECKPOINT) as part, hosts.alone():
            _claim_room(part, self.model.variables + self.model.optimizer.variables)
            self.model.save_weights(part)


def _claim_room(path: Path, variables):
    """Stops where a disk has no room for weights: HDF5 may crash when it finds out."""
    numbers = sum(math.prod(variable.shape) for variable in variables)
    claim_room(path, 4 * numbers + HDF5 * (10 + len(variables)))
    path.unlink(missing_ok=True)
