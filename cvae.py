"""Trains a conditional variational autoencoder to draw pizzas from recipes.

    python cvae.py --menu=data/sample

An encoder turns a photo and its recipe into a latent vector z, a decoder turns z and a
recipe into a picture (Kingma & Welling 2014; conditional: Sohn, Lee & Yan 2015). Reads
what `augment.py` made and writes a run folder, `temp/cvae/<number>-<what differs>/`.
"""

import utils
from lab import limits, settings
from menus.augmented import open_augmented
from menus.files import read_menu
from menus.resumable import resumable_run
from training import backend

# data
MENU = "data/sample"  # menu folder, augmented at IMAGE_SIZE
IMAGE_SIZE = 64  # pixels, a multiple of 4; the article 32
HOLD_OUT = ""  # slugs, with commas, of pizzas never to learn from; for evaluate.py
RECOMBINED = 0.0  # part of a batch cooked from pieces; 0.5 for recipes of your own
VALIDATION = 0.1  # share of the pictures, at random, as in the article: see `split`

# model
RECIPE_AT = "pixels"  # a channel (the article's way 2); "features": at the end (way 1)
LATENT_DIM = 64  # length of z; with 512, the article's other, it learns more slowly

# losses
LOSS = "elbo"  # or "article": its scaling and clipping, to compare figures
KL_WEIGHT = 1.0  # of the KL divergence; 0.02 reconstructs better, samples worse
KL_WARM_UP = 0  # steps until that weight is reached; the article 0

# training
EPOCHS = 14  # some five minutes on two cores; the article 40
MINUTES = 0.0  # after which to stop, whatever EPOCHS is; 0 never
BATCH_SIZE = 64  # pictures; the article 20
LEARNING_RATE = 1e-3  # of Adam
PATIENCE = 0  # epochs without a lower val_loss before stopping, 0 never; the article 3
SEED = 0  # of weights, noise and shuffling

# output
SAMPLE_EVERY = 1  # epochs between two sheets of samples
RESUME = False  # go on with the newest run of these settings

# machine
PRECISION = "float32"  # "mixed_bfloat16" for a GPU that is fast at it
HOSTS = ""  # hosts that train together, "a:port,b:port"; "auto" asks SLURM, Open MPI
HOST_INDEX = 0  # which of them this one is; the first leads and writes

SETTINGS = settings.read_settings(
    globals(),
    RECOMBINED=limits.between(0, 0.9),
    IMAGE_SIZE=limits.multiple_of(4),
    VALIDATION=limits.between(0.01, 0.9),
    RECIPE_AT=limits.one_of("features", "pixels"),
    LATENT_DIM=limits.at_least(1),
    LOSS=limits.one_of("elbo", "article"),
    KL_WARM_UP=limits.at_least(0),
    PATIENCE=limits.at_least(0),
)


def check_settings():
    """Stops if there are no pictures to learn from, or no run to resume."""
    menu = read_menu(MENU)
    open_augmented(menu, IMAGE_SIZE)
    if not HOSTS:  # of several hosts the first alone needs have the runs
        resumable_run(SETTINGS, menu)


if __name__ == "__main__":  # mistakes are answered before Keras is loaded
    utils.run(check_settings)
backend.start(HOSTS)

import keras
import numpy as np
from keras import layers

from networks import article
from networks.layers import Sampling
from training import hosts
from training.batches import Batches
from training.data import load_augmented, load_recombined, rows_to_learn, split
from training.loop import start, train
from training.losses import ArticleBernoulliLoss, BernoulliLoss, KLDivergence
from training.models import LossModel, precision
from training.optimizers import FusedAdam
from training.sampler import Sampler
from training.samples import SHOWN, Fidelity, SampleSheet


def with_sigmoid(decoder: keras.Model, loss: str) -> keras.Model:
    """Turns a decoder of logits into one of pictures: z and recipe -> 0..1."""
    picture = layers.Activation("sigmoid")(decoder.output)
    if loss == "article":  # whose target is the picture in -1..1
        picture = layers.Rescaling(0.5, 0.5)(picture)
    return keras.Model(decoder.inputs, picture, name="decoder")


