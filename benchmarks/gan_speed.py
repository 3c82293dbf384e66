"""GAN training: one `fit` beside the article's own loop, in steps a CPU second.

    python augment.py --image-size=32
    python -m benchmarks.gan_speed

The article draws pictures by `predict`, trains the discriminator on them, then the
generator through it, by two calls of `train_on_batch`. Written for Keras 3 so that the
freeze holds: `trainable` is read when a step is first traced, so each of the two is
traced with it set as it shall stay. `predict` is costly for one batch; the same loop
with `predict_on_batch` is measured too. Same networks, batch and losses; all take turns
in one process: quote the ratios.
"""

import settings
import utils

# data
MENU = "data/sample"  # menu folder, augmented at 32 pixels

# measurement
TURNS = 7  # of each way; the medians are told
STEPS = 10  # training steps a turn at full width, four times as many at a quarter

settings.read_settings(
    globals(), TURNS=settings.at_least(1), STEPS=settings.at_least(1)
)

import keras
import numpy as np

import gan
from benchmarks.turns import steps_per_cpu_second
from networks.data import Batches, load_augmented
from networks.models import LossModel
from networks.optimizers import FusedAdam

SIZE, BATCH = 32, 16  # the article's


def ours(batches: Batches, recipe_shape, width: float):
    generator = gan.build_generator(SIZE, None, width)
    discriminator = gan.build_discriminator(SIZE, None, width)
    model: LossModel = gan.build_gan(
        generator, discriminator, recipe_shape, loss="article", latent="uniform"
    )
    of_discriminator = {id(weight) for weight in discriminator.trainable_variables}
    adams = FusedAdam(1e-3), FusedAdam(1e-4)
    model.compile(
        keras.optimizers.MultiOptimizer(lambda w: adams[id(w) in of_discriminator])
    )
    return lambda steps: model.fit(
        batches, steps_per_epoch=steps, shuffle=False, verbose=0
    )


def articles(batches: Batches, recipe_shape, width: float, on_batch=False):
    generator = gan.build_generator(SIZE, None, width)
    discriminator = gan.build_discriminator(SIZE, None, width)
    bce = keras.losses.BinaryCrossentropy(from_logits=True)
    discriminator.compile(keras.optimizers.Adam(1e-4), bce)
    adversarial = keras.Model(generator.inputs, discriminator(generator.outputs))
    adversarial.compile(keras.optimizers.Adam(1e-3), bce)
    rng = np.random.default_rng(0)

    def predict(z):
        if on_batch:
            return generator.predict_on_batch(z)
        return generator.predict(z, verbose=0)

    def train(steps):
        for i in range(steps):
            real = batches[i][0]["photo"] / np.float32(255)
            z = rng.uniform(-1, 1, (BATCH, gan.LATENT_DIM)).astype("float32")
            made = predict(z)
            pictures = np.concatenate([real, made])
            labels = np.repeat([[1.0], [0.0]], BATCH, axis=0)
            discriminator.trainable = True
            discriminator.train_on_batch(pictures, labels)
            discriminator.trainable = False
            adversarial.train_on_batch(z, labels[:BATCH])

    return train


def main():
    menu = utils.read_menu(MENU)
    images, pizza = load_augmented(menu, SIZE)
    batches = Batches(
        images, menu.codes[pizza], menu.classes, np.arange(len(images)), BATCH, seed=0
    )
    heads = "ours", "article's", "predict_on_batch"
    print("steps a CPU second".ljust(20), *(f"{head:>18}" for head in heads))
    for width, steps in ((0.25, 4 * STEPS), (1.0, STEPS)):
        shape = (menu.longest, menu.classes)
        ways = [
            ours(batches, shape, width),
            articles(batches, shape, width),
            articles(batches, shape, width, on_batch=True),
        ]
        rates, ratios = steps_per_cpu_second(ways, steps, TURNS)
        cells = [
            f"{r:6.2f} (ours {x:.2f}x)" for r, x in zip(rates, ratios, strict=True)
        ]
        print(f"width {width}".ljust(20), f"{rates[0]:18.2f}", *cells[1:])


if __name__ == "__main__":
    utils.run(main)
