"""A page in the browser: click ingredients, see the pizza that a network imagines.

    python order.py                                # the run trained last
    python order.py --run=temp/cvae_gan/00001
    python order.py --host=0.0.0.0 --port=8000     # for others in the network too

Needs a run folder and what requirements-page.txt lists; `make page` installs it too.
The page draws what `generate.py` draws, pixel by pixel, and shows the command line for
it. A photo can be sent too; it is read, then deleted. Nothing leaves this machine: the
page asks no other host for anything, and listens to this machine only, unless `--host`
says otherwise. Ctrl-C ends it.
"""

import importlib.util
import os
import socket

import utils
from lab import limits, runs, settings

# data
RUN = ""  # run folder; empty for the one trained last

# page
HOST = "127.0.0.1"  # address to listen on; 0.0.0.0 for all of this machine's
PORT = 7860  # to listen on
BROWSER = True  # opens the page in the browser

settings.read_settings(globals(), PORT=limits.between(1, 65535))

from menus.identity import read_menu_of
from training import backend

NEEDED = "requirements-page.txt"


def prepare_gradio():
    """Stops if the library of the page is not there; keeps it from other hosts."""
    if not importlib.util.find_spec("gradio"):
        raise utils.InputError(
            "expected gradio, which makes the page. Received: none; run `make page`, or"
            f" `pip install -r {NEEDED}`"
        )
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"  # read when it is imported
    os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"
    # It asks its own page whether it is there, which no proxy can tell.
    for name in ("NO_PROXY", "no_proxy"):
        hosts = [os.environ.get(name), "127.0.0.1", "localhost", HOST]
        os.environ[name] = ",".join(filter(None, hosts))


def check_address():
    """Stops if nothing can listen on the address."""
    family = socket.AF_INET6 if ":" in HOST else socket.AF_INET
    try:
        socket.create_server((HOST, PORT), family=family).close()
    except OSError as error:
        raise utils.InputError(
            "--host and --port: expected an address of this machine that is free."
            f" Received: {HOST}:{PORT}, {utils.why(error)}"
        ) from None


def main():
    prepare_gradio()
    check_address()
    run = runs.find_run(RUN)
    read_menu_of(run)  # only then Keras: mistakes are answered at once

    backend.start()
    from ordering.drawing import load_drawer
    from ordering.serving import serve

    serve(load_drawer(run), HOST, PORT, BROWSER)


if __name__ == "__main__":
    utils.run(main)