def build_cvae(
    encoder: keras.Model,
    decoder: keras.Model,
    loss: str,
    kl_weight: float,
    kl_warm_up: int,
    seed: int,
) -> LossModel:
    """Connects both networks and their losses: photo as uint8 and recipe -> losses.

    Args:
        encoder: photo and recipe -> z_mean and z_log_var.
        decoder: z and recipe -> logits.
        loss: "elbo", the negative evidence lower bound in nats a picture; or "article",
            `0.5 * mean(cross-entropy) + KL / (2 * N)` of a picture of N values.
        kl_weight: weight of the KL divergence.
        kl_warm_up: steps until that weight is reached.
        seed: of the noise.
    """
    photo = keras.Input(encoder.input_shape[0][1:], dtype="uint8", name="photo")
    recipe = keras.Input(encoder.input_shape[1][1:], name="recipe")
    pixels = layers.Rescaling(1 / 255)(photo)
    z_mean, z_log_var = encoder([pixels, recipe])
    z = Sampling(seed, name="sampling")(z_mean, z_log_var)
    logits = decoder([z, recipe])
    scale = 1.0 if loss == "elbo" else 0.5 / np.prod(photo.shape[1:])
    reconstruction = BernoulliLoss if loss == "elbo" else ArticleBernoulliLoss
    return LossModel(
        {"photo": photo, "recipe": recipe},
        {
            "reconstruction": reconstruction(scale)(pixels, logits),
            "kl": KLDivergence(scale * kl_weight, kl_warm_up)(z_mean, z_log_var),
        },
        name="cvae",
    )


class ActiveUnits(keras.callbacks.Callback):
    """Adds `active_units` to an epoch's logs: how many numbers of z are in use.

    A number is in use if the variance of its z_mean over pictures is above 0.01 (Burda,
    Grosse & Salakhutdinov 2016, "Importance weighted autoencoders").

    Args:
        sampler: with an encoder.
        validation: pictures; the first 10 batches are encoded.
    """

    def __init__(self, sampler: Sampler, validation: Batches):
        super().__init__()
        self.sampler = sampler
        with hosts.alone():
            batches = [validation[i][0] for i in range(min(10, validation.num_batches))]
        self.photos = np.concatenate([b["photo"] for b in batches])
        self.recipes = np.concatenate([b["recipe"] for b in batches])

    def on_epoch_end(self, epoch, logs=None):
        z_mean, _ = self.sampler.encode(self.photos, self.recipes)
        logs["active_units"] = int((z_mean.var(axis=0) > 0.01).sum())


def main():
    keras.utils.set_random_seed(SEED)
    menu = read_menu(MENU)
    images, pizza = load_augmented(menu, IMAGE_SIZE)
    rows = rows_to_learn(menu, HOLD_OUT)
    chosen = np.flatnonzero(np.isin(pizza, rows))
    train_on, validate_on = split(chosen, VALIDATION, SEED)
    data = images, menu.codes[pizza], menu.classes
    training = Batches(
        *data,
        train_on,
        BATCH_SIZE,
        SEED,
        recombined=load_recombined(menu, IMAGE_SIZE, rows, RECOMBINED),
        recombined_share=RECOMBINED,
    )
    validation = Batches(*data, validate_on, BATCH_SIZE, SEED, endless=False)

    recipe_shape = (menu.longest, menu.classes)
    with precision(PRECISION):
        encoder = article.build_encoder(IMAGE_SIZE, recipe_shape, LATENT_DIM, RECIPE_AT)
        decoder = article.build_decoder(IMAGE_SIZE, recipe_shape, LATENT_DIM)
    drawn_by = with_sigmoid(decoder, LOSS)
    cvae = build_cvae(encoder, decoder, LOSS, KL_WEIGHT, KL_WARM_UP, SEED)
    cvae.compile(FusedAdam(LEARNING_RATE))

    run, photos = start(SETTINGS, menu, images, pizza, rows, cvae)
    print(f"{run}: {encoder.count_params() + decoder.count_params():,} parameters")
    sampler = Sampler(drawn_by, encoder=encoder)
    sheet = SampleSheet(menu, photos, sampler, SHOWN, rows, SEED)
    train(
        cvae,
        training,
        validation,
        run,
        EPOCHS * training.steps,
        networks={"encoder": encoder, "decoder": drawn_by},
        draw=sheet.draw,
        sample_every=SAMPLE_EVERY,
        patience=PATIENCE,
        minutes=MINUTES,
        watch=[ActiveUnits(sampler, validation), Fidelity(sheet)],
    )
    print(f"see {run}/samples/, {run}/log.png and {run}/progress.gif")


if __name__ == "__main__":
    hosts.run(main, HOSTS, HOST_INDEX)
