"""Finds who lies where by elimination: from photos and their recipes, and nothing else.

Olives are what all photos with olives share and the others lack. Each ingredient is a
mixture of Gaussians over colour and texture, fitted by expectation maximisation
(Dempster, Laird & Rubin 1977) under one constraint: a pixel belongs to dough or to an
ingredient of its photo's recipe. What never comes apart on a menu cannot be told apart.
"""

import numpy as np
from scipy.ndimage import gaussian_filter

COMPONENTS = 4  # Gaussians of an ingredient: lit and dark sides, rind and flesh
STEPS = 40  # of expectation maximisation
STARTS = 3  # from random pixels; the likeliest end is kept
TEMPERATURE = 2.0  # above 1, as neighbouring pixels repeat what a pixel says
SMOOTH_FROM = 10  # step from which neighbours count
SMOOTHNESS = 1.2  # weight of the neighbours' owners
AREA_WEIGHT = 0.5  # of an owner's area: at 1 what lies on one photo takes all of it
LEAST_SHARE = 0.03  # of a photo's filling that an ingredient of its recipe has
PRIOR_WEIGHT = 4.0  # of another teacher's maps, given as a prior


def features(photos: np.ndarray) -> np.ndarray:
    """Describes each pixel by colour, colour nearby, and contrast.

    Args:
        photos: float32 `(photos, size, size, 3)`, 0..1.

    Returns:
        `(photos, size, size, 7)`.
    """
    linear = photos**2.2
    light = np.cbrt(linear @ np.array([0.2126, 0.7152, 0.0722], "float32"))
    red_green = linear @ np.array([0.5, -0.5, 0.0], "float32")
    blue_yellow = linear @ np.array([0.25, 0.25, -0.5], "float32")
    colour = np.stack([light, red_green, blue_yellow], axis=-1)
    scale = photos.shape[1] / 96

    def blur(x, sigma):
        return gaussian_filter(x, (0, sigma * scale, sigma * scale, 0))

    brightness = colour[..., :1]
    variance = blur(brightness**2, 1.5) - blur(brightness, 1.5) ** 2
    contrast = np.sqrt(np.maximum(variance, 0))
    return np.concatenate([colour, blur(colour, 1.2), contrast], axis=-1)


