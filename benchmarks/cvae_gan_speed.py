"""CVAE+GAN training: one `fit` beside the article's loop, in steps a CPU second.

    python augment.py --image-size=32
    python -m benchmarks.cvae_gan_speed

The article trains each of its four networks by a `train_on_batch` of its own, with the
others frozen, four times a step. Written for Keras 3 so that the freeze holds:
`trainable` is read when a step is first traced, so each of the four is traced with it
set as it shall stay. Same networks, batch and losses; both take turns in one process:
quote the ratio.
"""

import settings
import utils

# data
MENU = "data/sample"  # menu folder, augmented at 32 pixels

# measurement
TURNS = 7  # of each way; the medians are told
STEPS = 4  # training steps a turn

settings.read_settings(
    globals(), TURNS=settings.at_least(1), STEPS=settings.at_least(1)
)

import keras
import numpy as np
from keras import layers

import cvae_gan
from benchmarks.turns import steps_per_cpu_second
from networks import article, losses
from networks.data import Batches, load_augmented
from networks.layers import Sampling
from networks.models import LossModel
from networks.optimizers import FusedAdam

SIZE, BATCH = 32, 20  # the article's
WEIGHTS = dict(kl=1, pixels=1, d_features=1, c_features=1, d_means=1, c_means=1)


def build(recipe_shape) -> list[keras.Model]:
    return [
        article.build_encoder(SIZE, recipe_shape),
        article.build_generator(SIZE, recipe_shape),
        article.build_discriminator(SIZE),
        article.build_classifier(SIZE, recipe_shape),
    ]


def ours(batches: Batches, recipe_shape):
    model = cvae_gan.build_cvae_gan(
        *build(recipe_shape), WEIGHTS, loss="article", latent="uniform"
    )
    model.compile(FusedAdam(1e-3))
    return lambda steps: model.fit(
        batches, steps_per_epoch=steps, shuffle=False, verbose=0
    )


def articles(batches: Batches, recipe_shape):
    networks = build(recipe_shape)
    encoder, generator, *judges = networks
    seeing = [
        keras.Model(n.inputs, [n.get_layer("features").output, n.output])
        for n in judges
    ]
    photo = keras.Input((SIZE, SIZE, 3), name="photo")
    recipe = keras.Input(recipe_shape, name="recipe")
    z_of_samples = keras.Input((article.LATENT_DIM,), name="z")
    inputs = {"photo": photo, "recipe": recipe, "z": z_of_samples}
    z_mean, z_log_var = encoder([photo, recipe])
    reconstructed = generator([Sampling(0)(z_mean, z_log_var), recipe])
    sampled = generator([z_of_samples, recipe])
    signed = layers.Rescaling(2.0, -1.0)

    def alike():  # L_G
        terms = {"pixels": (signed(photo), signed(reconstructed))}
        for name, network in zip("dc", seeing, strict=True):
            terms[f"{name}_features"] = network(photo)[0], network(reconstructed)[0]
        return {n: losses.SquaredError(name=n)(*pair) for n, pair in terms.items()}

    def means():  # L_GD and L_GC
        return {
            f"{name}_means": losses.MeanFeatureMatching(name=f"{name}_means")(
                network(photo)[0], network(sampled)[0]
            )
            for name, network in zip("dc", seeing, strict=True)
        }

    discriminator, classifier = judges
    three = [discriminator(x) for x in (photo, reconstructed, sampled)]
    kl = losses.KLDivergence(1 / article.LATENT_DIM)(z_mean, z_log_var)
    trained = {
        encoder: {**alike(), "kl": kl},
        generator: {**alike(), **means()},
        classifier: {"c_loss": losses.ClassifierLoss()(classifier(photo), recipe)},
        discriminator: {"d_loss": losses.ThreeWayDiscriminatorLoss()(*three)},
    }
    rng = np.random.default_rng(0)
    models = []
    for network, outputs in trained.items():
        model = LossModel(inputs, outputs)
        model.compile(keras.optimizers.Adam(1e-3))
        models.append((network, model))

    def train(steps):
        for i in range(steps):
            batch = dict(batches[i][0])
            batch["photo"] = batch["photo"] / np.float32(255)
            z = rng.uniform(-1, 1, (BATCH, article.LATENT_DIM))
            batch["z"] = z.astype("float32")
            for network, model in models:
                for other in networks:
                    other.trainable = other is network
                model.train_on_batch(batch)

    return train


def main():
    menu = utils.read_menu(MENU)
    images, pizza = load_augmented(menu, SIZE)
    batches = Batches(
        images, menu.codes[pizza], menu.classes, np.arange(len(images)), BATCH, seed=0
    )
    shape = (menu.longest, menu.classes)
    ways = [ours(batches, shape), articles(batches, shape)]
    rates, ratios = steps_per_cpu_second(ways, STEPS, TURNS)
    print("steps a CPU second    ours  article's  ours / article's")
    print(f"{'':20} {rates[0]:5.2f} {rates[1]:10.2f} {ratios[1]:17.2f}")


if __name__ == "__main__":
    utils.run(main)
