"""Finds who lies where by elimination: from photos and their recipes, and nothing else.

Olives are what all photos with olives share and the others lack. Each ingredient is a
Gaussian over colour and contrast, fitted by expectation maximisation (Dempster, Laird
& Rubin 1977) under one constraint: a pixel belongs to dough or to an ingredient of its
photo's recipe. Ingredients that are on the same photos can come out swapped, as
no photo tells which is which: a hint of a colour, or another teacher, can.

Photos are first brought to the light of all, by their crusts.

An ingredient's area has no say: if it had, what fits a photo best would take all of it.
"""

import numpy as np
from scipy.ndimage import gaussian_filter

from owners.looks import WEIGHTS, features, one_light, perceived

STEPS = 25  # of expectation maximisation; little moves afterwards
STARTS = 24  # from random owners; the likeliest end is kept
STRIDE = 3  # fitted on every third pixel of 96 a side: neighbours repeat each other
SMOOTH_FROM = 10  # step from which neighbours count; before, owners are too unsure
SMOOTHNESS = 1.2  # weight of the neighbours' owners, against 1 of a pixel's own looks
REACH = 1.8  # how far neighbours lie while fitting, pixels of 96 a side
FINE_REACH = 0.9  # and at the end, when all pixels are asked
DOUGH = 0.1  # weight of dough against any ingredient: sauce covers it in the filling
LEAST_SHARE = 0.03  # of a photo's filling that an ingredient of its recipe has
FEW = 60  # pixels; below about as many, an ingredient's Gaussian is held to a round one
ROUND = 0.3  # variance of that round one; 1 is that of all photos
LEAST_VARIANCE = 0.02  # so that no Gaussian shrinks to one flat piece
FLOOR = 1e-3  # a prior of 0 is taken for this: the other teacher can be wrong
PRIOR_WEIGHT = 4.0  # of another teacher's log probabilities; 3 to 6 do as well
HINT_WEIGHT = 3.0  # log odds for what has the colour of a hint, and against the rest


def eliminate(
    photos: np.ndarray,
    recipes: list[list[int]],
    classes: int,
    filling: np.ndarray,
    crust: np.ndarray,
    prior: np.ndarray | None = None,
    hints: dict[int, np.ndarray] | None = None,
    seed: int = 0,
) -> np.ndarray:
    """Finds who owns each pixel of the filling.

    Args:
        photos: float32 `(photos, size, size, 3)`, 0..1.
        recipes: codes of each photo's ingredients.
        classes: codes there are, that of dough, 0, among them.
        filling: where ingredients lie, bool `(photos, size, size)`.
        crust: where dough surely lies, bool, as large.
        prior: what another teacher says, probabilities
            `(photos, size, size, classes)`.
        hints: colours of ingredients by code, RGB of 0..1.
        seed: of the starts.

    Returns:
        Probabilities of the owners, float32 `(photos, size, size, classes)`; dough
        outside the filling.
    """
    colour = perceived(photos)
    factor, summand = (x[:, None, None] for x in one_light(colour, crust))
    described = features(factor * colour + summand)
    inside = described[filling]
    mean, deviation = inside.mean(axis=0), inside.std(axis=0) + 1e-6
    described = ((described - mean) / deviation * WEIGHTS).astype("float32")
    owners = [np.array(sorted({0, *recipe})) for recipe in recipes]
    belief = np.zeros((*photos.shape[:3], classes), "float32")
    belief[..., 0] = np.log(DOUGH)
    if prior is not None:
        belief += PRIOR_WEIGHT * np.log(np.maximum(prior, FLOOR))
    for code, hint in (hints or {}).items():
        hint = factor * perceived(np.asarray(hint, "float32")) + summand
        hint = (hint - mean[:3]) / deviation[:3]
        far = ((described[..., :3] / WEIGHTS[:3] - hint) ** 2).sum(axis=-1)
        belief[..., code] += HINT_WEIGHT * (2 * np.exp(-far / 2) - 1)

    scale = photos.shape[1] / 96
    stride = max(1, round(STRIDE * scale))
    few = (slice(None), slice(None, None, stride), slice(None, None, stride))
    coarse = _Pixels(
        described[few], filling[few], belief[few], owners, REACH * scale / stride
    )
    dough = described[crust][:: stride**2]
    if prior is not None:
        fits = [_Fit(coarse, classes, dough)]
    else:
        fits = [
            _Fit(coarse, classes, dough, np.random.default_rng([seed, start]))
            for start in range(STARTS)
        ]
    best = max(fits, key=lambda fit: fit.likelihood)
    fine = _Pixels(described, filling, belief, owners, FINE_REACH * scale)
    found = np.zeros_like(belief)
    found[..., 0] = 1
    for i, share in enumerate(best.expect(fine, smooth=True)):
        full = np.zeros((len(share), classes), "float32")
        full[:, owners[i]] = share
        found[i][filling[i]] = full
    return found


