"""Trains a conditional variational autoencoder to draw pizzas from recipes.

    python cvae.py --menu=data/sample

An encoder turns a photo and its recipe into a latent vector z, a decoder turns z and a
recipe into a picture (Kingma & Welling 2014; conditional: Sohn, Lee & Yan 2015). Reads
what `augment.py` made and writes a run folder, `temp/cvae/<number>-<what differs>/`.
"""

from lab import settings
from menus.menu import read_menu
from networks import backend

# data
MENU = "data/sample"  # menu folder, augmented at IMAGE_SIZE
IMAGE_SIZE = 64  # pixels, a multiple of 4; the article 32
HOLD_OUT = ""  # slugs, with commas, of pizzas never to learn from; for evaluate.py
VALIDATION = 0.1  # share of the pictures, at random as in the article; it leaks

# model
RECIPE_AT = "pixels"  # "features": beside them (way 1); "pixels": a channel (way 2)
LATENT_DIM = 64  # length of z; with 512, the article's other, it learns more slowly

# training
LOSS = "elbo"  # or "article": its scaling and clipping, to compare figures
KL_WEIGHT = 1.0  # of the KL divergence; 0.02 reconstructs better, draws duller
KL_WARM_UP = 0  # steps until that weight is reached; the article 0
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
    IMAGE_SIZE=settings.multiple_of(4),
    VALIDATION=settings.between(0.01, 0.9),
    RECIPE_AT=settings.one_of("features", "pixels"),
    LATENT_DIM=settings.at_least(1),
    LOSS=settings.one_of("elbo", "article"),
    KL_WEIGHT=settings.at_least(0),
    KL_WARM_UP=settings.at_least(0),
    EPOCHS=settings.at_least(1),
    MINUTES=settings.at_least(0),
    BATCH_SIZE=settings.at_least(1),
    LEARNING_RATE=settings.between(1e-7, 1),
    PATIENCE=settings.at_least(0),
    SEED=settings.at_least(0),
    SAMPLE_EVERY=settings.at_least(1),
    PRECISION=settings.one_of("float32", "mixed_bfloat16"),
    HOST_INDEX=settings.at_least(0),
)

backend.start()

import keras
import numpy as np
from keras import layers

from networks.layers import RecipeChannel, Sampling
from training import hosts
from training.data import Batches, load_augmented, rows_to_learn, split
from training.loop import start, train
from training.losses import ArticleBernoulliLoss, BernoulliLoss, KLDivergence
from training.models import LossModel, encode, precision, sample_z
from training.optimizers import FusedAdam
from training.samples import Fidelity, SampleSheet


def build_encoder(
    image_size: int, recipe_shape: tuple[int, int], latent_dim: int, recipe_at: str
) -> keras.Model:
    """Builds the network that finds a photo's z.

    Args:
        image_size: pixels, a multiple of 4.
        recipe_shape: of the recipe matrix, `(longest, classes)`.
        latent_dim: length of z.
        recipe_at: "features" joins the recipe to the last features (the article's
            way 1), "pixels" lays it over the first feature map (way 2).

    Returns:
        A model: photo in 0..1 and recipe -> z_mean and z_log_var.
    """
    photo = keras.Input((image_size, image_size, 3), name="photo")
    recipe = keras.Input(recipe_shape, name="recipe")
    x = layers.Rescaling(2.0, -1.0)(photo)
    x = layers.Conv2D(32, 3, padding="same", activation="relu")(x)
    if recipe_at == "pixels":
        x = RecipeChannel()(x, recipe)
    x = layers.MaxPooling2D()(x)
    x = layers.Conv2D(16, 3, padding="same", activation="relu")(x)
    x = layers.MaxPooling2D()(x)
    x = layers.Flatten()(x)
    if recipe_at == "features":
        x = layers.Concatenate()([x, layers.Flatten()(recipe)])
    x = layers.Dense(1024, activation="relu")(x)
    z_mean = layers.Dense(latent_dim, name="z_mean")(x)
    z_log_var = layers.Dense(latent_dim, name="z_log_var")(x)
    return keras.Model([photo, recipe], [z_mean, z_log_var], name="encoder")


