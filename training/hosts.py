"""One training on several devices and several hosts, which share each batch.

Each host runs the same script. Weights are the same on all devices, and each device
computes a part of each batch. A step's result is that of a single device, but for
rounding. Only the first host writes. Needs the JAX backend.
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
        hosts: addresses with commas, "a:port,b:port", the same on each host; all
            connect to the first. "auto" asks the launcher: SLURM, Open MPI, a TPU.
            Empty for a single host.
        host_index: index of this host's address; ignored with "auto".

    Raises:
        SystemExit: as from `utils.run`; a lost host ends like bad input.
    """

    def run_together():
        _join(hosts, host_index)
        try:
            main()
        except Exception as error:
            if not hosts or not _is_connection_error(error):
                raise
            raise InputError(
                "expected all hosts until the end. Received:"
                f" {str(error).splitlines()[0]}; another host is lost, or has said why"
                " it ended. Start all of them again, with --resume"
            ) from None

    try:
        utils.run(run_together)
    except BaseException as error:
        if not hosts:
            raise
        # JAX's own shutdown would wait for the other hosts, which wait for this one.
        if not isinstance(error, SystemExit):
            traceback.print_exc()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(error.code if isinstance(error, SystemExit) else 1)


def _is_connection_error(error: Exception) -> bool:
    import jax  # raises its own error from some functions, a ValueError from most

    return isinstance(error, jax.errors.JaxRuntimeError) or "Gloo" in str(error)


def _join(hosts: str, host_index: int):
    """Connects the hosts, and lets all devices share the models built afterwards."""
    if keras.backend.backend() != "jax":
        import tensorflow as tf

        if (gpus := len(tf.config.list_physical_devices("GPU"))) > 1:
            print(f"TensorFlow uses one of {gpus} GPUs, KERAS_BACKEND=jax would all")
        return
    import jax

    if hosts:
        # JAX's preemption service would catch the signal that ends a process.
        jax.config.update("jax_enable_preemption_service", False)
        addresses = hosts.split(",")
        if hosts != "auto" and host_index >= len(addresses):
            raise InputError(
                f"HOST_INDEX: expected less than {len(addresses)}, the number of hosts."
                f" Received: {host_index}"
            )
        given = () if hosts == "auto" else (hosts, len(addresses), host_index)
        try:
            keras.distribution.initialize(*given)
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
    """Counts the devices of all hosts, which share a batch."""
    distribution = keras.distribution.distribution()
    return distribution.num_model_replicas if distribution else 1


def is_first() -> bool:
    """Whether this is the first host, the only one that writes."""
    return _index_and_count()[0] == 0


def share(n: int) -> slice:
    """Returns the part of a batch of n pictures that this host loads."""
    index, count = _index_and_count()
    return slice(index * n // count, (index + 1) * n // count)


def _index_and_count() -> tuple[int, int]:
    distribution = keras.distribution.distribution()
    if not distribution:
        return 0, 1
    return distribution.data_shard_id, distribution.num_processes


def on_first_host(function, *arguments):
    """Calls a function on the first host; the others wait for its result.

    Args:
        function: returns a value of at most 1,000 bytes when pickled.
        *arguments: of the function.

    Returns:
        On each host, what the function has returned.
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
    """Switches the distribution off: what is built meanwhile is on this host only."""
    distribution = keras.distribution.distribution()
    keras.distribution.set_distribution(None)
    try:
        yield
    finally:
        keras.distribution.set_distribution(distribution)


class StopTogether(keras.callbacks.Callback):
    """Stops the training on each host when the first stops it; the last callback."""

    def on_epoch_end(self, epoch, logs=None):
        self.model.stop_training = on_first_host(lambda: self.model.stop_training)


def predict(network: keras.Model, inputs) -> np.ndarray:
    """Calls `network.predict` on this host alone."""
    if not keras.distribution.distribution():
        return network.predict(inputs, verbose=0)
    with alone():
        copy = _clone(network)
        copy.set_weights(network.get_weights())
        return copy.predict(inputs, verbose=0)


@functools.cache
def _clone(network: keras.Model) -> keras.Model:
    return keras.models.clone_model(network)
