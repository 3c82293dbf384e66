"""Trains a CVAE whose decoder is a GAN's generator: pizzas for chosen ingredients.

    python cvae_gan.py --menu=data/sample

An encoder finds a photo's z, a generator draws z and a recipe, a discriminator tells
its pictures from photos; the article's classifier names ingredients as well (Bao et al.
2017, "CVAE-GAN"). Reads what `augment.py` made and writes
`temp/cvae_gan/<number>-<what differs>/`. The article's networks and training:

    python cvae_gan.py --networks=article --loss=article --image-size=32 \
        --latent=uniform --kl=1 --pixels=1 --d-features=1 \
        --c-features=1 --d-means=1 --c-means=1 --adversarial=0 \
        --wrong-recipes=0 --penalty=0 --warm-up=0 --turned=no \
        --ema=0 --beta-1=0.9 --beta-2=0.999 --batch-size=20 --encoded=1
"""

import math

import utils
from lab import settings
from menus.menu import read_menu
from networks import backend

# data
MENU = "data/sample"  # menu folder, augmented at IMAGE_SIZE
HOLD_OUT = ""  # slugs, with commas, of pizzas never to learn from; for evaluate.py
IMAGE_SIZE = 64  # pixels, a multiple of 8; the article's code 32

# model
NETWORKS = "texture"  # a map as z, patches judged; "article": vectors, whole pictures
LATENT = "normal"  # distribution of z in samples; the article "uniform" on -1..1
WIDTH = 1.0  # of the texture networks

# losses, a weight each; 0 leaves one out
LOSS = "relativistic"  # of the discriminator; "article": each picture by itself
KL = 0.1  # of z's nats, their mean over its numbers; the article 1
PIXELS = 20.0  # a photo and its reconstruction; the article 1
D_FEATURES = 1.0  # the same, as the discriminator sees them; the article 1
C_FEATURES = 0.0  # the same, as the article's classifier sees them; the article 1
D_MEANS = 0.0  # photos and samples, the discriminator's mean features; the article 1
C_MEANS = 0.0  # the same of the article's classifier; the article 1
ADVERSARIAL = 1.0  # what is made taken for real; the article 0: means are its way
WRONG_RECIPES = 1.0  # photos told from photos with a wrong recipe; the article 0
PENALTY = 0.05  # of the discriminator's slope where pictures are; the article 0

# training
WARM_UP = 500  # steps until reconstruction has its full weight; the article 0
TURNED = True  # what is judged is turned and mirrored at random; the article False
EMA = 0.99  # a step's share of the past in the averaged generator; the article 0
BETA_1 = 0.0  # of Adam: no momentum, as all follow moving targets; the article 0.9
BETA_2 = 0.99  # of Adam; the article 0.999
LEARNING_RATE = 1e-3  # of Adam, for all networks
BATCH_SIZE = 16  # photos, and as many samples; the article 20
ENCODED = 2  # one photo in so many is encoded and reconstructed; the article 1
STEPS = 5000
MINUTES = 0.0  # after which to stop, whatever STEPS is; 0 never
SEED = 0  # of weights, noise and shuffling

# output
SAMPLE_EVERY = 200  # steps between two sheets, log rows and checkpoints
RESUME = False  # go on with the newest run of these settings

# machine
PRECISION = "float32"  # "mixed_bfloat16" for a GPU that is fast at it
HOSTS = ""  # hosts that train together, "a:port,b:port"; "auto" asks SLURM, Open MPI
HOST_INDEX = 0  # which of them this one is; the first leads and writes

