"""Several devices and several hosts: one training, its batches shared out among them.

Each host runs the same script. Weights are the same on all devices, each of which
computes a share of a batch; what a step computes is what one device would have
computed, but for rounding. Only the first host writes. Needs the JAX backend.
"""

import contextlib
import functools
import os
import pickle
import sys
import traceback

import keras
import numpy as np

import utils
from utils import InputError


def run(main, hosts: str = "", host_index: int = 0):
    """Runs a script's `main` as `utils.run` does, together with other hosts.

    Args:
        main: the same on each host, with the same settings.
        hosts: addresses with commas, "a:port,b:port", the same on each host: the others
            meet at the first. "auto" asks the launcher: SLURM, Open MPI, a TPU. Empty
            for this host alone.
        host_index: which of the addresses is this host's; not asked for with "auto".

    Raises:
        SystemExit: as from `utils.run`; a lost host counts as bad input.
    """

    def together():
        _join(hosts, host_index)
        try:
            main()
        except Exception as error:
            if not hosts or not _is_of_connection(error):
                raise
            raise InputError(
                "expected all hosts until the end. Received:"
                f" {str(error).splitlines()[0]}; another host is lost, or has said why"
                " it ended. Start all of them again, with --resume"
            ) from None

    try:
        utils.run(together)
    except BaseException as error:
        if not hosts:
            raise
        # An orderly end would wait for hosts that wait for this one.
        if not isinstance(error, SystemExit):
            traceback.print_exc()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(error.code if isinstance(error, SystemExit) else 1)


def _is_of_connection(error: Exception) -> bool:
    import jax  # which raises its own error from some functions, a ValueError from most

    return isinstance(error, jax.errors.JaxRuntimeError) or "Gloo" in str(error)


def _join(hosts: str, host_index: int):
    """Meets the other hosts, and makes all devices share what comes after."""
    if keras.backend.backend() != "jax":
        if hosts:
            raise InputError(
                "HOSTS: expected the JAX backend, KERAS_BACKEND=jax. Received:"
                f" {keras.backend.backend()}"
            )
        import tensorflow as tf

        if (gpus := len(tf.config.list_physical_devices("GPU"))) > 1:
            print(f"TensorFlow uses one of {gpus} GPUs, KERAS_BACKEND=jax would all")
        return
    import jax

    if hosts:
        # Its service would take the signal that ends a process, and go on.
        jax.config.update("jax_enable_preemption_service", False)
        addresses = hosts.split(",")
        if hosts != "auto" and host_index >= len(addresses):
            raise InputError(
                f"HOST_INDEX: expected less than {len(addresses)}, the number of hosts."
                f" Received: {host_index}"
            )
        told = () if hosts == "auto" else (hosts, len(addresses), host_index)
        try:
            keras.distribution.initialize(*told)
        except (ValueError, RuntimeError, IndexError) as error:
            raise InputError(
                'HOSTS: expected "a:port,b:port", or "auto" where a launcher says who'
                f" is who. Received: {hosts!r}; {str(error).splitlines()[0]}"
            ) from None
    if jax.device_count() > 1:
        keras.distribution.set_distribution(
            keras.distribution.DataParallel(auto_shard_dataset=False)
        )


def count_devices() -> int:
    """Counts the devices of all hosts that a batch is shared out among."""
    shared = keras.distribution.distribution()
    return shared.num_model_replicas if shared else 1


def is_first() -> bool:
    """Tells whether this is the host that writes."""
    return _index_and_count()[0] == 0


def share(n: int) -> slice:
    """Says which of a batch's n pictures are this host's."""
    index, count = _index_and_count()
    return slice(index * n // count, (index + 1) * n // count)


def _index_and_count() -> tuple[int, int]:
    shared = keras.distribution.distribution()
    return (shared.data_shard_id, shared.num_processes) if shared else (0, 1)


def of_first(function, *arguments):
    """Calls a function on the first host; the others wait for it.

    Returns:
        On each host what the function has returned, up to 1,000 bytes pickled.
    """
    result = None
    if is_first():
        with alone():
            result = function(*arguments)
    if _index_and_count()[1] == 1:
        return result
    from jax.experimental import multihost_utils

    data = np.frombuffer(pickle.dumps(result).ljust(1000), np.uint8)
    return pickle.loads(multihost_utils.broadcast_one_to_all(data).tobytes())


@contextlib.contextmanager
def alone():
    """Lets this host work by itself: what is made meanwhile is not shared out."""
    shared = keras.distribution.distribution()
    keras.distribution.set_distribution(None)
    try:
        yield
    finally:
        keras.distribution.set_distribution(shared)


class StopTogether(keras.callbacks.Callback):
    """Ends the training on each host when the first ends it; to stand last."""

    def on_epoch_end(self, epoch, logs=None):
        self.model.stop_training = of_first(lambda: self.model.stop_training)


def predict(network: keras.Model, inputs) -> np.ndarray:
    """Asks a network on this host, whatever the others do: `network.predict`."""
    if not keras.distribution.distribution():
        return network.predict(inputs, verbose=0)
    with alone():
        copy = _clone(network)
        copy.set_weights(network.get_weights())
        return copy.predict(inputs, verbose=0)


@functools.cache
def _clone(network: keras.Model) -> keras.Model:
    return keras.models.clone_model(network)
