"""Runs scripts as a user does, each in a fork of this process.

A fork has what this process has imported: a script that would import Keras for seconds
starts at once. Not on Windows.
"""

import importlib
import os
import runpy
import shlex
import signal
import sys
import traceback
from collections.abc import Callable
from pathlib import Path

import utils
from lab import runs
from training import backend

IMPORTED = "augment", "cvae_gan", "evaluate", "scrape_dodo", "toppings"
IMPORTED += ("owners.recombine",)
LARGEST = 200_000_000  # bytes of a file that a script may write


def warm_up():
    """Imports what scripts import; to be called once, before the first fork.

    Raises:
        InputError: this system has no forks.
    """
    if not hasattr(os, "fork"):
        raise utils.InputError(
            f"expected Linux or macOS, which can fork. Received: {sys.platform}"
        )
    backend.start()
    for name in IMPORTED:
        importlib.import_module(name)


def start(
    work: Callable | str, folder: Path, output: Path | None = None, seconds: int = 0
) -> int:
    """Starts a script, or a function, in a fork.

    Args:
        work: "cvae.py --epochs=1"; a module, "experiments.results"; or a function.
        folder: where it is started.
        output: file for its standard error; what else it prints is dropped then.
        seconds: after which it is killed; 0 for never.

    Returns:
        The number of the process.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    if process := os.fork():
        return process
    status = 1
    try:
        _prepare(folder, output, seconds)
        if isinstance(work, str):
            _run(*shlex.split(work))
        else:
            work()
        status = 0
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else bool(end.code)
    except BaseException:
        traceback.print_exc()
    finally:
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        os._exit(status)


def wait(process: int) -> int:
    """Waits for a process; returns its exit status, or minus the signal of its end."""
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])


def run(
    work: Callable | str, folder: Path, output: Path | None = None, seconds: int = 0
) -> int:
    return wait(start(work, folder, output, seconds))


def _prepare(folder: Path, output: Path | None, seconds: int):
    import resource
    import socket

    if output:
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
        os.dup2(os.open(output, flags), 2)
        os.dup2(os.open(os.devnull, flags), 1)
    signal.alarm(seconds)
    resource.setrlimit(resource.RLIMIT_FSIZE, (LARGEST, LARGEST))
    os.chdir(folder)

    def refuse(*_):
        raise OSError("no network here")

    socket.socket.connect = refuse  # a broken page names addresses of any site


def _run(script: str, *flags: str):
    sys.argv = [script, *flags]
    if script.endswith(".py"):
        runpy.run_path(str(runs.HOME / script), run_name="__main__")
    else:
        runpy.run_module(script, run_name="__main__", alter_sys=True)
