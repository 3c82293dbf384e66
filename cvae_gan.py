"""Trains a CVAE whose decoder is a GAN's generator: pizzas for chosen ingredients.

    python cvae_gan.py --menu=data/sample

An encoder finds a photo's z: who owns each place, and noise. A generator paints that, a
discriminator tells its pictures from photos (Bao et al. 2017, "CVAE-GAN"). The z of a
sample is a layout cooked for its recipe from pieces of the photos, and random noise.
Reads what `toppings.py` and `augment.py` made and writes
`temp/cvae_gan/<number>-<what differs>/`. The article's networks and training:

    python cvae_gan.py --networks=article --loss=article \
        --recombined=0 --image-size=32 --prior=uniform --kl-weight=1 --pixels=1 \
        --d-features=1 --c-features=1 --d-means=1 --c-means=1 --adversarial=0 \
        --wrong-recipes=0 --r1-r2-weight=0 --warm-up=0 --augment-d=no \
        --ema-momentum=0 --beta-1=0.9 --beta-2=0.999 --clip-updates=no --batch-size=20 \
        --encode-one-in=1
"""

import math

import utils
from lab import limits, settings
from menus.augmented import open_augmented, open_owners
from menus.files import read_menu
from menus.resumable import resumable_run
from training import backend

# data
MENU = "data/sample"  # menu folder, augmented at IMAGE_SIZE
IMAGE_SIZE = 64  # pixels, a multiple of 8; the article's code 32
HOLD_OUT = ""  # slugs, with commas, of pizzas never to learn from; for evaluate.py
RECOMBINED = 0.5  # part of a batch cooked from pieces of photos; the article 0

# model
NETWORKS = "painter"  # paints who lies where; "article" is told a recipe
PRIOR = "normal"  # distribution of z in samples; the article "uniform" on -1..1
WIDTH = 1.0  # factor of all numbers of feature maps of the painter

# losses
LOSS = "relativistic"  # compares real and fake in pairs; "article": each by itself
KL_WEIGHT = 0.02  # of the KL divergence, its mean over z's numbers; the article 1
SAMPLE_PIXELS = 5.0  # weight: pixels of a photo and a sample of the same owners
PIXELS = 20.0  # weight: pixels of photo and reconstruction; the article 1
D_FEATURES = 0.0  # weight: the same of the discriminator's features; the article 1
C_FEATURES = 0.0  # weight: the same of the classifier's features; the article 1
D_MEANS = 0.0  # weight: the discriminator's mean features of samples; the article 1
C_MEANS = 0.0  # weight: the same of the classifier's mean features; the article 1
ADVERSARIAL = 1.0  # weight of the generator's loss; the article 0: it has D_MEANS
WRONG_RECIPES = 1.0  # weight: tell photos from ones with a wrong recipe; the article 0
R1_R2_WEIGHT = 0.05  # of the discriminator's gradient penalty; the article 0

# training
WARM_UP = 500  # steps until reconstruction has its full weight; the article 0
AUGMENT_D = True  # turn and mirror what the discriminator sees; the article False
EMA_MOMENTUM = 0.99  # of averaged weights to draw and encode by; the article 0, none
STEPS = 4800  # batches; some 30 minutes of one CPU core
MINUTES = 0.0  # after which to stop, whatever STEPS is; 0 never
BATCH_SIZE = 8  # photos, and as many samples; the article 20
ENCODE_ONE_IN = 2  # one photo in so many is encoded and reconstructed; the article 1
LEARNING_RATE = 1e-3  # of Adam, for all networks
BETA_1 = 0.0  # of Adam: no momentum, as the targets move; the article 0.9
BETA_2 = 0.99  # of Adam; the article 0.999
CLIP_UPDATES = True  # smaller steps where a gradient jumps; the article False
SEED = 0  # of weights, noise and shuffling

# output
SAMPLE_EVERY = 400  # steps between two sheets, log rows and checkpoints
RESUME = False  # go on with the newest run of these settings

# machine
PRECISION = "float32"  # "mixed_bfloat16" for a GPU that is fast at it
HOSTS = ""  # hosts that train together, "a:port,b:port"; "auto" asks SLURM, Open MPI
HOST_INDEX = 0  # which of them this one is; the first leads and writes

SETTINGS = settings.read_settings(
    globals(),
    RECOMBINED=limits.between(0, 0.9),
    LOSS=limits.one_of("relativistic", "article"),
    PIXELS=limits.at_least(0),
    SAMPLE_PIXELS=limits.at_least(0),
    D_FEATURES=limits.at_least(0),
    C_FEATURES=limits.at_least(0),
    D_MEANS=limits.at_least(0),
    C_MEANS=limits.at_least(0),
    ADVERSARIAL=limits.at_least(0),
    WARM_UP=limits.at_least(0),
    BATCH_SIZE=limits.at_least(2),
    ENCODE_ONE_IN=limits.at_least(1),
)


