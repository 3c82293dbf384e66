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
        --beta-1=0.9 --beta-2=0.999 --clip-updates=no --steps=50000 --sample-every=10
"""

import utils
from lab import limits, settings
from menus.augmented import open_augmented, open_owners
from menus.files import read_menu
from menus.resumable import resumable_run
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
R1_R2_WEIGHT = 0.1  # of the discriminator's gradient penalty; the article 0
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
CLIP_UPDATES = True  # smaller steps where a gradient jumps; the article False
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
    RECOMBINED=limits.between(0, 0.9),
    LOSS=limits.one_of("relativistic", "article"),
    SAMPLE_PIXELS=limits.at_least(0),
    BATCH_SIZE=limits.at_least(2),
)


def check_settings():
    """Stops if settings do not fit together, or pictures or a run are missing."""
    if NETWORKS == "painter" and not CONDITIONAL:
        raise utils.InputError(
            "CONDITIONAL: expected NETWORKS that can do without recipes, --networks="
            "article. Received: --conditional=no and --networks=painter"
        )
    menu = read_menu(MENU)
    open_augmented(menu, IMAGE_SIZE)
    if NETWORKS == "painter":
        open_owners(menu, IMAGE_SIZE)
    if not HOSTS:  # of several hosts the first alone needs have the runs
        resumable_run(SETTINGS, menu)


if __name__ == "__main__":  # mistakes are answered before Keras is loaded
    utils.run(check_settings)
backend.start(HOSTS)

import functools

import keras
from keras import layers

from networks import article, painter
from networks.layers import RandomLatent, RandomTurn
from owners.layouts import kept_bank
from training import hosts
from training.adversarial import adversarial_losses
from training.data import load_batches, rows_to_learn
from training.features import Pictures
from training.guard import CollapseGuard
from training.loop import start, train
from training.losses import AbsoluteError
from training.models import LossModel, condition_of, inputs_of, precision
from training.moving_average import MovingAverage
from training.optimizers import FusedAdam, optimizer_of_each
from training.sampler import Sampler
from training.samples import SHOWN, SampleSheet


def build_gan(
    generator: keras.Model,
    discriminator: keras.Model,
    recipe_shape: tuple[int, int],
    weights: dict[str, float],
    loss: str = "relativistic",
    prior: str = "normal",
    augment_d: bool = False,
    seed: int = 0,
) -> LossModel:
    """Connects both networks and their losses: photo as uint8 and recipe -> losses.

    Args:
        generator: z and maybe recipe -> picture in 0..1.
        discriminator: picture and maybe recipe -> logits.
        recipe_shape: of the recipe matrix, `(longest, classes)`.
        weights: of "adversarial", "sample_pixels", "wrong_recipes" and "r1_r2"; a loss
            without one is left out, and so are those that need a recipe or a layout
            if the networks take none.
        loss: "relativistic" or "article".
        prior: distribution of z, "normal" or "uniform".
        augment_d: whether to turn and mirror what the discriminator sees.
        seed: of the noise.
    """
    weights = {name: weight for name, weight in weights.items() if weight}
    photo = keras.Input(discriminator.inputs[0].shape[1:], dtype="uint8", name="photo")
    inputs = {"photo": photo, "recipe": keras.Input(recipe_shape, name="recipe")}
    condition, layout = inputs["recipe"], []
    if condition_of(generator) == "layout":
        condition = keras.Input((*photo.shape[1:3], 2), dtype="uint8", name="layout")
        inputs["layout"], layout = condition, [condition]
    real = layers.Rescaling(1 / 255)(photo)
    z = RandomLatent(generator.inputs[0].shape[1:], prior, seed)(real)
    fake = generator(inputs_of(generator, z, condition))
    outputs = {}
    if layout and (weight := weights.get("sample_pixels")):
        difference = AbsoluteError(weight, name="sample_pixels")
        outputs["sample_pixels"] = difference(real, fake)
    if augment_d:
        real, fake, *layout = RandomTurn(seed + 3)(real, fake, *layout)
        condition = layout[0] if layout else condition
    views, conditions = Pictures(real, fake), Pictures(condition, condition)
    found, _ = adversarial_losses(
        discriminator, views, conditions, weights, loss, seed + 1
    )
    return LossModel(inputs, outputs | found, name="gan")


def build_networks(recipe_shape: tuple[int, int]) -> dict[str, keras.Model]:
    """Builds the networks that the settings ask for, by name."""
    with precision(PRECISION):
        if NETWORKS == "painter":
            owners = recipe_shape[1] + 1  # and the table
            return {
                "generator": painter.build_painter(IMAGE_SIZE, owners, WIDTH),
                "discriminator": painter.build_discriminator(IMAGE_SIZE, owners, WIDTH),
            }
        shape = IMAGE_SIZE, recipe_shape if CONDITIONAL else None, WIDTH
        return {
            "generator": article.build_gan_generator(*shape),
            "discriminator": article.build_gan_discriminator(*shape),
        }


def main():
    keras.utils.set_random_seed(SEED)
    menu = read_menu(MENU)
    rows = rows_to_learn(menu, HOLD_OUT, PIZZA)
    painting = NETWORKS == "painter"
    images, pizza, batches, bank = load_batches(
        menu, IMAGE_SIZE, rows, BATCH_SIZE, SEED, RECOMBINED, painting
    )

    recipe_shape = (menu.longest, menu.classes)
    networks = build_networks(recipe_shape)
    generator, discriminator = networks["generator"], networks["discriminator"]
    weights = {
        "adversarial": 1.0,
        "sample_pixels": SAMPLE_PIXELS,
        "wrong_recipes": WRONG_RECIPES,
        "r1_r2": R1_R2_WEIGHT,
    }
    gan = build_gan(
        generator,
        discriminator,
        recipe_shape,
        weights,
        loss=LOSS,
        prior=PRIOR,
        augment_d=AUGMENT_D,
        seed=SEED,
    )
    ema = {"use_ema": EMA_MOMENTUM > 0, "ema_momentum": EMA_MOMENTUM}
    adam = functools.partial(
        FusedAdam, beta_1=BETA_1, beta_2=BETA_2, clip_updates=CLIP_UPDATES
    )
    adams = {
        generator: adam(GENERATOR_LEARNING_RATE, **ema),
        discriminator: adam(DISCRIMINATOR_LEARNING_RATE),
    }
    gan.compile(optimizer_of_each(adams))
    watch = []
    run, photos = start(SETTINGS, menu, images, pizza, rows, gan, bank)
    if EMA_MOMENTUM:
        networks["generator"] = keras.models.clone_model(generator)
        watch = [MovingAverage(adams[generator], networks["generator"])]
    counts = [f"{name} {n.count_params():,}" for name, n in networks.items()]
    print(f"{run}: parameters: {', '.join(counts)}")
    bank = bank and kept_bank(run, menu)  # rounded, as other scripts will read it
    sampler = Sampler(networks["generator"], PRIOR, bank)
    sheet = SampleSheet(menu, photos, sampler, SHOWN, rows, SEED)
    train(
        gan,
        batches,
        None,
        run,
        STEPS,
        networks=networks,
        draw=sheet.draw,
        steps_per_epoch=SAMPLE_EVERY,
        minutes=MINUTES,
        watch=[*watch, CollapseGuard(sheet.samples, SETTINGS.values)],
    )
    print(f"see {run}/samples/, {run}/log.png and {run}/progress.gif")


if __name__ == "__main__":
    hosts.run(main, HOSTS, HOST_INDEX)
