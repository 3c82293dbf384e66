"""Networks, and the layers that they are built of.

To import this package registers the layers with Keras: after `import networks`,
`keras.saving.load_model("decoder.keras")` loads a network that a run has saved.
"""

from networks import finder, layers, map_layers, owner_layers, recipe_layers

__all__ = ["finder", "layers", "map_layers", "owner_layers", "recipe_layers"]