of_losses = ["KL", "PIXELS", "D_FEATURES", "C_FEATURES", "D_MEANS", "C_MEANS"]
of_losses += ["ADVERSARIAL", "WRONG_RECIPES", "PENALTY"]
SETTINGS = settings.read_settings(
    globals(),
    **dict.fromkeys(of_losses, settings.at_least(0)),
    IMAGE_SIZE=settings.multiple_of(8),
    NETWORKS=settings.one_of("texture", "article"),
    LATENT=settings.one_of("normal", "uniform"),
    WIDTH=settings.between(0.01, 4),
    LOSS=settings.one_of("relativistic", "article"),
    WARM_UP=settings.at_least(0),
    EMA=settings.between(0, 0.99999),
    BETA_1=settings.between(0, 0.9999),
    BETA_2=settings.between(0, 0.9999),
    LEARNING_RATE=settings.between(1e-7, 1),
    BATCH_SIZE=settings.at_least(2),
    ENCODED=settings.at_least(1),
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

from networks import article, texture
from networks.layers import (
    AddNoise,
    Frozen,
    MovingAverage,
    RandomLatent,
    Sampling,
    StopGradient,
    Turn,
)
from training import adversarial, hosts, losses
from training.data import Batches, load_augmented, rows_to_learn
from training.guard import Guard
from training.loop import start, train
from training.models import LossModel, precision, sample_z
from training.one_pass import OnePass
from training.optimizers import FusedAdam
from training.samples import Fidelity, SampleSheet

NOISE = 0.05  # standard deviation, on 0..1, of the noise that probes the slope


def build_cvae_gan(
    encoder: keras.Model,
    generator: keras.Model,
    discriminator: keras.Model,
    classifier: keras.Model | None,
    weights: dict[str, float],
    average: keras.Model | None = None,
    loss: str = "relativistic",
    latent: str = "normal",
    encoded: int = 1,
    warm_up: int = 0,
    turned: bool = False,
    ema: float = 0.0,
    seed: int = 0,
) -> LossModel:
    """Wires the networks and their losses: photo as uint8 and recipe -> losses.

    The encoder is moved by `kl`, `pixels` and the losses of features; the generator by
    the last two, by the losses of means, and by `g_loss`; the discriminator by
    `d_loss`, `wrong` and `slope`; the classifier by `c_loss`.

    Args:
        encoder: photo and recipe -> z_mean and z_log_var.
        generator: z and recipe -> picture in 0..1.
        discriminator: picture and maybe recipe -> logits.
        classifier: picture -> logits of the recipe matrix.
        weights: of the losses, by the names of the settings in lower case; a loss
            without one is left out.
        average: a clone of the generator, to hold its moving average.
        loss: of the discriminator, "relativistic" or "article".
        latent: distribution of z in samples, "normal" or "uniform".
        encoded: one photo in so many of a batch is encoded.
        warm_up: steps until the losses of reconstruction have their full weight.
        turned: whether to turn and mirror at random what is judged.
        ema: momentum of the moving average.
        seed: of the noise.
    """

    def first_part(x):
        return ops.split(x, encoded)[0] if encoded > 1 else x

    weight = {name: w for name, w in weights.items() if w}
    photo = keras.Input(encoder.input_shape[0][1:], dtype="uint8", name="photo")
    recipe = keras.Input(encoder.input_shape[1][1:], name="recipe")
    real = layers.Rescaling(1 / 255)(photo)
    seen, its_recipe = first_part(real), first_part(recipe)
    z_mean, z_log_var = encoder([seen, its_recipe])
    z = Sampling(seed)(z_mean, z_log_var)
    reconstructed = generator([z, its_recipe])
    z_of_samples = RandomLatent(z.shape[1:], latent, seed + 1)(real)
    sampled = generator([z_of_samples, recipe])

    conditional = len(discriminator.inputs) == 2
    judge = _with_features(discriminator)

    def ask(network, x, recipe):
        return network([x, recipe] if conditional else x)

    shown = [real, reconstructed, sampled]
    if turned:
        shown = [*Turn(seed + 4)(real, reconstructed), Turn(seed + 5)(sampled)]
    features, real_logits = ask(judge, shown[0], recipe)
    real_features = StopGradient()(features)
    # The discriminator's losses stop at what was made, the others pass through it.
    relativistic = loss == "relativistic"
    (_, sampled_logits), passed = ask(OnePass(judge), shown[2], recipe)
    of_sampled, passed_logits = passed
    if relativistic:
        of_reconstructed, _ = ask(Frozen(judge), shown[1], its_recipe)
    else:
        judge_it = OnePass(judge)
        (_, logits), (of_reconstructed, _) = ask(judge_it, shown[1], its_recipe)

    kl = losses.KLDivergence(weights["kl"] / math.prod(z.shape[1:]))
    outputs = {"kl": kl(z_mean, z_log_var)}
    if relativistic:
        outputs["d_loss"] = adversarial.DiscriminatorLoss()(real_logits, sampled_logits)
    else:
        three_way = losses.ThreeWayDiscriminatorLoss()
        outputs["d_loss"] = three_way(real_logits, logits, sampled_logits)
    if conditional and "wrong_recipes" in weight:
        # The recipe enters last: the photos need not be looked at again for another.
        by_look, by_recipe = map(
            discriminator.get_layer, ("unconditional", "conditional")
        )
        of_next = ops.roll(recipe, 1, axis=0)
        wrong_logits = by_recipe(features, by_look(features), of_next)
        tell = adversarial.DiscriminatorLoss(
            relativistic, scale=weight["wrong_recipes"]
        )
        outputs["wrong"] = tell(real_logits, wrong_logits)
    if "penalty" in weight:
        slope = adversarial.SmoothnessPenalty(NOISE, scale=weight["penalty"])
        places = ops.concatenate([shown[0], StopGradient()(shown[2])])
        noisy = AddNoise(NOISE, seed + 3)(places)
        _, noisy_logits = ask(judge, noisy, ops.concatenate([recipe, recipe]))
        outputs["slope"] = slope(
            ops.concatenate([real_logits, sampled_logits]), noisy_logits
        )
    if "adversarial" in weight:
        fool = adversarial.GeneratorLoss(relativistic, scale=weight["adversarial"])
        outputs["g_loss"] = fool(StopGradient()(real_logits), passed_logits)

    pairs = {}  # losses that compare: what is to be alike
    signed = layers.Rescaling(2.0, -1.0)
    pairs["pixels"] = signed(seen), signed(reconstructed)
    pairs["d_features"] = first_part(real_features), of_reconstructed
    pairs["d_means"] = real_features, of_sampled
    if classifier:
        judge = _with_features(classifier)
        features, logits = judge(real)
        outputs["c_loss"] = losses.ClassifierLoss()(logits, recipe)
        features = StopGradient()(features)
        of_reconstructed, _ = Frozen(judge)(reconstructed)
        of_sampled, _ = Frozen(judge)(sampled)
        pairs["c_features"] = first_part(features), of_reconstructed
        pairs["c_means"] = features, of_sampled
    for name in [name for name in pairs if name in weight]:
        means = name.endswith("means")
        alike = losses.MeanFeatureMatching if means else losses.SquaredError
        warmed = 0 if means else warm_up
        outputs[name] = alike(weight[name], warmed, name=name)(*pairs[name])
    if average:
        outputs["kl"] = MovingAverage(generator, average, ema)(outputs["kl"])
    accuracy = adversarial.Accuracy(relativistic)(real_logits, sampled_logits)
    outputs["real_accuracy"], outputs["made_accuracy"] = accuracy
    return LossModel({"photo": photo, "recipe": recipe}, outputs, name="cvae_gan")


def _with_features(network: keras.Model) -> keras.Model:
    """Gives a network a second output: what it sees before it judges."""
    return keras.Model(
        network.inputs, [network.get_layer("features").output, network.output]
    )


def main():
    keras.utils.set_random_seed(SEED)
    menu = read_menu(MENU)
    images, pizza = load_augmented(menu, IMAGE_SIZE)
    if BATCH_SIZE % ENCODED:
        raise utils.InputError(
            f"BATCH_SIZE: expected a multiple of ENCODED, {ENCODED}. Received:"
            f" {BATCH_SIZE}"
        )
    if NETWORKS != "article" and (C_FEATURES or C_MEANS):
        raise utils.InputError(
            "C_FEATURES and C_MEANS: expected 0, as only the article's networks have a"
            f" classifier. Received: {C_FEATURES} and {C_MEANS} for {NETWORKS!r}"
        )
    rows = rows_to_learn(menu, HOLD_OUT)
    shown = np.flatnonzero(np.isin(pizza, rows))
    batches = Batches(images, menu.codes[pizza], menu.classes, shown, BATCH_SIZE, SEED)

    recipe_shape = (menu.longest, menu.classes)
    classifier = None
    with precision(PRECISION):
        if NETWORKS == "texture":
            encoder = texture.build_encoder(IMAGE_SIZE, recipe_shape, WIDTH)
            generator = texture.build_generator(IMAGE_SIZE, recipe_shape, WIDTH)
            discriminator = texture.build_discriminator(IMAGE_SIZE, recipe_shape, WIDTH)
        else:
            encoder = article.build_encoder(IMAGE_SIZE, recipe_shape)
            generator = article.build_generator(IMAGE_SIZE, recipe_shape)
            discriminator = article.build_discriminator(IMAGE_SIZE)
            if C_FEATURES or C_MEANS:  # else nobody would ask it
                classifier = article.build_classifier(IMAGE_SIZE, recipe_shape)
    average = None
    if EMA:
        average = keras.models.clone_model(generator)
        average.set_weights(generator.get_weights())
    weights = {name.lower(): SETTINGS.values[name] for name in of_losses}
    cvae_gan = build_cvae_gan(
        encoder,
        generator,
        discriminator,
        classifier,
        weights,
        average,
        loss=LOSS,
        latent=LATENT,
        encoded=ENCODED,
        warm_up=WARM_UP,
        turned=TURNED,
        ema=EMA,
        seed=SEED,
    )
    # The encoder is no player: its aim stands still, so that momentum serves it.
    of_encoder = {id(weight) for weight in encoder.trainable_variables}
    players = FusedAdam(LEARNING_RATE, BETA_1, BETA_2)
    adams = players, FusedAdam(LEARNING_RATE)
    cvae_gan.compile(
        keras.optimizers.MultiOptimizer(lambda w: adams[id(w) in of_encoder])
    )

    run, photos = start(SETTINGS, menu, images, pizza, rows, cvae_gan)
    drawing = average or generator
    networks = {
        "encoder": encoder,
        "generator": drawing,
        "discriminator": discriminator,
        **({"classifier": classifier} if classifier else {}),
    }
    counts = [f"{name} {n.count_params():,}" for name, n in networks.items()]
    print(f"{run}: parameters: {', '.join(counts)}")
    z = sample_z(drawing, 6, SEED, LATENT)
    sheet = SampleSheet(menu, photos, drawing, z, rows, encoder)
    train(
        cvae_gan,
        batches,
        None,
        run,
        -(-STEPS // SAMPLE_EVERY),
        networks=networks,
        draw=sheet.draw,
        minutes=MINUTES,
        steps_per_epoch=SAMPLE_EVERY,
        watch=[Guard(sheet.samples), Fidelity(sheet)],
    )
    print(f"see {run}/samples/, {run}/log.png and {run}/progress.gif")


if __name__ == "__main__":
    hosts.run(main, HOSTS, HOST_INDEX)
