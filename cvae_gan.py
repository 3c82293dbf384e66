"""Trains a CVAE whose decoder is a GAN's generator: pizzas for chosen ingredients.

    python cvae_gan.py --menu=data/sample

An encoder finds a photo's z, a generator draws z and a recipe, a discriminator tells
its pictures from photos, a classifier names ingredients (Bao et al. 2017, "CVAE-GAN").
Reads what `augment.py` made and writes `temp/cvae_gan/<number>-<what differs>/`. The
article's networks and training:

    python cvae_gan.py --networks=article --loss=article --image-size=32 \
        --latent=uniform --kl=0.00195 --pixels=1 --d-features=1 --c-features=1 \
        --d-means=1 --c-means=1 --adversarial=0 --asked=0 --wrong-recipes=0 \
        --mixed-recipes=0 --penalty=0 --warm-up=0 --ema=0 --beta-1=0.9 --beta-2=0.999 \
        --batch-size=20
"""

import runs
import settings
import utils

# data
MENU = "data/sample"  # menu folder, augmented at IMAGE_SIZE
IMAGE_SIZE = 64  # pixels, a multiple of 8; the article's code 32

# model
NETWORKS = "texture"  # a map as z, patches judged; "article": vectors, whole pictures
LATENT = "normal"  # distribution of z in samples; the article "uniform" on -1..1
WIDTH = 1.0  # of the texture networks

# losses, a weight each; 0 leaves one out
LOSS = "relativistic"  # of the discriminator; "article": each picture by itself
KL = 3e-4  # of z's nats; the article 1/512, as it takes the mean over z
PIXELS = 10.0  # a photo and its reconstruction; the article 1
D_FEATURES = 1.0  # the same, as the discriminator sees them
C_FEATURES = 0.0  # the same, as the classifier sees them; the article 1
D_MEANS = 0.0  # photos and samples, the discriminator's mean features; the article 1
C_MEANS = 0.0  # photos and samples, the classifier's mean features; the article 1
ADVERSARIAL = 1.0  # what is made taken for real; the article 0: means are its way
ASKED = 0.0  # the classifier finds in samples what was asked for; the article 0
WRONG_RECIPES = 1.0  # photos told from photos with a wrong recipe; the article 0
PENALTY = 0.05  # of the discriminator's slope where pictures are; the article 0

# training
MIXED_RECIPES = 0.5  # share of samples of recipes that no menu has; the article 0
WARM_UP = 1500  # steps until reconstruction has its full weight; the article 0
EMA = 0.99  # a step's share of the past in the averaged generator; the article 0
BETA_1 = 0.0  # of Adam: no momentum, as all follow moving targets; the article 0.9
BETA_2 = 0.99  # of Adam; the article 0.999
LEARNING_RATE = 1e-3  # of Adam, for all networks
BATCH_SIZE = 8  # photos, each reconstructed, and as many samples; the article 20
STEPS = 6000
MINUTES = 0.0  # after which to stop, whatever STEPS is; 0 never
SEED = 0  # of weights, noise and shuffling

# output
SAMPLE_EVERY = 200  # steps between two sheets, log rows and checkpoints
RESUME = False  # go on with the newest run of these settings

SETTINGS = settings.read_settings(
    globals(),
    IMAGE_SIZE=settings.multiple_of(8),
    NETWORKS=settings.one_of("texture", "article"),
    LATENT=settings.one_of("normal", "uniform"),
    WIDTH=settings.between(0.01, 4),
    LOSS=settings.one_of("relativistic", "article"),
    KL=settings.at_least(0),
    PIXELS=settings.at_least(0),
    D_FEATURES=settings.at_least(0),
    C_FEATURES=settings.at_least(0),
    D_MEANS=settings.at_least(0),
    C_MEANS=settings.at_least(0),
    ADVERSARIAL=settings.at_least(0),
    ASKED=settings.at_least(0),
    WRONG_RECIPES=settings.at_least(0),
    PENALTY=settings.at_least(0),
    MIXED_RECIPES=settings.between(0, 1),
    WARM_UP=settings.at_least(0),
    EMA=settings.between(0, 0.99999),
    BETA_1=settings.between(0, 0.9999),
    BETA_2=settings.between(0, 0.9999),
    LEARNING_RATE=settings.between(1e-7, 1),
    BATCH_SIZE=settings.at_least(2),
    STEPS=settings.at_least(1),
    MINUTES=settings.at_least(0),
    SEED=settings.at_least(0),
    SAMPLE_EVERY=settings.at_least(1),
)