class _Pixels:
    """The pixels of the filling, by photo.

    Attributes:
        looks: features, `(pixels, 7)` a photo.
        belief: log odds of the owners before one looks, `(pixels, owners)` a photo.
        owners: codes of a photo's owners.
    """

    def __init__(self, described, filling, belief, owners, reach):
        self.filling, self.owners, self.reach = filling, owners, reach
        self.looks = [x[inside] for x, inside in zip(described, filling, strict=True)]
        self.belief = [
            x[inside][:, names]
            for x, inside, names in zip(belief, filling, owners, strict=True)
        ]

    def blur(self, i: int, share: np.ndarray) -> np.ndarray:
        """Mean of the owners around each pixel of the filling of photo `i`."""
        inside = self.filling[i]
        full = np.zeros((*inside.shape, 1 + share.shape[1]), "float32")
        full[inside] = np.pad(share, ((0, 0), (1, 0)), constant_values=1)
        blurred = gaussian_filter(full, (self.reach, self.reach, 0), truncate=3)[inside]
        return blurred[:, 1:] / blurred[:, :1]


class _Fit:
    """One run of expectation maximisation.

    Attributes:
        likelihood: mean log likelihood of a pixel.
    """

    def __init__(self, pixels, classes, dough, rng=None):
        self.dough = dough
        self.places = {}  # by code: photos that may have it, and its column there
        for code in range(classes):
            has = [(i, names == code) for i, names in enumerate(pixels.owners)]
            self.places[code] = [(i, here.argmax()) for i, here in has if here.any()]
        shares = [_softmax(belief) for belief in pixels.belief]
        if rng is not None:
            for i, share in enumerate(shares):
                chance = rng.gamma(2.0, 1.0, share.shape).astype("float32")
                share = share * pixels.blur(i, chance)
                shares[i] = share / share.sum(axis=1, keepdims=True)
        self.gaussians = {}
        for step in range(STEPS):
            self._maximise(pixels, shares)
            shares = self.expect(pixels, smooth=step >= SMOOTH_FROM)

    def expect(self, pixels: _Pixels, smooth: bool) -> list[np.ndarray]:
        """Finds the owners: their probabilities, `(pixels, owners)` a photo."""
        shares, total = [], 0.0
        for i, names in enumerate(pixels.owners):
            logits = pixels.belief[i].copy()
            for column, code in enumerate(names):
                mean, whiten, peak = self.gaussians[code]
                white = (pixels.looks[i] - mean) @ whiten
                logits[:, column] += peak - 0.5 * (white**2).sum(axis=1)
            total += np.logaddexp.reduce(logits, axis=1).sum()
            share = _softmax(logits)
            if smooth:
                nearby = np.log(pixels.blur(i, share) + 1e-4)
                share = _softmax(logits + SMOOTHNESS * nearby)
            shares.append(_keep_all(share, names))
        self.likelihood = total / max(1, sum(map(len, shares)))
        return shares

    def _maximise(self, pixels, shares):
        """Fits the Gaussian of each ingredient to what it owns."""
        for code, places in self.places.items():
            if not places:
                continue
            looks = [pixels.looks[i] for i, _ in places]
            share = [shares[i][:, column] for i, column in places]
            if code == 0:
                looks.append(self.dough)
                share.append(np.ones(len(self.dough), "float32"))
            self.gaussians[code] = _gaussian(
                np.concatenate(looks), np.concatenate(share)
            )


def _gaussian(looks, weight):
    """Mean, whitening matrix and log of the peak, for pixels of some weight."""
    count, size = weight.sum() + 1e-6, looks.shape[1]
    mean = weight @ looks / count
    centred = looks - mean
    scatter = (centred * weight[:, None]).T @ centred
    covariance = (scatter + FEW * ROUND * np.eye(size)) / (count + FEW)
    covariance += LEAST_VARIANCE * np.eye(size)
    whiten = np.linalg.cholesky(np.linalg.inv(covariance)).astype("float32")
    return mean, whiten, np.log(np.diag(whiten)).sum()


def _keep_all(share, names):
    """Gives each ingredient of a recipe its least share, where it is likeliest."""
    least = np.where(names == 0, 0, min(LEAST_SHARE, 0.5 / len(names)))
    for _ in range(20):
        mean = share.mean(axis=0)
        if not len(share) or (mean >= 0.95 * least).all():
            break
        share = share * np.maximum(1, least / (mean + 1e-12))
        share = share / share.sum(axis=1, keepdims=True)
    return share


def _softmax(x):
    x = np.exp(x - x.max(axis=1, keepdims=True))
    return x / x.sum(axis=1, keepdims=True)
