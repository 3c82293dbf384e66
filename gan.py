"""Trains a generative adversarial network to draw pizzas, a whole menu or one.

    python gan.py --menu=data/sample

A generator draws from noise, a discriminator tells its pictures from photos, and each
learns from the other (Goodfellow et al. 2014). Reads what `augment.py` made and writes
a run folder, `temp/gan/<number>-<what differs>/`. The article's networks and training:

    python gan.py --networks=article --loss=article --pizza=double-pepperoni \
        --conditional=no --image-size=32 --latent=uniform --penalty=0 --turned=no \
        --ema=0 --generator-rate=1e-3 --discriminator-rate=1e-4 --beta-1=0.9 \
        --beta-2=0.999 --steps=50000 --sample-every=10
"""

from lab import settings
from menus.menu import read_menu
from networks import backend

# data
MENU = "data/sample"  # menu folder, augmented at IMAGE_SIZE
PIZZA = ""  # slug of the one pizza to learn, empty for all; the article's pepperoni
HOLD_OUT = ""  # slugs, with commas, of pizzas never to learn from; for evaluate.py
IMAGE_SIZE = 64  # pixels, a multiple of 8; the article 32

# model
NETWORKS = "texture"  # a map as z, patches judged; "article": a vector, whole pictures
CONDITIONAL = True  # whether the recipe is told; the article False
LATENT = "normal"  # distribution of z; the article "uniform" on -1..1
WIDTH = 1.0  # of the networks; the article's want 0.25 on a CPU

# training
LOSS = "relativistic"  # real against made, in pairs; "article": each by itself
PENALTY = 0.05  # of the discriminator's slope where pictures are; the article 0
WRONG_RECIPES = 1.0  # weight of photos told apart from photos with a wrong recipe
TURNED = True  # what is judged is turned and mirrored at random; the article False
EMA = 0.99  # a step's share of the past in the averaged generator; the article 0
BETA_1 = 0.0  # of Adam: no momentum, as both follow a moving target; the article 0.9
BETA_2 = 0.99  # of Adam; the article 0.999
GENERATOR_RATE = 1e-3  # of Adam
DISCRIMINATOR_RATE = 1e-3  # of Adam; the article 1e-4
BATCH_SIZE = 16  # pictures
STEPS = 3000  # the article 50,000
MINUTES = 0.0  # after which to stop, whatever STEPS is; 0 never
SEED = 0  # of weights, noise and shuffling

# output
SAMPLE_EVERY = 100  # steps between two sheets, log rows and checkpoints; the article 10
RESUME = False  # go on with the newest run of these settings

# machine
PRECISION = "float32"  # "mixed_bfloat16" for a GPU that is fast at it
HOSTS = ""  # hosts that train together, "a:port,b:port"; "auto" asks SLURM, Open MPI
HOST_INDEX = 0  # which of them this one is; the first leads and writes

SETTINGS = settings.read_settings(
    globals(),
    IMAGE_SIZE=settings.multiple_of(8),
    NETWORKS=settings.one_of("texture", "article"),
    LATENT=settings.one_of("normal", "uniform"),
    WIDTH=settings.between(0.01, 4),
    LOSS=settings.one_of("relativistic", "article"),
    PENALTY=settings.at_least(0),
    WRONG_RECIPES=settings.at_least(0),
    EMA=settings.between(0, 0.99999),
    BETA_1=settings.between(0, 0.9999),
    BETA_2=settings.between(0, 0.9999),
    GENERATOR_RATE=settings.between(1e-7, 1),
    DISCRIMINATOR_RATE=settings.between(1e-7, 1),
    BATCH_SIZE=settings.at_least(2),
    STEPS=settings.at_least(1),
    MINUTES=settings.at_least(0),
    SEED=settings.at_least(0),
    SAMPLE_EVERY=settings.at_least(1),
    PRECISION=settings.one_of("float32", "mixed_bfloat16"),
    HOST_INDEX=settings.at_least(0),
)

backend.start()

import keras
import numpy as np
from keras import layers, ops

from networks import texture
from networks.layers import (
    AddNoise,
    Frozen,
    MovingAverage,
    RandomLatent,
    StopGradient,
    Turn,
)
from networks.texture_layers import Projection
from training import adversarial, hosts
from training.data import Batches, load_augmented, rows_to_learn
from training.guard import Guard
from training.loop import start, train
from training.models import LossModel, precision, sample_z
from training.one_pass import OnePass
from training.optimizers import FusedAdam
from training.samples import SampleSheet

NOISE = 0.05  # standard deviation, on 0..1, of the noise that probes the slope
LATENT_DIM = 512  # of the article's generator