import keras
import numpy as np
from keras import layers, ops

import pictures
from networks import losses, texture
from networks.data import Batches, load_augmented
from networks.guard import Guard
from networks.layers import (
    AddNoise,
    Frozen,
    MixRecipes,
    MovingAverage,
    RandomLatent,
    RecipeChannel,
    Sampling,
    StopGradient,
)
from networks.models import LossModel, sample_z
from networks.one_pass import OnePass
from networks.optimizers import FusedAdam
from networks.samples import Fidelity, SampleSheet
from networks.training import train

NOISE = 0.05  # standard deviation, on 0..1, of the noise that probes the slope
LATENT_DIM = 512  # of the article's networks


def build_encoder(image_size: int, recipe_shape: tuple[int, int]) -> keras.Model:
    """Builds the article's encoder: photo in 0..1 and recipe -> z_mean, z_log_var."""
    photo = keras.Input((image_size, image_size, 3), name="photo")
    recipe = keras.Input(recipe_shape, name="recipe")
    x = layers.Rescaling(2.0, -1.0)(photo)
    x = layers.Conv2D(32, 3, padding="same", activation="relu")(x)
    x = layers.MaxPooling2D()(RecipeChannel()(x, recipe))
    x = layers.Conv2D(16, 3, padding="same", activation="relu")(x)
    x = layers.Flatten()(layers.MaxPooling2D()(x))
    x = layers.Dense(1024, activation="relu")(x)
    z = [layers.Dense(LATENT_DIM, name=name)(x) for name in ("z_mean", "z_log_var")]
    return keras.Model([photo, recipe], z, name="encoder")


def build_generator(image_size: int, recipe_shape: tuple[int, int]) -> keras.Model:
    """Builds the article's generator: z and recipe -> picture in 0..1."""
    z = keras.Input((LATENT_DIM,), name="z")
    recipe = keras.Input(recipe_shape, name="recipe")
    quarter = image_size // 4
    x = layers.Concatenate()([z, layers.Flatten()(recipe)])
    x = layers.Dense(quarter * quarter * 64, activation="relu")(x)
    x = layers.Reshape((quarter, quarter, 64))(x)
    for filters in (64, 32):
        x = layers.Conv2DTranspose(filters, 5, 2, padding="same", activation="relu")(x)
    x = layers.Conv2D(3, 5, padding="same", activation="tanh")(x)
    return keras.Model([z, recipe], layers.Rescaling(0.5, 0.5)(x), name="generator")


def _article_features(photo, filters_and_kernels):
    x = layers.Rescaling(2.0, -1.0)(photo)
    for filters, kernel in filters_and_kernels:
        x = layers.Conv2D(filters, kernel, padding="same")(x)
        x = layers.MaxPooling2D()(layers.LeakyReLU(0.3)(x))
    return layers.Flatten(name="features")(x)


def build_discriminator(image_size: int) -> keras.Model:
    """Builds the article's discriminator: picture in 0..1 -> one logit."""
    photo = keras.Input((image_size, image_size, 3), name="photo")
    x = _article_features(photo, ((256, 7), (128, 5), (64, 3)))
    return keras.Model(photo, layers.Dense(1)(x), name="discriminator")


def build_classifier(image_size: int, recipe_shape: tuple[int, int]) -> keras.Model:
    """Builds the article's classifier: picture in 0..1 -> logits of a recipe matrix."""
    photo = keras.Input((image_size, image_size, 3), name="photo")
    x = _article_features(photo, ((128, 7), (256, 5), (512, 3)))
    x = layers.Dense(2048, activation="relu")(x)
    logits = layers.Dense(recipe_shape[0] * recipe_shape[1])(x)
    return keras.Model(photo, logits, name="classifier")


