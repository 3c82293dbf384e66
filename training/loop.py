"""One training: log, sheets, networks and checkpoints in a run folder; resume.

Everything is written at the end of an epoch, the checkpoint last. A training that was
killed and resumed computes what an unbroken one computes, to the bit.
"""

import json
import math
import sys
from collections.abc import Sequence
from pathlib import Path

import keras
import numpy as np

from lab import pictures, runs
from lab.settings import Settings
from menus.files import save_menu
from menus.identity import keep_record
from menus.menu import Menu
from menus.resumable import record_to_learn, resumable_run
from menus.sheets import real_sheet
from owners.bank import Bank
from owners.layouts import keep_bank
from training import hosts
from training.batches import Batches
from training.callbacks import (
    CHECKPOINT,
    Checkpoint,
    Events,
    Log,
    Sheets,
    ShorterLastEpoch,
    read_log,
)
from training.guard import TrainingCollapsed
from utils import InputError, reading, write_text


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

    def write():
        if to_resume:
            (to_resume / runs.FINISHED).unlink(missing_ok=True)
        run = to_resume or runs.new_run(settings)
        if not to_resume:
            save_menu(run, menu, photos)
            keep_record(run, record_to_learn(settings, menu))
            if bank:
                keep_bank(run, bank)
            pictures.save(real_sheet(menu, images, pizza, rows), run / "real.png")
        runs.keep_settings(run, settings)  # last: it tells a run that can be resumed
        return run

    to_resume = hosts.on_first_host(lambda: resumable_run(settings, menu))
    if to_resume:
        done = restore(model, to_resume)
        hosts.on_first_host(lambda: len(read_log(to_resume, done)))  # is it whole?
    return hosts.on_first_host(write), photos


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
        steps_per_epoch: steps between two rows of the log; by default as many as
            the pictures of the photos fill.
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
            _finish(run, log, "collapsed")
        raise
    hosts.on_first_host(
        lambda: _finish(run, log, "done" if log.steps >= steps else log.why_enough())
    )


def _finish(run: Path, log: "Log", ended: str):
    """Draws learning curves and the gif; last, writes the record of a finished run."""
    pictures.plot_log(run / "log.csv", run / "log.png")
    pictures.save_gif(run / "samples", run / "progress.gif")
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
    with reading(path, "a whole checkpoint of this network", "start without --resume"):
        model.load_weights(path)
    return int(model.optimizer.iterations)
