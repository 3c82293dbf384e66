"""The article's own training loops, written for Keras 3.

Keras 3 reads `trainable` when a step is first traced, so each network is frozen or not
before the first `train_on_batch` of a model. Each function prepares a training and
returns a function that trains so many steps.
"""

from collections.abc import Callable

import keras
import numpy as np
from keras import layers

from menus.menu import recipe_matrix
from networks.layers import Sampling
from training import losses
from training.batches import Batches
from training.models import LossModel

LATENT_DIM = 512
LEARNING_RATE = 1e-3  # of Adam
DISCRIMINATOR_LEARNING_RATE = 1e-4  # of Adam, in the GAN


def train_cvae(cvae: keras.Model, batches: Batches) -> Callable[[int], None]:
    """Calls `fit` on arrays of all pictures and recipes, with Keras' Adam.

    Args:
        cvae: the model of all losses.
        batches: of photos.
    """
    model = keras.Model(cvae.inputs, cvae.outputs)
    model.compile(keras.optimizers.Adam(LEARNING_RATE))
    photos = np.array(batches.images, "float32")
    recipes = recipe_matrix(batches.codes, batches.classes)

    def train(steps):
        model.fit(
            [photos, recipes],
            batch_size=batches.batch_size,
            steps_per_epoch=steps,
            verbose=0,
        )

    return train


def train_gan(
    networks: list[keras.Model], batches: Batches, on_batch: bool = False
) -> Callable[[int], None]:
    """Generates, trains the discriminator, then the generator through it.

    Args:
        networks: generator and discriminator.
        batches: of photos.
        on_batch: whether to generate with `predict_on_batch`; the article's `predict`
            is slow for a single batch.
    """
    generator, discriminator = networks
    bce = keras.losses.BinaryCrossentropy(from_logits=True)
    discriminator.compile(keras.optimizers.Adam(DISCRIMINATOR_LEARNING_RATE), bce)
    adversarial = keras.Model(generator.inputs, discriminator(generator.outputs))
    adversarial.compile(keras.optimizers.Adam(LEARNING_RATE), bce)
    rng = np.random.default_rng(0)

    def generate(z):
        if on_batch:
            return generator.predict_on_batch(z)
        return generator.predict(z, verbose=0)

    def train(steps):
        for i in range(steps):
            real = batches[i][0]["photo"] / np.float32(255)
            z = rng.uniform(-1, 1, (len(real), LATENT_DIM)).astype("float32")
            pictures = np.concatenate([real, generate(z)])
            labels = np.repeat([[1.0], [0.0]], len(real), axis=0)
            discriminator.trainable = True
            discriminator.train_on_batch(pictures, labels)
            discriminator.trainable = False
            adversarial.train_on_batch(z, labels[: len(real)])

    return train


def train_cvae_gan(
    networks: list[keras.Model], batches: Batches
) -> Callable[[int], None]:
    """Trains each network by its own `train_on_batch`, the others frozen.

    Args:
        networks: encoder, generator, discriminator and classifier.
        batches: of photos.
    """
    encoder, generator, discriminator, classifier = networks
    with_features = {
        name: keras.Model(n.inputs, [n.get_layer("features").output, n.output])
        for name, n in (("d", discriminator), ("c", classifier))
    }
    photo, recipe = (keras.Input(x.shape[1:], name=x.name) for x in encoder.inputs)
    prior_z = keras.Input((LATENT_DIM,), name="z")
    inputs = {"photo": photo, "recipe": recipe, "z": prior_z}
    z_mean, z_log_var = encoder([photo, recipe])
    reconstructed = generator([Sampling(0)(z_mean, z_log_var), recipe])
    sampled = generator([prior_z, recipe])
    signed = layers.Rescaling(2.0, -1.0)

    def squared_errors():  # L_G
        terms = {"pixels": (signed(photo), signed(reconstructed))}
        for name, network in with_features.items():
            terms[f"{name}_features"] = network(photo)[0], network(reconstructed)[0]
        return {n: losses.SquaredError(name=n)(*pair) for n, pair in terms.items()}

    def mean_features():  # L_GD and L_GC
        return {
            f"{name}_means": losses.MeanFeatureMatching(name=f"{name}_means")(
                network(photo)[0], network(sampled)[0]
            )
            for name, network in with_features.items()
        }

    three = [discriminator(x) for x in (photo, reconstructed, sampled)]
    kl = losses.KLDivergence(1 / LATENT_DIM)(z_mean, z_log_var)
    trained = {
        encoder: {**squared_errors(), "kl": kl},
        generator: {**squared_errors(), **mean_features()},
        classifier: {"c_loss": losses.ClassifierLoss()(classifier(photo), recipe)},
        discriminator: {"d_loss": losses.ThreeWayDiscriminatorLoss()(*three)},
    }
    rng = np.random.default_rng(0)
    models = []
    for network, outputs in trained.items():
        model = LossModel(inputs, outputs)
        model.compile(keras.optimizers.Adam(LEARNING_RATE))
        models.append((network, model))

    def train(steps):
        for i in range(steps):
            batch = dict(batches[i][0])
            batch["photo"] = batch["photo"] / np.float32(255)
            z = rng.uniform(-1, 1, (len(batch["photo"]), LATENT_DIM))
            batch["z"] = z.astype("float32")
            for network, model in models:
                for other in networks:
                    other.trainable = other is network
                model.train_on_batch(batch)

    return train