def build_cvae_gan(
    encoder: keras.Model,
    generator: keras.Model,
    discriminator: keras.Model,
    classifier: keras.Model | None,
    weights: dict[str, float],
    average: keras.Model | None = None,
    loss: str = "relativistic",
    latent: str = "normal",
    mixed_recipes: float = 0.0,
    warm_up: int = 0,
    ema: float = 0.0,
    seed: int = 0,
) -> LossModel:
    """Wires the networks and their losses: photo as uint8 and recipe -> losses.

    The encoder is moved by `kl`, `pixels` and the losses of features and `g_loss` at
    reconstructions; the generator by all of these but `kl`, at samples too; the
    discriminator by `d_loss`, `wrong` and the penalties; the classifier by `c_loss`.

    Args:
        encoder: photo and recipe -> z_mean and z_log_var.
        generator: z and recipe -> picture in 0..1.
        discriminator: picture and maybe recipe -> logits.
        classifier: picture -> logits, of the whole matrix or of each ingredient.
        weights: of the losses, by the names of the settings in lower case; a loss
            without one is left out.
        average: a clone of the generator, to hold its moving average.
        loss: of the discriminator, "relativistic" or "article".
        latent: distribution of z in samples, "normal" or "uniform".
        mixed_recipes: share of samples of recipes that no menu has.
        warm_up: steps until the losses of reconstruction have their full weight.
        ema: momentum of the moving average.
        seed: of the noise.
    """
    weight = {name: w for name, w in weights.items() if w}
    photo = keras.Input(encoder.input_shape[0][1:], dtype="uint8", name="photo")
    recipe = keras.Input(encoder.input_shape[1][1:], name="recipe")
    real = layers.Rescaling(1 / 255)(photo)
    z_mean, z_log_var = encoder([real, recipe])
    z = Sampling(seed)(z_mean, z_log_var)
    z_of_samples = RandomLatent(z.shape[1:], latent, seed + 1)(real)
    asked = MixRecipes(mixed_recipes, seed + 2)(recipe) if mixed_recipes else recipe
    of_made = ops.concatenate([recipe, asked])
    made = generator([ops.concatenate([z, z_of_samples]), of_made])
    reconstructed, sampled = ops.split(made, 2)

    conditional = len(discriminator.inputs) == 2
    judge = _with_features(discriminator)

    def ask(network, x, recipe):
        return network([x, recipe] if conditional else x)

    judged, recipes = [real], [recipe]
    if "wrong_recipes" in weight:
        judged, recipes = [real, real], [recipe, ops.roll(recipe, 1, axis=0)]
    features, logits = ask(judge, ops.concatenate(judged), ops.concatenate(recipes))
    real_features = StopGradient()(ops.split(features, len(judged))[0])
    real_logits, *wrong_logits = ops.split(logits, len(judged))
    # The discriminator's losses stop at what was made, the others pass through it.
    (_, made_logits), (made_features, passed_logits) = ask(
        OnePass(judge), made, of_made
    )
    twice_real = ops.concatenate([real_logits, real_logits])

    outputs = {"kl": losses.KLDivergence(weights["kl"])(z_mean, z_log_var)}
    relativistic = loss == "relativistic"
    if relativistic:
        outputs["d_loss"] = losses.DiscriminatorLoss()(twice_real, made_logits)
    else:
        three_way = losses.ThreeWayDiscriminatorLoss()
        outputs["d_loss"] = three_way(real_logits, *ops.split(made_logits, 2))
    if wrong_logits:
        tell = losses.DiscriminatorLoss(relativistic, weight["wrong_recipes"])
        outputs["wrong"] = tell(real_logits, *wrong_logits)
    if "penalty" in weight:
        slope = losses.SmoothnessPenalty(NOISE, weight["penalty"])
        places = ops.concatenate([real, StopGradient()(made)])
        noisy = AddNoise(NOISE, seed + 3)(places)
        _, noisy_logits = ask(judge, noisy, ops.concatenate([recipe, of_made]))
        outputs["slope"] = slope(
            ops.concatenate([real_logits, made_logits]), noisy_logits
        )
    if "adversarial" in weight:
        fool = losses.GeneratorLoss(relativistic, weight["adversarial"])
        outputs["g_loss"] = fool(StopGradient()(twice_real), passed_logits)

    pairs = {}  # losses that compare: what is to be alike
    signed = layers.Rescaling(2.0, -1.0)
    pairs["pixels"] = signed(real), signed(reconstructed)
    of_reconstructed, of_sampled = ops.split(made_features, 2)
    pairs["d_features"] = real_features, of_reconstructed
    pairs["d_means"] = real_features, of_sampled
    if classifier:
        judge = _with_features(classifier)
        features, logits = judge(real)
        matrix = logits.shape[-1] == recipe.shape[1] * recipe.shape[2]
        name_them = losses.ClassifierLoss if matrix else losses.IngredientLoss
        outputs["c_loss"] = name_them()(logits, recipe)
        made_features, made_logits = Frozen(judge)(made)
        of_reconstructed, of_sampled = ops.split(made_features, 2)
        pairs["c_features"] = StopGradient()(features), of_reconstructed
        pairs["c_means"] = StopGradient()(features), of_sampled
        if "asked" in weight:
            in_samples = ops.split(made_logits, 2)[1]
            outputs["asked"] = name_them(weight["asked"])(in_samples, asked)
    for name in pairs.keys() & weight.keys():
        means = name.endswith("means")
        alike = losses.MeanFeatureMatching if means else losses.SquaredError
        warmed = 0 if means else warm_up
        outputs[name] = alike(weight[name], warmed, name=name)(*pairs[name])
    if average:
        outputs["kl"] = MovingAverage(generator, average, ema)(outputs["kl"])
    accuracy = losses.Accuracy(relativistic)(real_logits, made_logits)
    outputs["real_accuracy"], outputs["made_accuracy"] = accuracy
    return LossModel({"photo": photo, "recipe": recipe}, outputs, name="cvae_gan")


