"""Everything with tensors: layers, losses, models, optimizers, data, training."""
