"""Networks, and the layers that they are built of.

To import this package registers the layers with Keras: after `import networks`,
`keras.saving.load_model("decoder.keras")` loads a network that a run has saved.
"""

from networks import finder, layers, owner_layers, texture_layers

__all__ = ["finder", "layers", "owner_layers", "texture_layers"]
