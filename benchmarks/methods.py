"""The article's three methods at its settings, and two ways to train each in Keras.

All have the article's networks for 32 pixels. A way to train takes networks and
batches, and returns a function that trains so many steps.
"""

from collections.abc import Callable

import keras
import numpy as np

import cvae
import cvae_gan
import gan
from benchmarks import article_loops
from benchmarks.article_loops import (
    DISCRIMINATOR_LEARNING_RATE,
    LATENT_DIM,
    LEARNING_RATE,
)
from benchmarks.floor import Work
from menus.menu import Menu
from networks import article
from training.batches import Batches
from training.data import load_augmented
from training.optimizers import FusedAdam, optimizer_of_each

SIZE = 32  # pixels


class Method:
    """What benchmarks need of each method.

    Args:
        name: as it is printed.
        batch: pictures.
    """

    def __init__(self, name: str, batch: int):
        self.name, self.batch = name, batch

    def batches(self, menu: Menu) -> Batches:
        """Reads all pictures that `augment.py` made of a menu."""
        images, pizza = load_augmented(menu, SIZE)
        everything = np.arange(len(images))
        codes = menu.codes[pizza]
        return Batches(images, codes, menu.classes, everything, self.batch, seed=0)

    def build(self, recipe_shape: tuple[int, int]) -> list[keras.Model]:
        """Builds the networks."""
        raise NotImplementedError

    def ours(self, networks: list[keras.Model], batches: Batches) -> Callable:
        """Prepares our way: one `fit` of all losses, a fused Adam."""
        model, optimizer = self.wire(networks, batches)
        model.compile(optimizer)
        return lambda steps: model.fit(
            batches, steps_per_epoch=steps, shuffle=False, verbose=0
        )

    def work(self, networks: list[keras.Model]) -> Work:
        """Counts what a step needs."""
        raise NotImplementedError


class Cvae(Method):
    """Way 2: the recipe as a channel of pixels."""

    def build(self, recipe_shape):
        return [
            article.build_encoder(SIZE, recipe_shape),
            article.build_decoder(SIZE, recipe_shape, LATENT_DIM),
        ]

    def wire(self, networks, batches):
        model = cvae.build_cvae(*networks, "article", 1.0, 0, seed=0)
        return model, FusedAdam(LEARNING_RATE)

    def article(self, networks, batches):
        return article_loops.train_cvae(self.wire(networks, batches)[0], batches)

    def work(self, networks):
        (encoder, decoder), n = networks, self.batch
        return Work().add(encoder, n, n, n).add(decoder, n, n, n, to_own_inputs=n)


class Gan(Method):
    """Generator and discriminator without recipes.

    Args:
        name: as it is printed.
        batch: pictures.
        width: factor of all numbers of feature maps.
    """

    def __init__(self, name, batch, width):
        super().__init__(name, batch)
        self.width = width

    def build(self, recipe_shape):
        return [
            article.build_gan_generator(SIZE, None, self.width),
            article.build_gan_discriminator(SIZE, None, self.width),
        ]

    def wire(self, networks, batches):
        recipe_shape = batches.codes.shape[1], batches.classes
        weights = {"adversarial": 1.0}
        model = gan.build_gan(
            *networks, recipe_shape, weights, loss="article", prior="uniform"
        )
        adams = FusedAdam(LEARNING_RATE), FusedAdam(DISCRIMINATOR_LEARNING_RATE)
        return model, optimizer_of_each(dict(zip(networks, adams, strict=True)))

    def article(self, networks, batches):
        return article_loops.train_gan(networks, batches)

    def work(self, networks):
        """Counts one call of the discriminator, see `training/one_pass.py`."""
        (generator, discriminator), n = networks, self.batch
        work = Work().add(generator, n, n, n)
        return work.add(discriminator, 2 * n, 2 * n, 2 * n, to_own_inputs=n)


class CvaeGan(Method):
    """The article's four networks and eight losses."""

    def build(self, recipe_shape):
        return [
            article.build_encoder(SIZE, recipe_shape),
            article.build_cvae_gan_generator(SIZE, recipe_shape),
            article.build_cvae_gan_discriminator(SIZE),
            article.build_classifier(SIZE, recipe_shape),
        ]

    def wire(self, networks, batches):
        names = "kl", "pixels", "d_features", "c_features", "d_means", "c_means"
        weights = dict.fromkeys(names, 1)
        model = cvae_gan.build_cvae_gan(
            *networks, weights, loss="article", prior="uniform"
        )
        return model, FusedAdam(LEARNING_RATE)

    def article(self, networks, batches):
        return article_loops.train_cvae_gan(networks, batches)

    def work(self, networks):
        """Counts one call of each network on photos, reconstructions and samples.

        Backward passes through the discriminator are those of its own loss, of all
        three, and of the feature losses, of reconstructions and samples; through the
        classifier those of its own loss, of photos, and of the feature losses.
        """
        (encoder, generator, discriminator, classifier), n = networks, self.batch
        work = Work().add(encoder, n, n, n)
        work.add(generator, 2 * n, 2 * n, 2 * n, to_own_inputs=n)
        work.add(discriminator, 3 * n, 3 * n, 5 * n, to_own_inputs=2 * n)
        work.add(classifier, n, n, n)
        return work.add(classifier, 2 * n, 0, 2 * n, 2 * n, convolutions_only=True)


ALL = {
    "cvae": Cvae("CVAE, batch 20", 20),
    "cvae-64": Cvae("CVAE, batch 64", 64),
    "gan-quarter": Gan("GAN, a quarter of the width", 16, 0.25),
    "gan": Gan("GAN", 16, 1.0),
    "cvae-gan": CvaeGan("CVAE+GAN", 20),
}
