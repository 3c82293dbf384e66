"""Can the ingredients be told apart? A small network learns to name them.

    python -m benchmarks.drawing_classifier

Draws random recipes, trains on most of them, and prints for every ingredient the
average precision on fresh ones, worst first. What a network cannot tell apart after
2,000 pizzas is drawn too much alike. A few minutes on two cores.
"""

# data
TRAIN = 2000  # drawn pizzas to learn from
TEST = 500  # fresh ones to judge by
SIZE = 64  # pixels a side
SEED = 0  # of recipes and drawings

# training
EPOCHS = 12  # passes over the training pizzas, each seen four ways a pass
BATCH_SIZE = 32  # pizzas a step
LEARNING_RATE = 3e-3  # at the start; falls to 0 along a cosine

import settings

settings.read_settings(globals(), SIZE=settings.multiple_of(8))

import numpy as np

import drawing
import utils


def draw(count: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Returns pictures and, for each, which ingredients it has, `(count, 28)`."""
    rng = np.random.default_rng(seed)
    recipes = [drawing.random_recipe(rng) for _ in range(count)]
    photos = drawing.draw_pizzas(recipes, SIZE, rng.integers(2**31, size=count))
    has = [[name in recipe for name in drawing.INGREDIENTS] for recipe in recipes]
    return photos, np.array(has, "float32")


def build_classifier(classes: int):
    """Convolutions and, as it does not matter where a piece lies, global pooling."""
    import keras
    from keras import layers

    x = inputs = keras.Input((SIZE, SIZE, 3), dtype="uint8")
    x = layers.Rescaling(1 / 127.5, -1)(x)
    seen = []  # of every layer: crumbs show in the first ones, mushrooms in the last
    for filters, kernel, stride in ((32, 5, 2), (64, 3, 1), (96, 3, 2), (128, 3, 2)):
        x = layers.Conv2D(filters, kernel, stride, "same", use_bias=False)(x)
        x = layers.BatchNormalization()(x)
        x = layers.ReLU()(x)
        seen += [layers.GlobalMaxPooling2D()(x), layers.GlobalAveragePooling2D()(x)]
    x = layers.Concatenate()(seen)
    return keras.Model(inputs, layers.Dense(classes, "sigmoid")(x), name="classifier")


def main():
    import keras
    from sklearn.metrics import average_precision_score

    keras.utils.set_random_seed(SEED)
    photos, has = draw(TRAIN, SEED + 1)
    fresh, truth = draw(TEST, SEED + 2)
    # A mirrored pizza is a pizza too, but for the side the light comes from.
    mirrored = np.concatenate([photos, photos[:, ::-1]])
    photos = np.concatenate([mirrored, mirrored[:, :, ::-1]])
    has = np.tile(has, (4, 1))
    classifier = build_classifier(has.shape[1])
    steps = EPOCHS * len(photos) // BATCH_SIZE
    schedule = keras.optimizers.schedules.CosineDecay(LEARNING_RATE, steps)
    classifier.compile(keras.optimizers.Adam(schedule), "binary_crossentropy")
    classifier.fit(photos, has, BATCH_SIZE, epochs=EPOCHS, verbose=2)

    guess = classifier.predict(fresh, verbose=0)
    precision = average_precision_score(truth, guess, average=None)
    for i in np.argsort(precision):
        name, share = list(drawing.INGREDIENTS)[i], truth[:, i].mean()
        print(f"{name:22} {precision[i]:.3f}  in {share:4.0%} of pizzas")
    print(f"{'mean average precision':22} {precision.mean():.3f}")


if __name__ == "__main__":
    utils.run(main)