def _with_features(network: keras.Model) -> keras.Model:
    """Gives a network a second output: what it sees before it judges."""
    return keras.Model(
        network.inputs, [network.get_layer("features").output, network.output]
    )


def main():
    keras.utils.set_random_seed(SEED)
    menu = utils.read_menu(MENU)
    images, pizza = load_augmented(menu, IMAGE_SIZE)
    everything = np.arange(len(images))
    codes = menu.codes[pizza]
    batches = Batches(images, codes, menu.classes, everything, BATCH_SIZE, SEED)

    recipe_shape = (menu.longest, menu.classes)
    if NETWORKS == "texture":
        encoder = texture.build_encoder(IMAGE_SIZE, recipe_shape, WIDTH)
        generator = texture.build_generator(IMAGE_SIZE, recipe_shape, WIDTH)
        discriminator = texture.build_discriminator(IMAGE_SIZE, recipe_shape, WIDTH)
        classifier = texture.build_classifier(IMAGE_SIZE, menu.classes - 1, WIDTH)
    else:
        encoder = build_encoder(IMAGE_SIZE, recipe_shape)
        generator = build_generator(IMAGE_SIZE, recipe_shape)
        discriminator = build_discriminator(IMAGE_SIZE)
        classifier = build_classifier(IMAGE_SIZE, recipe_shape)
    if not (C_FEATURES or C_MEANS or ASKED):
        classifier = None  # nobody would ask it
    average = None
    if EMA:
        average = keras.models.clone_model(generator)
        average.set_weights(generator.get_weights())
    weights = dict(
        kl=KL,
        pixels=PIXELS,
        d_features=D_FEATURES,
        c_features=C_FEATURES,
        d_means=D_MEANS,
        c_means=C_MEANS,
        adversarial=ADVERSARIAL,
        asked=ASKED,
        wrong_recipes=WRONG_RECIPES,
        penalty=PENALTY,
    )
    cvae_gan = build_cvae_gan(
        encoder,
        generator,
        discriminator,
        classifier,
        weights,
        average,
        loss=LOSS,
        latent=LATENT,
        mixed_recipes=MIXED_RECIPES,
        warm_up=WARM_UP,
        ema=EMA,
        seed=SEED,
    )
    cvae_gan.compile(FusedAdam(LEARNING_RATE, BETA_1, BETA_2))

    run = runs.start_run(SETTINGS)
    photos = images[np.unique(pizza, return_index=True)[1]]
    runs.save_menu(run, menu, photos)
    pictures.save(pictures.real_sheet(menu, images, pizza), run / "real.png")
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
    sheet = SampleSheet(menu, photos, drawing, z, encoder)
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
    utils.run(main)