def build_generator(
    image_size: int, recipe_shape: tuple[int, int] | None = None, width: float = 1.0
) -> keras.Model:
    """Builds the article's generator: z, and the recipe if one is told -> picture.

    Args:
        image_size: pixels, a multiple of 8.
        recipe_shape: of the recipe matrix, which then joins z.
        width: factor of all numbers of feature maps; 1 is the article's network.

    Returns:
        A model named "generator", its pictures in 0..1: the article's tanh, rescaled.
    """
    filters = [max(1, int(f * width)) for f in (256, 128, 64)]
    eighth = image_size // 8
    inputs = [keras.Input((LATENT_DIM,), name="z")]
    x = inputs[0]
    if recipe_shape:
        inputs.append(keras.Input(recipe_shape, name="recipe"))
        x = layers.Concatenate()([x, layers.Flatten()(inputs[1])])
    x = layers.Dense(filters[0] * eighth * eighth, activation="relu")(x)
    x = layers.Reshape((eighth, eighth, filters[0]))(x)
    for f in filters:
        x = layers.Conv2DTranspose(f, 5, 2, padding="same", activation="relu")(x)
    x = layers.Conv2D(3, 5, padding="same", activation="tanh", dtype="float32")(x)
    return keras.Model(
        inputs, layers.Rescaling(0.5, 0.5, dtype="float32")(x), name="generator"
    )


def build_discriminator(
    image_size: int, recipe_shape: tuple[int, int] | None = None, width: float = 1.0
) -> keras.Model:
    """Builds the article's discriminator: picture in 0..1 -> one logit.

    Arguments as of `build_generator`; a recipe is projected on the features (Miyato &
    Koyama 2018, "cGANs with projection discriminator").
    """
    inputs = [keras.Input((image_size, image_size, 3), name="photo")]
    x = layers.Rescaling(2.0, -1.0)(inputs[0])
    for f in (128, 256, 512):
        x = layers.Conv2D(max(1, int(f * width)), 5, padding="same")(x)
        x = layers.LeakyReLU(0.3)(x)
        x = layers.MaxPooling2D()(x)
    x = layers.Flatten()(x)
    x = layers.Dense(max(1, int(2048 * width)))(x)
    x = layers.LeakyReLU(0.3)(x)
    logit = layers.Dense(1, dtype="float32")(x)
    if recipe_shape:
        inputs.append(keras.Input(recipe_shape, name="recipe"))
        logit = Projection(dtype="float32")(x, logit, inputs[1])
    return keras.Model(inputs, logit, name="discriminator")


def build_gan(
    generator: keras.Model,
    discriminator: keras.Model,
    recipe_shape: tuple[int, int],
    average: keras.Model | None = None,
    loss: str = "relativistic",
    latent: str = "normal",
    penalty: float = 0.0,
    wrong_recipes: float = 0.0,
    turned: bool = False,
    ema: float = 0.0,
    seed: int = 0,
) -> LossModel:
    """Wires both networks and their losses: photo as uint8 and recipe -> losses.

    All that the discriminator is to judge goes through it in one batch. Its own loss
    stops at the pictures made, the generator's passes through it frozen: in the same
    pass where it gives one logit a picture, in another where it judges patches.

    Args:
        generator: z and maybe recipe -> picture in 0..1.
        discriminator: picture and maybe recipe -> logits.
        recipe_shape: of the recipe matrix, `(longest, classes)`.
        average: a clone of the generator, to hold its moving average.
        loss: "relativistic" or "article".
        latent: distribution of z, "normal" or "uniform".
        penalty: weight of the penalties on the discriminator's slope, R1 and R2.
        wrong_recipes: weight of photos told apart from photos with a wrong recipe.
        turned: whether to turn and mirror at random what is judged.
        ema: momentum of the moving average.
        seed: of the noise.
    """
    photo = keras.Input(discriminator.inputs[0].shape[1:], dtype="uint8", name="photo")
    recipe = keras.Input(recipe_shape, name="recipe")
    conditional = len(discriminator.inputs) == 2

    def ask(network, x, recipe=recipe):
        return network([x, recipe] if conditional else x)

    real = layers.Rescaling(1 / 255)(photo)
    z = RandomLatent(generator.inputs[0].shape[1:], latent, seed)(real)
    made = ask(generator, z)
    if turned:  # before noise comes on: a slope is between two looks at one picture
        real, made = Turn(seed + 3)(real), Turn(seed + 4)(made)
    one_logit = len(discriminator.output_shape) == 2
    still = StopGradient()(made)

    judged = {"real": real, "made": made if one_logit else still}
    if penalty:
        judged["real_noisy"] = AddNoise(NOISE, seed + 1)(real)
        judged["made_noisy"] = AddNoise(NOISE, seed + 2)(still)
    recipes = [recipe] * len(judged)
    if conditional and wrong_recipes:
        judged["wrong"] = real
        recipes.append(ops.roll(recipe, 1, axis=0))  # the next picture's
    together = ops.concatenate(list(judged.values()))
    recipes = ops.concatenate(recipes)

    def by_name(logits):
        return dict(zip(judged, ops.split(logits, len(judged)), strict=True))

    if one_logit:
        of_weights, of_pictures = ask(OnePass(discriminator), together, recipes)
        logits, frozen = by_name(of_weights), by_name(of_pictures)["made"]
    else:
        logits = by_name(ask(discriminator, together, recipes))
        frozen = ask(Frozen(discriminator), made)

    relativistic = loss == "relativistic"
    outputs = {
        "d_loss": adversarial.DiscriminatorLoss(relativistic)(
            logits["real"], logits["made"]
        ),
        "g_loss": adversarial.GeneratorLoss(relativistic)(
            StopGradient()(logits["real"]), frozen
        ),
    }
    if penalty:
        for name, of in (("r1", "real"), ("r2", "made")):
            penalise = adversarial.SmoothnessPenalty(NOISE, scale=penalty, name=name)
            outputs[name] = penalise(logits[of], logits[f"{of}_noisy"])
    if "wrong" in logits:
        tell = adversarial.DiscriminatorLoss(
            relativistic, scale=wrong_recipes, name="wrong"
        )
        outputs["wrong"] = tell(logits["real"], logits["wrong"])
    if average:
        outputs["g_loss"] = MovingAverage(generator, average, ema)(outputs["g_loss"])
    accuracy = adversarial.Accuracy(relativistic)(logits["real"], logits["made"])
    outputs["real_accuracy"], outputs["made_accuracy"] = accuracy
    return LossModel({"photo": photo, "recipe": recipe}, outputs, name="gan")


