"""Saved networks load after `import networks`, with nothing else of this project."""

import json
import subprocess
import sys

import keras
import numpy as np
from conftest import ROOT

import cvae
import networks
from networks import article, painter
from networks.layers import Frozen, RandomLayer

RECIPE = (3, 5)
LOAD = """
import json, sys
import keras
import networks
outputs = {}
for path in sys.argv[1:]:
    network = keras.saving.load_model(path)
    inputs = [keras.ops.ones((1, *x.shape[1:])) for x in network.inputs]
    output = network(inputs if len(inputs) > 1 else inputs[0])
    first = output[0] if isinstance(output, list) else output
    outputs[path] = float(keras.ops.sum(first))
print(json.dumps(outputs))
"""


def test_each_kind_of_network_loads_in_a_fresh_process(tmp_path):
    decoder = article.build_decoder(16, RECIPE, 4)
    kinds = [
        article.build_encoder(16, RECIPE, 4, "features"),
        article.build_encoder(16, RECIPE, 4, "pixels"),
        cvae.with_sigmoid(decoder, "elbo"),
        cvae.with_sigmoid(decoder, "article"),
        article.build_gan_generator(16, RECIPE, 0.05),
        article.build_gan_discriminator(16, RECIPE, 0.05),
        article.build_cvae_gan_generator(16, RECIPE),
        article.build_cvae_gan_discriminator(16),
        article.build_classifier(16, RECIPE),
        painter.build_encoder(16, RECIPE, 0.1),
        painter.build_painter(16, RECIPE[1] + 1, 0.1),
        painter.build_discriminator(16, RECIPE[1] + 1, 0.1),
    ]
    outputs = {}
    for number, network in enumerate(kinds):
        path = tmp_path / f"{number}-{network.name}.keras"
        network.save(path)
        inputs = [np.ones((1, *x.shape[1:]), "float32") for x in network.inputs]
        output = network(inputs if len(inputs) > 1 else inputs[0])
        outputs[str(path)] = np.sum(output[0] if isinstance(output, list) else output)
    loaded = subprocess.run(
        [sys.executable, "-c", LOAD, *outputs],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert loaded.returncode == 0, loaded.stderr
    found = json.loads(loaded.stdout.splitlines()[-1])
    for path, output in outputs.items():
        np.testing.assert_allclose(found[path], output, rtol=1e-5, err_msg=path)


def test_all_layers_are_registered():
    """But those that are never saved: an abstract one, and one that holds a network."""
    for name in networks.__all__:
        module = getattr(networks, name)
        for layer in vars(module).values():
            if isinstance(layer, type) and issubclass(layer, keras.Layer):
                if layer not in (RandomLayer, Frozen):
                    name = f"pizza>{layer.__name__}"
                    assert keras.saving.get_registered_name(layer) == name