WEIGHTS = np.array([1, 1.3, 1.3, 1, 1.3, 1.3, 0.7], "float32")


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
        hints: colours of ingredients by code, `(3,)` of 0..1, where a fit starts.
        seed: of the starts.

    Returns:
        Probabilities of the owners, float32 `(photos, size, size, classes)`; dough
        outside the filling.
    """
    described = features(photos)
    inside = described[filling]
    mean, deviation = inside.mean(axis=0), inside.std(axis=0) + 1e-6
    described = ((described - mean) / deviation * WEIGHTS).astype("float32")
    owners = [np.array([0, *sorted(set(recipe))]) for recipe in recipes]
    log_prior = None
    if prior is not None:
        log_prior = [
            PRIOR_WEIGHT * np.log(np.maximum(prior[i][filling[i]][:, names], 1e-3))
            for i, names in enumerate(owners)
        ]
    fits = [
        _Fit(
            described, owners, classes, filling, crust, log_prior, hints, [seed, start]
        )
        for start in range(1 if log_prior else STARTS)
    ]
    best = max(fits, key=lambda fit: fit.likelihood)
    found = np.zeros((*photos.shape[:3], classes), "float32")
    found[..., 0] = 1
    for i, names in enumerate(owners):
        full = np.zeros((len(best.shares[i]), classes), "float32")
        full[:, names] = best.shares[i]
        found[i][filling[i]] = full
    return found


class _Fit:
    """One run of expectation maximisation.

    Attributes:
        shares: of each photo, probabilities of its owners `(pixels, owners)`.
        likelihood: mean log likelihood of a pixel.
    """

    def __init__(
        self, described, owners, classes, filling, crust, log_prior, hints, seed
    ):
        self.owners, self.filling, self.log_prior = owners, filling, log_prior
        self.rng = np.random.default_rng(seed)
        self.pixels = [x[inside] for x, inside in zip(described, filling, strict=True)]
        self.scale = described.shape[1] / 96
        dough = described[crust]
        self.dough = dough[:: max(1, len(dough) // 4000)]
        self._start(classes, described.shape[-1], hints)
        for step in range(STEPS):
            chosen = self._expect(smooth=step > SMOOTH_FROM)
            self._maximise(chosen)

    def _start(self, classes, dimensions, hints):
        """Starts from random pixels of the photos that have an ingredient."""
        self.mean = np.zeros((classes, COMPONENTS, dimensions), "float32")
        self.variance = np.ones_like(self.mean)
        self.weight = np.full((classes, COMPONENTS), 1 / COMPONENTS)
        for code in range(classes):
            shown = [
                p for p, o in zip(self.pixels, self.owners, strict=True) if code in o
            ]
            if code == 0:
                shown = [self.dough]
            if shown:
                pool = np.concatenate(shown)
                self.mean[code] = pool[self.rng.choice(len(pool), COMPONENTS)]
        self.shares = []
        for i, (pixels, names) in enumerate(zip(self.pixels, self.owners, strict=True)):
            if self.log_prior:
                start = _softmax(self.log_prior[i])
            else:
                start = self.rng.gamma(2.0, 1.0, (len(pixels), len(names)))
                start = self._blur(i, start.astype("float32"))
            self.shares.append(start / start.sum(axis=1, keepdims=True))
        for code, colour in (hints or {}).items():
            self._hint(code, colour)

    def _hint(self, code, colour):
        """Starts an ingredient from the pixels nearest to a colour."""
        for i, names in enumerate(self.owners):
            if code in names:
                near = ((self.pixels[i][:, :3] - colour) ** 2).sum(axis=1)
                most = np.argsort(near)[: max(COMPONENTS, len(near) // 50)]
                pool = self.pixels[i][most]
                self.mean[code] = pool[self.rng.choice(len(pool), COMPONENTS)]
                self.shares[i][most, list(names).index(code)] += 1
                self.shares[i] /= self.shares[i].sum(axis=1, keepdims=True)

    def _expect(self, smooth: bool) -> list[np.ndarray]:
        """Finds the owners; returns which Gaussian of each says so."""
        total, chosen = 0.0, []
        for i, (pixels, names) in enumerate(zip(self.pixels, self.owners, strict=True)):
            area = self.shares[i].sum(axis=0) + LEAST_SHARE * len(pixels)
            area[names == 0] *= 0.5
            by_component = self._log_density(pixels, names) / TEMPERATURE
            likelihood = np.logaddexp.reduce(by_component, axis=2)
            log_share = likelihood + AREA_WEIGHT * np.log(area / area.sum())
            if self.log_prior:
                log_share = log_share + self.log_prior[i]
            total += np.logaddexp.reduce(log_share, axis=1).mean()
            share = _softmax(log_share)
            if smooth:
                nearby = np.log(self._blur(i, share) + 1e-4)
                share = _softmax(log_share + SMOOTHNESS * nearby)
            self.shares[i] = share
            within = np.exp(by_component - likelihood[..., None])
            chosen.append(within * share[..., None])
        self.likelihood = total / len(self.pixels)
        return chosen

    def _log_density(self, pixels, names):
        """`(pixels, owners, components)`, by one matrix product: the square of a
        difference is a polynomial of second degree in the pixel."""
        mean, variance = self.mean[names], self.variance[names]
        inverse = (1 / variance).reshape(-1, variance.shape[-1])
        cross = (mean / variance).reshape(inverse.shape)
        constant = (mean**2 / variance + np.log(variance)).sum(-1).ravel()
        square = pixels**2 @ inverse.T - 2 * pixels @ cross.T + constant
        density = -0.5 * square.reshape(len(pixels), *mean.shape[:2])
        return density + np.log(self.weight[names] + 1e-9)

    def _maximise(self, chosen):
        """Fits the Gaussians of each ingredient to what it owns."""
        for code in range(len(self.mean)):
            here = [i for i, names in enumerate(self.owners) if code in names]
            if not here:
                continue
            x = [self.pixels[i] for i in here]
            share = [chosen[i][:, list(self.owners[i]).index(code)] for i in here]
            if code == 0:
                x.append(self.dough)
                share.append(np.full((len(self.dough), COMPONENTS), 1 / COMPONENTS))
            x, share = np.concatenate(x), np.concatenate(share)
            count = share.sum(axis=0)[:, None] + 1e-6
            self.mean[code] = share.T @ x / count
            variance = np.maximum(share.T @ x**2 / count - self.mean[code] ** 2, 0)
            self.variance[code] = (count * variance + 60 * 0.4) / (count + 60)
            self.weight[code] = (count[:, 0] + 5) / (count[:, 0] + 5).sum()

    def _blur(self, i, share):
        """Mean of the owners around each pixel of the filling."""
        inside, sigma = self.filling[i], 0.9 * self.scale
        full = np.zeros((*inside.shape, share.shape[1]), "float32")
        full[inside] = share
        weight = gaussian_filter(inside.astype("float32"), sigma)[inside]
        blurred = gaussian_filter(full, (sigma, sigma, 0))[inside]
        return blurred / weight[:, None]


def _softmax(x):
    x = np.exp(x - x.max(axis=1, keepdims=True))
    return x / x.sum(axis=1, keepdims=True)
