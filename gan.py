"""Trains a generative adversarial network to draw pizzas, a whole menu or one.

    python gan.py --menu=data/sample

A generator paints who lies where, with noise; a discriminator tells its pictures from
photos, and each learns from the other (Goodfellow et al. 2014). Reads what
`toppings.py` and `augment.py` made and writes a run folder,
`temp/gan/<number>-<what differs>/`. The article's networks and training:

    python gan.py --networks=article --loss=article \
        --recombined=0 --pizza=double-pepperoni --conditional=no --image-size=32 \
        --prior=uniform --r1-r2-weight=0 --augment-d=no --ema-momentum=0 \
        --generator-learning-rate=1e-3 --discriminator-learning-rate=1e-4 \
        --beta-1=0.9 --beta-2=0.999 --steps=50000 --sample-every=10
"""

import utils
from lab import settings
from menus.augmented import open_augmented, open_owners
from menus.menu import read_menu
from training import backend

# data
MENU = "data/sample"  # menu folder, augmented at IMAGE_SIZE
IMAGE_SIZE = 64  # pixels, a multiple of 8; the article 32
HOLD_OUT = ""  # slugs, with commas, of pizzas never to learn from; for evaluate.py
RECOMBINED = 0.5  # part of a batch cooked from pieces of photos; the article 0
PIZZA = ""  # slug of the one pizza to learn, empty for all; the article's pepperoni

# model
NETWORKS = "painter"  # paints who lies where; "article" is told a recipe, or nothing
CONDITIONAL = True  # whether the networks get the recipe; the article False
PRIOR = "normal"  # distribution of z; the article "uniform" on -1..1
WIDTH = 1.0  # factor of all numbers of feature maps; the article's need 0.25 on a CPU

# losses
LOSS = "relativistic"  # compares real and fake in pairs; "article": each by itself
SAMPLE_PIXELS = 5.0  # weight: pixels of a photo and a sample of the same owners
R1_R2_WEIGHT = 0.05  # of the discriminator's gradient penalties; the article 0
WRONG_RECIPES = 1.0  # weight of telling photos with their own recipe from a wrong one

# training
AUGMENT_D = True  # turn and mirror what the discriminator sees; the article False
EMA_MOMENTUM = 0.99  # of the generator's averaged weights, 0 for none; the article 0
STEPS = 3000  # batches; the article 50,000
MINUTES = 0.0  # after which to stop, whatever STEPS is; 0 never
BATCH_SIZE = 16  # pictures
GENERATOR_LEARNING_RATE = 1e-3  # of Adam
DISCRIMINATOR_LEARNING_RATE = 1e-3  # of Adam; the article 1e-4
BETA_1 = 0.0  # of Adam: no momentum, as the targets move; the article 0.9
BETA_2 = 0.99  # of Adam; the article 0.999
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
    RECOMBINED=settings.between(0, 0.9),
    LOSS=settings.one_of("relativistic", "article"),
    SAMPLE_PIXELS=settings.at_least(0),
    BATCH_SIZE=settings.at_least(2),
)


def check_settings():
    """Stops if settings do not fit together, or there are no pictures."""
    if NETWORKS == "painter" and not CONDITIONAL:
        raise utils.InputError(
            "CONDITIONAL: expected NETWORKS that can do without recipes, --networks="
            "article. Received: --conditional=no and --networks=painter"
        )
    menu = read_menu(MENU)
    open_augmented(menu, IMAGE_SIZE)
    if NETWORKS == "painter":
        open_owners(menu, IMAGE_SIZE)


if __name__ == "__main__":  # mistakes are answered before Keras is loaded
    utils.run(check_settings)
backend.start()

import keras
from keras import layers, ops

from networks import article, painter
from networks.layers import (
    AddNoise,
    Frozen,
    RandomLatent,
    RandomTurn,
    StopGradient,
)
from owners.layouts import kept_bank
from training import hosts
from training.adversarial import (
    NOISE_STDDEV,
    Accuracy,
    DiscriminatorLoss,
    GeneratorLoss,
    GradientPenalty,
)
from training.data import load_batches, rows_to_learn
from training.guard import CollapseGuard
from training.loop import start, train
from training.losses import AbsoluteError
from training.models import LossModel, condition_of, inputs_of, precision
from training.moving_average import MovingAverage
from training.one_pass import OnePass
from training.optimizers import FusedAdam, optimizer_of_each
from training.sampler import Sampler
from training.samples import SHOWN, SampleSheet