def main():
    keras.utils.set_random_seed(SEED)
    menu = read_menu(MENU)
    images, pizza = load_augmented(menu, IMAGE_SIZE)
    rows = rows_to_learn(menu, HOLD_OUT, PIZZA)
    shown = np.flatnonzero(np.isin(pizza, rows))
    batches = Batches(images, menu.codes[pizza], menu.classes, shown, BATCH_SIZE, SEED)

    recipe_shape = (menu.longest, menu.classes)
    told = recipe_shape if CONDITIONAL else None
    with precision(PRECISION):
        if NETWORKS == "texture":
            generator = texture.build_generator(IMAGE_SIZE, told, WIDTH)
            discriminator = texture.build_discriminator(IMAGE_SIZE, told, WIDTH)
        else:
            generator = build_generator(IMAGE_SIZE, told, WIDTH)
            discriminator = build_discriminator(IMAGE_SIZE, told, WIDTH)
    average = None
    if EMA:
        average = keras.models.clone_model(generator)
        average.set_weights(generator.get_weights())
    gan = build_gan(
        generator,
        discriminator,
        recipe_shape,
        average,
        loss=LOSS,
        latent=LATENT,
        penalty=PENALTY,
        wrong_recipes=WRONG_RECIPES,
        turned=TURNED,
        ema=EMA,
        seed=SEED,
    )
    of_discriminator = {id(weight) for weight in discriminator.trainable_variables}
    rates = GENERATOR_RATE, DISCRIMINATOR_RATE
    adams = [FusedAdam(rate, BETA_1, BETA_2) for rate in rates]
    gan.compile(
        keras.optimizers.MultiOptimizer(lambda w: adams[id(w) in of_discriminator])
    )

    run, photos = start(SETTINGS, menu, images, pizza, rows, gan)
    print(
        f"{run}: generator {generator.count_params():,} parameters,"
        f" discriminator {discriminator.count_params():,}"
    )
    drawing = average or generator
    z = sample_z(drawing, 7, SEED, LATENT)
    sheet = SampleSheet(menu, photos, drawing, z, rows)
    train(
        gan,
        batches,
        None,
        run,
        -(-STEPS // SAMPLE_EVERY),
        networks={"generator": drawing, "discriminator": discriminator},
        draw=sheet.draw,
        minutes=MINUTES,
        steps_per_epoch=SAMPLE_EVERY,
        watch=[Guard(sheet.samples)],
    )
    print(f"see {run}/samples/, {run}/log.png and {run}/progress.gif")


if __name__ == "__main__":
    hosts.run(main, HOSTS, HOST_INDEX)