def check_settings():
    """Stops if settings do not fit together, or pictures or a run are missing."""
    if BATCH_SIZE % ENCODE_ONE_IN:
        raise utils.InputError(
            f"BATCH_SIZE: expected a multiple of ENCODE_ONE_IN, {ENCODE_ONE_IN}."
            f" Received: {BATCH_SIZE}"
        )
    if NETWORKS != "article" and (C_FEATURES or C_MEANS):
        raise utils.InputError(
            "C_FEATURES and C_MEANS: expected 0, as only the article's networks have a"
            f" classifier. Received: {C_FEATURES} and {C_MEANS} for {NETWORKS!r}"
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

import keras
from keras import layers

from networks import article, painter
from networks.layers import RandomLatent, RandomTurn, Sampling
from owners.layouts import kept_bank
from training import hosts
from training.adversarial import adversarial_losses
from training.data import load_batches, rows_to_learn
from training.features import (
    Pictures,
    classifier_losses,
    feature_losses,
    first_part,
)
from training.guard import CollapseGuard
from training.loop import start, train
from training.losses import (
    AbsoluteError,
    KLDivergence,
    OwnerCrossEntropy,
    SquaredError,
)
from training.models import LossModel, condition_of, precision
from training.moving_average import MovingAverage
from training.optimizers import FusedAdam, optimizer_of_each
from training.sampler import Sampler
from training.samples import SHOWN, Fidelity, SampleSheet


def build_cvae_gan(
    encoder: keras.Model,
    generator: keras.Model,
    discriminator: keras.Model,
    classifier: keras.Model | None,
    weights: dict[str, float],
    loss: str = "relativistic",
    prior: str = "normal",
    encode_one_in: int = 1,
    warm_up: int = 0,
    augment_d: bool = False,
    seed: int = 0,
) -> LossModel:
    """Connects the networks and their losses: photo as uint8 and recipe -> losses.

    The encoder is moved by `kl`, `owner_loss`, `pixels` and the feature losses; the
    generator by the last two, by `sample_pixels`, the losses of mean features, and by
    `g_loss`; the discriminator by `d_loss`, `wrong_recipes` and `r1_r2`; the classifier
    by `c_loss`.

    Args:
        encoder: photo and recipe -> z_mean and z_log_var; before a painter also logits
            of the owners.
        generator: z and recipe, or layout -> picture in 0..1.
        discriminator: picture and maybe recipe, or layout -> logits.
        classifier: picture -> logits of the recipe matrix; for losses of its features.
        weights: of "kl", "pixels", "sample_pixels", "d_features", "c_features",
            "d_means", "c_means", "adversarial", "wrong_recipes" and "r1_r2"; a loss
            without one is left out.
        loss: of the discriminator, "relativistic" or "article".
        prior: distribution of z in samples, "normal" or "uniform".
        encode_one_in: one photo in so many is encoded.
        warm_up: steps until the reconstruction losses have their full weight.
        augment_d: whether to turn and mirror what the discriminator sees.
        seed: of the noise.
    """
    weights = {name: weight for name, weight in weights.items() if weight}
    photo = keras.Input(encoder.input_shape[0][1:], dtype="uint8", name="photo")
    recipe = keras.Input(encoder.input_shape[1][1:], name="recipe")
    inputs, layout, condition = {"photo": photo, "recipe": recipe}, [], recipe
    if condition_of(generator) == "layout":
        condition = keras.Input((*photo.shape[1:3], 2), dtype="uint8", name="layout")
        inputs["layout"], layout = condition, [condition]
    real = layers.Rescaling(1 / 255)(photo)
    encoded, encoded_recipe, encoded_condition = (
        first_part(x, encode_one_in) for x in (real, recipe, condition)
    )
    z_mean, z_log_var, *logits = encoder([encoded, encoded_recipe])
    z = Sampling(seed)(z_mean, z_log_var)
    reconstructed = generator([z, encoded_condition])
    prior_z = RandomLatent(z.shape[1:], prior, seed + 1)(real)
    sampled = generator([prior_z, condition])
    views = pictures = Pictures(real, sampled, reconstructed)
    if augment_d:
        turned = RandomTurn(seed + 4)(*pictures, *layout)
        views, layout = Pictures(*turned[:3]), turned[3:]
        condition = layout[0] if layout else condition
    conditions = Pictures(condition, condition, first_part(condition, encode_one_in))

    kl_scale = weights.get("kl", 0) / math.prod(z.shape[1:])
    outputs = {"kl": KLDivergence(kl_scale)(z_mean, z_log_var)}
    if logits:
        outputs["owner_loss"] = OwnerCrossEntropy()(encoded_condition[..., 0], *logits)
    if "pixels" in weights:
        signed = layers.Rescaling(2.0, -1.0)
        pixels = SquaredError(weights["pixels"], warm_up, name="pixels")
        outputs["pixels"] = pixels(signed(encoded), signed(reconstructed))
    if layout and (weight := weights.get("sample_pixels")):
        difference = AbsoluteError(weight, name="sample_pixels")
        outputs["sample_pixels"] = difference(real, sampled)
    found, d_features = adversarial_losses(
        discriminator, views, conditions, weights, loss, seed + 3
    )
    outputs |= found | feature_losses("d", d_features, weights, encode_one_in, warm_up)
    if classifier:
        found, c_features = classifier_losses(classifier, pictures, recipe)
        outputs |= found
        outputs |= feature_losses("c", c_features, weights, encode_one_in, warm_up)
    return LossModel(inputs, outputs, name="cvae_gan")


def build_networks(recipe_shape: tuple[int, int]) -> dict[str, keras.Model]:
    """Builds the networks that the settings ask for, by name."""
    with precision(PRECISION):
        if NETWORKS == "painter":
            owners = recipe_shape[1] + 1  # and the table
            return {
                "encoder": painter.build_encoder(IMAGE_SIZE, recipe_shape, WIDTH),
                "generator": painter.build_painter(IMAGE_SIZE, owners, WIDTH),
                "discriminator": painter.build_discriminator(IMAGE_SIZE, owners, WIDTH),
            }
        networks = {
            "encoder": article.build_encoder(IMAGE_SIZE, recipe_shape),
            "generator": article.build_cvae_gan_generator(IMAGE_SIZE, recipe_shape),
            "discriminator": article.build_cvae_gan_discriminator(IMAGE_SIZE),
        }
        if C_FEATURES or C_MEANS:  # no other loss needs it
            classifier = article.build_classifier(IMAGE_SIZE, recipe_shape)
            networks["classifier"] = classifier
        return networks


def main():
    keras.utils.set_random_seed(SEED)
    menu = read_menu(MENU)
    rows = rows_to_learn(menu, HOLD_OUT)
    painting = NETWORKS == "painter"
    images, pizza, batches, bank = load_batches(
        menu, IMAGE_SIZE, rows, BATCH_SIZE, SEED, RECOMBINED, painting
    )

    networks = build_networks((menu.longest, menu.classes))
    encoder, generator = networks["encoder"], networks["generator"]
    weights = {
        "kl": KL_WEIGHT,
        "pixels": PIXELS,
        "sample_pixels": SAMPLE_PIXELS,
        "d_features": D_FEATURES,
        "c_features": C_FEATURES,
        "d_means": D_MEANS,
        "c_means": C_MEANS,
        "adversarial": ADVERSARIAL,
        "wrong_recipes": WRONG_RECIPES,
        "r1_r2": R1_R2_WEIGHT,
    }
    cvae_gan = build_cvae_gan(
        encoder,
        generator,
        networks["discriminator"],
        networks.get("classifier"),
        weights,
        loss=LOSS,
        prior=PRIOR,
        encode_one_in=ENCODE_ONE_IN,
        warm_up=WARM_UP,
        augment_d=AUGMENT_D,
        seed=SEED,
    )
    ema = {"use_ema": EMA_MOMENTUM > 0, "ema_momentum": EMA_MOMENTUM}
    clip = {"clip_updates": CLIP_UPDATES}
    adam = FusedAdam(LEARNING_RATE, BETA_1, BETA_2, **clip)
    adams = dict.fromkeys(networks.values(), adam)
    adams[generator] = FusedAdam(LEARNING_RATE, BETA_1, BETA_2, **clip, **ema)
    # The encoder keeps Adam's usual momentum: no network is trained against it.
    adams[encoder] = FusedAdam(LEARNING_RATE, **clip, **ema)
    cvae_gan.compile(optimizer_of_each(adams))
    watch = []
    run, photos = start(SETTINGS, menu, images, pizza, rows, cvae_gan, bank)
    if EMA_MOMENTUM:
        for name in ("encoder", "generator"):
            averaged = keras.models.clone_model(networks[name])
            watch.append(MovingAverage(adams[networks[name]], averaged))
            networks[name] = averaged
    counts = [f"{name} {n.count_params():,}" for name, n in networks.items()]
    print(f"{run}: parameters: {', '.join(counts)}")
    bank = bank and kept_bank(run, menu)  # rounded, as other scripts will read it
    sampler = Sampler(networks["generator"], PRIOR, bank, networks["encoder"])
    sheet = SampleSheet(menu, photos, sampler, SHOWN, rows, SEED)
    train(
        cvae_gan,
        batches,
        None,
        run,
        STEPS,
        networks=networks,
        draw=sheet.draw,
        steps_per_epoch=SAMPLE_EVERY,
        minutes=MINUTES,
        watch=[
            *watch,
            CollapseGuard(sheet.samples, SETTINGS.values),
            Fidelity(sheet),
        ],
    )
    print(f"see {run}/samples/, {run}/log.png and {run}/progress.gif")


if __name__ == "__main__":
    hosts.run(main, HOSTS, HOST_INDEX)