def build_gan(
    generator: keras.Model,
    discriminator: keras.Model,
    recipe_shape: tuple[int, int],
    loss: str = "relativistic",
    prior: str = "normal",
    r1_r2_weight: float = 0.0,
    wrong_recipes: float = 0.0,
    sample_pixels: float = 0.0,
    augment_d: bool = False,
    seed: int = 0,
) -> LossModel:
    """Connects both networks and their losses: photo as uint8 and recipe -> losses.

    Args:
        generator: z and maybe recipe -> picture in 0..1.
        discriminator: picture and maybe recipe -> logits.
        recipe_shape: of the recipe matrix, `(longest, classes)`.
        loss: "relativistic" or "article".
        prior: distribution of z, "normal" or "uniform".
        r1_r2_weight: weight of the discriminator's gradient penalties, R1 and R2.
        wrong_recipes: weight of telling photos with their own recipe from photos with
            the recipe of another.
        sample_pixels: weight of comparing the pixels of a photo and of a picture
            painted for its owners; of networks that take recipes there are none.
        augment_d: whether to turn and mirror what the discriminator sees.
        seed: of the noise.
    """
    photo = keras.Input(discriminator.inputs[0].shape[1:], dtype="uint8", name="photo")
    inputs = {"photo": photo, "recipe": keras.Input(recipe_shape, name="recipe")}
    condition, layout = inputs["recipe"], []
    if condition_of(generator) == "layout":
        condition = keras.Input((*photo.shape[1:3], 2), dtype="uint8", name="layout")
        inputs["layout"], layout = condition, [condition]
    real = layers.Rescaling(1 / 255)(photo)
    z = RandomLatent(generator.inputs[0].shape[1:], prior, seed)(real)
    fake = generator(inputs_of(generator, z, condition))
    losses = {}
    if layout and sample_pixels:
        difference = AbsoluteError(sample_pixels, name="sample_pixels")
        losses["sample_pixels"] = difference(real, fake)
    if augment_d:  # before noise is added: a penalty compares two pictures of one view
        real, fake, *layout = RandomTurn(seed + 3)(real, fake, *layout)
        condition = layout[0] if layout else condition

    batch = {"real": (real, condition), "fake": (fake, condition)}
    if r1_r2_weight:
        fixed = StopGradient()(fake)
        batch["real_noisy"] = AddNoise(NOISE_STDDEV, seed + 1)(real), condition
        batch["fake_noisy"] = AddNoise(NOISE_STDDEV, seed + 2)(fixed), condition
    if wrong_recipes and condition_of(discriminator):
        batch["wrong_recipe"] = real, ops.roll(condition, 1, axis=0)  # the next photo's
    logits, g_fake_logits = discriminate(discriminator, batch)

    relativistic = loss == "relativistic"
    losses |= discriminator_losses(logits, relativistic, r1_r2_weight, wrong_recipes)
    g_real_logits = StopGradient()(logits["real"])
    losses["g_loss"] = GeneratorLoss(relativistic)(g_real_logits, g_fake_logits)
    accuracy = Accuracy(relativistic)(logits["real"], logits["fake"])
    losses["real_accuracy"], losses["fake_accuracy"] = accuracy
    return LossModel(inputs, losses, name="gan")


def discriminate(discriminator: keras.Model, batch: dict[str, tuple]):
    """Calls the discriminator on pictures of several kinds, as one batch.

    Args:
        discriminator: picture and maybe recipe -> logits.
        batch: by kind, pictures and their recipes; "fake" are the generated ones.

    Returns:
        Logits by kind, for the losses of the discriminator, which do not move the
        generator; and logits of the fake pictures, for the loss of the generator, which
        does not move the discriminator.
    """
    fake, recipe = batch["fake"]
    one_logit = len(discriminator.output_shape) == 2
    if not one_logit:
        batch = batch | {"fake": (StopGradient()(fake), recipe)}
    pictures, recipes = map(ops.concatenate, zip(*batch.values(), strict=True))
    inputs = inputs_of(discriminator, pictures, recipes)

    def by_kind(logits):
        return dict(zip(batch, ops.split(logits, len(batch)), strict=True))

    if one_logit:  # then one pass serves both networks
        logits, g_logits = OnePass(discriminator)(inputs)
        return by_kind(logits), by_kind(g_logits)["fake"]
    logits = discriminator(inputs)
    g_fake_logits = Frozen(discriminator)(inputs_of(discriminator, fake, recipe))
    return by_kind(logits), g_fake_logits


