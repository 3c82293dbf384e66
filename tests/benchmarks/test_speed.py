"""Tests of what the speed benchmarks count; nothing is timed."""

import importlib.util
import time

import keras
import numpy as np
import pytest
from conftest import fail, run
from keras import layers, ops

from benchmarks import costs, methods
from benchmarks.floor import Work, layer_flops, taps
from benchmarks.turns import WARM_UP, cpu_seconds
from menus.files import read_menu
from training.data import load_augmented
from utils import InputError


@pytest.mark.parametrize("size, kernel, stride", [(4, 5, 1), (8, 5, 2), (7, 3, 3)])
def test_taps_are_those_that_meet_the_input(size, kernel, stride):
    ones = np.ones((1, size, 1)), np.ones((kernel, 1, 1))
    met = ops.sum(ops.conv(*ones, strides=stride, padding="same"))
    assert taps(size, kernel, stride) == int(met)


def test_flops_of_a_convolution_and_a_dense_layer_by_hand():
    photo = keras.Input((4, 4, 2))
    x = layers.Conv2D(3, 3, padding="same")(photo)
    x = layers.Flatten()(layers.ReLU()(x))
    network = keras.Model(photo, layers.Dense(5)(x))
    # Of each axis of 4 pixels the two outer ones are met by 2 taps, the others by 3.
    convolution = 2 * (2 + 3 + 3 + 2) ** 2 * 2 * 3
    dense = 2 * (4 * 4 * 3) * 5
    work = Work().add(network, 4, by_weights=3, by_inputs=2, to_own_inputs=1)
    assert work.convolution == convolution * (4 + 3 + 1)
    assert work.matrix == dense * (4 + 3 + 2)
    features = Work().add(network, 1, convolutions_only=True)
    assert (features.convolution, features.matrix) == (convolution, 0)


def test_a_transposed_convolution_works_as_the_one_it_transposes():
    up = layers.Conv2DTranspose(3, 5, 2, padding="same")
    up(keras.Input((4, 4, 2)))
    down = layers.Conv2D(2, 5, 2, padding="same")
    down(keras.Input((8, 8, 3)))
    assert layer_flops(up) == layer_flops(down) > 0


def test_a_step_needs_less_than_each_network_by_itself():
    """One pass serves both players: less than the article's loop computes."""
    method = methods.ALL["gan-quarter"]
    generator, discriminator = networks = method.build((9, 29))
    n = method.batch
    apart = Work().add(generator, 2 * n, n, n)  # drawn twice
    apart.add(discriminator, 3 * n, 2 * n, 3 * n, to_own_inputs=n)
    work = method.work(networks)
    assert 0.6 * apart.convolution < work.convolution < apart.convolution


def test_all_ways_do_as_many_steps():
    done = {"one": [], "other": []}

    def way(name):
        def work(steps):
            began = time.process_time()
            while time.process_time() == began:
                pass
            done[name].append(steps)

        return work

    seconds = cpu_seconds({name: way(name) for name in done}, turns=3, seconds=0)
    assert done["other"] == [WARM_UP, 1, 1, 1]
    assert done["one"][-3:] == [1, 1, 1]
    assert {name: len(s) for name, s in seconds.items()} == {"one": 3, "other": 3}


def test_a_menu_of_empty_pictures(tmp_path):
    costs.make_menu(tmp_path / "menu", 3, 16)
    images, pizza = load_augmented(read_menu(tmp_path / "menu"), 16)
    assert images.shape == (3 * 720, 16, 16, 3)
    assert np.array_equal(np.unique(pizza), [0, 1, 2])


@pytest.mark.parametrize("name", methods.ALL)
def test_twins_have_as_many_parameters(name):
    pytest.importorskip("torch")
    from benchmarks.training_speed import check_twin

    check_twin(methods.ALL[name], (9, 29))


@pytest.mark.parametrize(
    "module, package, name",
    [("training_speed", "torch", "PyTorch"), ("augmentation_speed", "cv2", "OpenCV")],
)
def test_says_what_to_install(place, module, package, name):
    if importlib.util.find_spec(package):
        pytest.skip(f"{name} is installed")
    line = fail(f"benchmarks.{module}", "--menu=data/toy", cwd=place)
    assert f"expected {name}. Received: none; run `pip install" in line


def test_the_profiler_tells_operations_by_kind():
    import tensorflow as tf

    from benchmarks.profile_steps import milliseconds

    square = tf.function(lambda matrix: tf.abs(tf.matmul(matrix, matrix)))

    def work(steps):
        for _ in range(steps):
            square(tf.ones((200, 200)))

    took = milliseconds(work, 5)
    assert took["MatMul"] > 0
    assert "Conv2D" not in took


def test_a_profile_of_a_method(place):
    augment = ["--menu=data/toy", "--image-size=32", "--angles=4", "--recombined=0"]
    run("augment.py", *augment, cwd=place)
    flags = ["--menu=data/toy", "--methods=gan-quarter", "--steps=1", "--shown=2"]
    output = run("benchmarks.profile_steps", *flags, cwd=place)
    title, ways, *rows = output.strip().splitlines()
    assert "quarter" in title and ways.split() == ["the", "article's", "loop", "ours"]
    table = {row.split()[0]: [float(f) for f in row.split()[1:]] for row in rows}
    assert len(table) == 4 and list(table)[2:] == ["other", "all"]
    assert table["Conv2DBackpropInput"][0] > 0
    assert min(table["all"]) > 0


def test_unknown_method(place, call):
    from benchmarks import training_speed

    with pytest.raises(InputError, match="METHODS: expected some of cvae.*: 'vae'"):
        call(training_speed, MENU="data/toy", METHODS="gan, vae")
