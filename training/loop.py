"""One training: log, sheets, networks and checkpoints in a run folder; resume.

Everything is written at the end of an epoch, the checkpoint last. A training that was
killed and resumed computes what an unbroken one computes, to the bit.
"""

import contextlib
import csv
import errno
import json
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
from menus.augmented import folder_of, owners_record, recombined_record
from menus.identity import difference, keep_record, read_record, record_of
from menus.menu import Menu, save_menu
from menus.sheets import real_sheet
from owners.layouts import keep_bank
from owners.pieces import Bank
from training import hosts
from training.data import Batches
from training.guard import TrainingCollapsed
from utils import InputError, claim_room, reading, whole_file, write_text

CHECKPOINT = "checkpoint.weights.h5"
HDF5 = 8192  # bytes that a variable takes there beside its values, at most


def start(
    settings: Settings,
    menu: Menu,
    images: np.ndarray,
    pizza: np.ndarray,
    rows: list[int],
    model: keras.Model,
    bank: Bank | None = None,
) -> tuple[Path, np.ndarray]:
    """Makes the run folder, or finds the one to resume; all hosts wait for the first.

    A folder to resume is changed only once its settings, its menu, its checkpoint and
    its log have turned out to fit.

    Args:
        settings: of the script.
        menu: is copied into the folder.
        images, pizza: see `load_augmented`.
        rows: pizzas to learn, which `real.png` shows.
        model: the compiled model, into which a checkpoint is loaded.
        bank: pieces for the layouts of samples, kept in the folder; if any.

    Returns:
        The run folder, and the photos of all pizzas, `(pizzas, size, size, 3)`.
    """
    photos = images[np.unique(pizza, return_index=True)[1]]
    size = images.shape[1]
    record = read_record(folder_of(menu, size))
    if bank:
        record |= {"owners": owners_record(menu, size)}
    if settings.values.get("RECOMBINED"):
        record |= {"recombined": recombined_record(menu, size)}

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
            if bank:
                keep_bank(run, bank)
            pictures.save(real_sheet(menu, images, pizza, rows), run / "real.png")
        runs.keep_settings(run, settings)  # last: it tells a run that can be resumed
        return run

    to_resume = hosts.on_first_host(find)
    if to_resume:
        done = restore(model, to_resume)
        hosts.on_first_host(lambda: len(read_log(to_resume, done)))  # is it whole?
    return hosts.on_first_host(write), photos


def _unlike(run: Path, record: dict) -> str:
    """Says why a run has learned from other pictures than those of a record."""
    was = record_of(run)
    if not was:
        return "a run that has not noted what it learned from"
    if found := difference(was["menu"], record["menu"]):
        return f"a run of a menu {found}"
    if was.get("recombined") != record.get("recombined"):
        return "a run of other recombined pizzas"
    return "" if was == record else "a run of pictures that were made otherwise"


def train(
    model: keras.Model,
    training: Batches,
    validation: Batches | None,
    run: Path,
    steps: int,
    networks: dict[str, keras.Model],
    draw,
    steps_per_epoch: int | None = None,
    sample_every: int = 1,
    patience: int = 0,
    minutes: float = 0,
    watch: Sequence[keras.callbacks.Callback] = (),
):
    """Trains a compiled model, from the run's checkpoint if it has one.

    Args:
        model: the model with all losses.
        training: endless batches.
        validation: batches of one epoch, or none.
        run: the run folder.
        steps: training steps in all, those before a resume included. The last epoch is
            shorter where epochs do not divide them.
        networks: by name, what to save as `<name>.keras` for other scripts.
        draw: function that draws the sheet of samples, a Pillow image.
        steps_per_epoch: steps between two rows of the log; by default those that show
            each picture once.
        sample_every: epochs between two sheets.
        patience: epochs without a lower `val_loss` after which to stop; 0 for never.
        minutes: of training after which to stop at the end of an epoch; 0 for never.
        watch: callbacks that add figures to an epoch's logs.

    Raises:
        TrainingCollapsed: one of these callbacks has found that it has.
    """
    _round_the_same_each_time()
    steps_per_epoch = steps_per_epoch or training.steps
    training.first = int(model.optimizer.iterations)  # the number of the next batch
    left = max(0, steps - training.first)
    log = Log(run, training.first, patience, minutes)
    done = hosts.on_first_host(lambda: len(log.rows))  # epochs
    epochs = done + -(-left // steps_per_epoch)
    size = training.images.shape[1]
    callbacks = [hosts.StopTogether()]
    if hosts.is_first():
        sheets = Sheets(run, draw, sample_every)
        writers = [log, sheets, Events(run), Checkpoint(run, networks)]
        callbacks = [*watch, *writers, *callbacks]
    if last := left % steps_per_epoch:
        callbacks = [ShorterLastEpoch(last), *callbacks]
    if keras.backend.backend() == "jax":
        # Between two executions Keras looks at each weight and fetches each loss: a
        # millisecond, much beside a GPU's step. An epoch is a whole number of them.
        common = math.gcd(steps_per_epoch, last)
        model.steps_per_execution = max(n for n in range(1, 21) if common % n == 0)
    try:
        if left and not hosts.on_first_host(log.why_enough):
            hosts.on_first_host(lambda: (run / runs.FINISHED).unlink(missing_ok=True))
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
    except TrainingCollapsed:  # the weights of the last epoch are the run's result
        if (run / CHECKPOINT).exists():
            _finish(run, size, log, "collapsed")
        raise
    hosts.on_first_host(
        lambda: _finish(
            run, size, log, "done" if log.steps >= steps else log.why_enough()
        )
    )


def _finish(run: Path, size: int, log: "Log", ended: str):
    """Draws learning curves and the gif; last, writes the record of a finished run."""
    pictures.plot_log(run / "log.csv", run / "log.png")
    pictures.save_gif(run / "samples", size, run / "progress.gif")
    record = {"steps": log.steps, "seconds": round(log.seconds, 1), "ended": ended}
    write_text(run / runs.FINISHED, json.dumps(record, indent=2) + "\n")


def _round_the_same_each_time():
    """Makes TensorFlow add gradients in the same order in each run.

    With its "dependency optimization" that order depends on which gradient is ready
    first: of 1,600 repetitions of one step from the same state, 65 differed. Without
    it none did, in the same time.
    """
    if keras.backend.backend() == "tensorflow":
        import tensorflow as tf

        tf.config.optimizer.set_experimental_options({"dependency_optimization": False})


def restore(model: keras.Model, run: Path) -> int:
    """Loads a folder's checkpoint, if any, and returns the steps it has behind it."""
    path = run / CHECKPOINT
    if hosts.on_first_host(path.exists) != path.exists():
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