def discriminator_losses(
    logits: dict[str, keras.KerasTensor],
    relativistic: bool,
    r1_r2_weight: float,
    wrong_recipes: float,
) -> dict[str, keras.KerasTensor]:
    """Computes the losses of the discriminator by name; arguments as above."""
    real_logits = logits["real"]
    losses = {"d_loss": DiscriminatorLoss(relativistic)(real_logits, logits["fake"])}
    if r1_r2_weight:
        for name, kind in ("r1", "real"), ("r2", "fake"):
            penalty = GradientPenalty(NOISE_STDDEV, scale=r1_r2_weight, name=name)
            losses[name] = penalty(logits[kind], logits[f"{kind}_noisy"])
    if "wrong_recipe" in logits:
        mismatch = DiscriminatorLoss(
            relativistic, scale=wrong_recipes, name="wrong_recipes"
        )
        losses["wrong_recipes"] = mismatch(real_logits, logits["wrong_recipe"])
    return losses


def main():
    keras.utils.set_random_seed(SEED)
    menu = read_menu(MENU)
    rows = rows_to_learn(menu, HOLD_OUT, PIZZA)
    painting = NETWORKS == "painter"
    images, pizza, batches, bank = load_batches(
        menu, IMAGE_SIZE, rows, BATCH_SIZE, SEED, RECOMBINED, painting
    )

    recipe_shape = (menu.longest, menu.classes)
    condition = recipe_shape if CONDITIONAL else None
    with precision(PRECISION):
        if NETWORKS == "painter":
            owners_of_menu = menu.classes + 1  # and the table
            generator = painter.build_painter(IMAGE_SIZE, owners_of_menu, WIDTH)
            discriminator = painter.build_discriminator(
                IMAGE_SIZE, owners_of_menu, WIDTH
            )
        else:
            generator = article.build_gan_generator(IMAGE_SIZE, condition, WIDTH)
            discriminator = article.build_gan_discriminator(
                IMAGE_SIZE, condition, WIDTH
            )
    gan = build_gan(
        generator,
        discriminator,
        recipe_shape,
        loss=LOSS,
        prior=PRIOR,
        r1_r2_weight=R1_R2_WEIGHT,
        wrong_recipes=WRONG_RECIPES,
        sample_pixels=SAMPLE_PIXELS,
        augment_d=AUGMENT_D,
        seed=SEED,
    )
    g_adam = FusedAdam(
        GENERATOR_LEARNING_RATE,
        BETA_1,
        BETA_2,
        use_ema=EMA_MOMENTUM > 0,
        ema_momentum=EMA_MOMENTUM,
    )
    d_adam = FusedAdam(DISCRIMINATOR_LEARNING_RATE, BETA_1, BETA_2)
    gan.compile(optimizer_of_each({generator: g_adam, discriminator: d_adam}))
    averaged, watch = generator, []
    if EMA_MOMENTUM:
        averaged = keras.models.clone_model(generator)
        watch = [MovingAverage(g_adam, averaged)]

    run, photos = start(SETTINGS, menu, images, pizza, rows, gan, bank)
    print(
        f"{run}: generator {generator.count_params():,} parameters,"
        f" discriminator {discriminator.count_params():,}"
    )
    bank = bank and kept_bank(run, menu)  # rounded, as other scripts will read it
    sheet = SampleSheet(menu, photos, Sampler(averaged, PRIOR, bank), SHOWN, rows, SEED)
    train(
        gan,
        batches,
        None,
        run,
        STEPS,
        networks={"generator": averaged, "discriminator": discriminator},
        draw=sheet.draw,
        steps_per_epoch=SAMPLE_EVERY,
        minutes=MINUTES,
        watch=[*watch, CollapseGuard(sheet.samples, SETTINGS.values)],
    )
    print(f"see {run}/samples/, {run}/log.png and {run}/progress.gif")


if __name__ == "__main__":
    hosts.run(main, HOSTS, HOST_INDEX)
