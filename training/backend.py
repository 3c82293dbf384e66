"""Starts Keras: on a backend that is there, and without a page of greetings."""

import contextlib
import importlib.util
import logging
import os
import sys

import utils

BACKENDS = "tensorflow", "jax"


def start(hosts: str = ""):
    """Imports Keras; to be called by a script before its own imports of Keras.

    The environment variable KERAS_BACKEND chooses the backend. What else `keras.json`
    in the home folder asks for does not count: with channels first, for instance, the
    networks would be others. A backend that cannot be had ends the process with one
    line.

    Args:
        hosts: that are to train together, if any: only JAX can. See `training.hosts`.
    """
    backend = os.environ.get("KERAS_BACKEND") or BACKENDS[0]
    os.environ["KERAS_BACKEND"] = backend
    advice = "see requirements.txt, and whether keras.json in ~/.keras is damaged"
    try:
        if backend not in BACKENDS or not importlib.util.find_spec(backend):
            raise utils.InputError(
                f"KERAS_BACKEND: expected {' or '.join(BACKENDS)}, installed."
                f" Received: {backend!r}"
            )
        if hosts and backend != "jax":
            raise utils.InputError(
                "HOSTS: expected the JAX backend, KERAS_BACKEND=jax. Received:"
                f" {backend}"
            )
        with utils.reading("Keras", "a start", advice), quiet():
            import keras
    except utils.InputError as error:
        utils.stop(error)
    if not utils.is_debugging():  # nobody need hear that many networks are traced
        logging.getLogger("tensorflow").setLevel(logging.ERROR)
    keras.config.set_image_data_format("channels_last")
    keras.config.set_floatx("float32")
    keras.config.set_epsilon(1e-7)


@contextlib.contextmanager
def quiet():
    """Drops what libraries below Python write to stderr, as TensorFlow when imported.

    It heeds its own settings only later. An error in Python still comes as an
    exception.
    """
    if utils.is_debugging() or not sys.stderr:
        yield
        return
    sys.stderr.flush()
    kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)
