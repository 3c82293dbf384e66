"""Where a step's time goes, by TensorFlow's profiler: the article's loop and ours.

    python augment.py --image-size=32
    python -m benchmarks.profile_steps

The article's networks, batches and losses. Prints milliseconds a step by kind of
operation, summed over the threads that run operations; one that is parted among more
threads counts as long as it lasts, so that these are no CPU seconds. Quote shares.
"""

import collections
import re
import tempfile
from collections.abc import Callable
from pathlib import Path

import utils
from lab import limits, settings
from menus.files import read_menu
from menus.menu import Menu
from training import backend

# data
MENU = "data/sample"  # menu folder, augmented at 32 pixels

# what
METHODS = "cvae, gan, cvae-gan"  # see benchmarks/methods.py
SHOWN = 10  # kinds of operations; the rest is summed

# measurement
STEPS = 10  # training steps

settings.read_settings(globals(), SHOWN=limits.at_least(1), STEPS=limits.at_least(1))

backend.start()

import keras
import pandas as pd
import tensorflow as tf
from tensorflow.tsl.profiler.protobuf import xplane_pb2

from benchmarks import methods
from benchmarks.turns import WARM_UP

# "gan/conv2d/BiasAdd:_MklNativeFusedConv2D": its place in the graph, and its kind
OPERATION = re.compile(r"[^:]+:_?(?:Mkl)?(?:Native)?(\w+)")
WAITS = {"IteratorGetNext", "PyFunc"}  # for a batch, beside the step before


def milliseconds(train: Callable[[int], None], steps: int) -> pd.Series:
    """Profiles a training, once it is traced.

    Args:
        train: trains so many steps.
        steps: how many to profile.

    Returns:
        Milliseconds a step, by kind of operation; what oneDNN does in TensorFlow's
        place has the same name.
    """
    train(WARM_UP)
    with tempfile.TemporaryDirectory() as folder:
        with tf.profiler.experimental.Profile(folder):
            train(steps)
        (path,) = Path(folder).rglob("*.xplane.pb")
        space = xplane_pb2.XSpace.FromString(path.read_bytes())
    took = collections.Counter()
    for plane in space.planes:
        for line in plane.lines:
            for event in line.events:
                name = plane.event_metadata[event.metadata_id].name
                if is_operation := OPERATION.fullmatch(name):
                    took[is_operation[1]] += event.duration_ps
    return pd.Series(took, dtype=float).drop(WAITS, errors="ignore") / 1e9 / steps


def profile(method: methods.Method, menu: Menu) -> pd.DataFrame:
    """Profiles both ways to train: a row a kind of operation, longest first."""
    batches = method.batches(menu)
    shape = menu.longest, menu.classes
    ways = {
        "the article's loop": method.article(method.build(shape), batches),
        "ours": method.ours(method.build(shape), batches),
    }
    columns = {name: milliseconds(train, STEPS) for name, train in ways.items()}
    table = pd.DataFrame(columns).fillna(0)
    table = table.loc[table.sum(axis=1).sort_values(ascending=False).index]
    shown = table[:SHOWN].copy()
    shown.loc["other"] = table[SHOWN:].sum()
    shown.loc["all"] = table.sum()
    return shown


def main():
    if keras.backend.backend() != "tensorflow":
        raise utils.InputError(
            "expected the TensorFlow backend, whose profiler this is. Received:"
            f" KERAS_BACKEND={keras.backend.backend()}"
        )
    menu = read_menu(MENU)
    for method in settings.choose("METHODS", METHODS, methods.ALL).values():
        print(f"\n{method.name}: milliseconds a step")
        print(profile(method, menu).to_string(float_format="{:.1f}".format), flush=True)


if __name__ == "__main__":
    utils.run(main)