def build_decoder(
    image_size: int, recipe_shape: tuple[int, int], latent_dim: int
) -> keras.Model:
    """Builds the network that draws: z and recipe -> logits of the picture's values."""
    z = keras.Input((latent_dim,), name="z")
    recipe = keras.Input(recipe_shape, name="recipe")
    quarter = image_size // 4
    x = layers.Concatenate()([z, layers.Flatten()(recipe)])
    x = layers.Dense(1024)(x)
    x = layers.Dense(quarter * quarter * 16)(x)
    x = layers.Reshape((quarter, quarter, 16))(x)
    x = layers.Conv2D(16, 3, padding="same", activation="relu")(x)
    x = layers.UpSampling2D()(x)
    x = layers.Conv2D(32, 3, padding="same", activation="relu")(x)
    x = layers.UpSampling2D()(x)
    logits = layers.Conv2D(3, 3, padding="same", name="logits", dtype="float32")(x)
    return keras.Model([z, recipe], logits, name="decoder")


def build_drawing(decoder: keras.Model, loss: str) -> keras.Model:
    """Puts the sigmoid on a decoder: z and recipe -> picture in 0..1."""
    picture = layers.Activation("sigmoid")(decoder.output)
    if loss == "article":  # which learned pictures in -1..1
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
    """Wires both networks and their losses: photo as uint8 and recipe -> losses.

    Loss "elbo" is the negative evidence lower bound in nats a picture; "article" scales
    it by half a picture's number of values, as its `0.5 * mean(cross-entropy) +
    KL / (2 * N)` does.
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
    """Adds `active_units` to an epoch's logs: how many of z's numbers carry something.

    That is, whose z_mean varies by more than 0.01 over the pictures (Burda, Grosse &
    Salakhutdinov 2016, "Importance weighted autoencoders").
    """

    def __init__(self, encoder: keras.Model, validation: Batches):
        super().__init__()
        self.encoder = encoder
        with hosts.alone():
            batches = [validation[i][0] for i in range(min(10, validation.num_batches))]
        self.photos = np.concatenate([b["photo"] for b in batches])
        self.recipes = np.concatenate([b["recipe"] for b in batches])

    def on_epoch_end(self, epoch, logs=None):
        z_mean = encode(self.encoder, self.photos, self.recipes)
        logs["active_units"] = int((z_mean.var(axis=0) > 0.01).sum())


def main():
    keras.utils.set_random_seed(SEED)
    menu = read_menu(MENU)
    images, pizza = load_augmented(menu, IMAGE_SIZE)
    rows = rows_to_learn(menu, HOLD_OUT)
    shown = np.flatnonzero(np.isin(pizza, rows))
    train_on, validate_on = split(shown, VALIDATION, SEED)
    data = dict(images=images, codes=menu.codes[pizza], classes=menu.classes)
    data |= dict(batch_size=BATCH_SIZE, seed=SEED)
    training = Batches(indices=train_on, **data)
    validation = Batches(indices=validate_on, endless=False, **data)

    recipe_shape = (menu.longest, menu.classes)
    with precision(PRECISION):
        encoder = build_encoder(IMAGE_SIZE, recipe_shape, LATENT_DIM, RECIPE_AT)
        decoder = build_decoder(IMAGE_SIZE, recipe_shape, LATENT_DIM)
    drawing = build_drawing(decoder, LOSS)
    cvae = build_cvae(encoder, decoder, LOSS, KL_WEIGHT, KL_WARM_UP, SEED)
    cvae.compile(FusedAdam(LEARNING_RATE))

    run, photos = start(SETTINGS, menu, images, pizza, rows, cvae)
    print(f"{run}: {encoder.count_params() + decoder.count_params():,} parameters")
    z = sample_z(drawing, 6, SEED)
    sheet = SampleSheet(menu, photos, drawing, z, rows, encoder)
    train(
        cvae,
        training,
        validation,
        run,
        EPOCHS,
        networks={"encoder": encoder, "decoder": drawing},
        draw=sheet.draw,
        sample_every=SAMPLE_EVERY,
        patience=PATIENCE,
        minutes=MINUTES,
        watch=[ActiveUnits(encoder, validation), Fidelity(sheet)],
    )
    print(f"see {run}/samples/, {run}/log.png and {run}/progress.gif")


if __name__ == "__main__":
    hosts.run(main, HOSTS, HOST_INDEX)
