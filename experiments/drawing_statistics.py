"""How photo-like are the drawn pizzas? Statistics of two folders of photos.

    python -m experiments.drawing_statistics --photos=folder/with/real/photos

Both folders hold top views of round pizzas on white. Prints, for each size, the colours
of the filling and of the crust, the share of edge pixels, and the power spectrum of the
brightness in octaves.
"""

# data
DRAWN = "data/sample/photos"  # photos by sample_menu.py
PHOTOS = ""  # photos to compare with; empty for the drawn ones only
SIZES = "32, 64, 114"  # pixels a side to compare at

from lab import settings

settings.read_settings(globals())

from pathlib import Path

import numpy as np

import utils
from lab import pictures

FILLING, CRUST, RADIUS = 0.78, (0.87, 0.96), 0.92  # in radii; radius in half sides
EDGE = 40  # brightness gradient of an edge, of 255 a pixel


def read_photos(folder: str, size: int) -> np.ndarray:
    files = sorted(p for p in Path(folder).glob("*") if not p.name.startswith("."))
    if not files:
        raise utils.InputError(f"expected a folder of photos. Received: {folder!r}")
    return np.stack([pictures.shrink(pictures.read_photo(f), size) for f in files])


def measure(photos: np.ndarray) -> dict[str, np.ndarray]:
    """Statistics of photos `(n, size, size, 3)`, averaged over them."""
    size = photos.shape[1]
    axis = (np.arange(size) + 0.5) * 2 / size - 1
    r = np.hypot(*np.meshgrid(axis, axis)) / RADIUS
    filling, crust = r < FILLING, (r > CRUST[0]) & (r < CRUST[1])
    photos = photos.astype("float64")
    grey = photos @ [0.299, 0.587, 0.114]
    slope = np.hypot(*np.gradient(grey, axis=(1, 2)))
    inside, rim = photos[:, filling], photos[:, crust]
    saturation = 1 - inside.min(-1) / np.maximum(inside.max(-1), 1)
    result = {
        "filling, mean RGB": inside.mean((0, 1)),
        "filling, spread RGB": inside.std(1).mean(0),
        "filling, between pizzas": inside.mean(1).std(0),
        "crust, mean RGB": rim.mean((0, 1)),
        "crust, spread RGB": rim.std(1).mean(0),
        "crust, between pizzas": rim.mean(1).std(0),
        "saturation, mean": saturation.mean(),
        "edge pixels, %": 100 * (slope[:, filling] > EDGE).mean(),
    }
    return result | octaves(grey, r)


def octaves(grey: np.ndarray, r: np.ndarray) -> dict[str, float]:
    """Standard deviation of the brightness in octaves of frequency, in the filling."""
    window = np.clip((FILLING - r) / 0.15, 0, 1)
    flat = (grey * window).sum((1, 2), keepdims=True) / window.sum()
    spectrum = np.abs(np.fft.fft2((grey - flat) * window)) ** 2
    spectrum = spectrum.mean(0) / (window**2).sum() / grey[0].size
    frequencies = np.fft.fftfreq(len(r))
    frequency = np.hypot(*np.meshgrid(frequencies, frequencies))
    result = {}
    for period in (2, 4, 8, 16):
        band = (frequency > 1 / (2 * period)) & (frequency <= 1 / period)
        result[f"brightness, {period}-{2 * period} px"] = np.sqrt(spectrum[band].sum())
    return result


def main():
    for size in settings.whole_numbers("SIZES", SIZES):
        columns = [measure(read_photos(f, size)) for f in (DRAWN, PHOTOS) if f]
        print(
            f"\n{size} pixels".ljust(29), "drawn".ljust(16), "photos" if PHOTOS else ""
        )
        for name in columns[0]:
            cells = [
                " ".join(f"{v:4.0f}" for v in np.atleast_1d(c[name])).ljust(16)
                if np.ndim(c[name])
                else f"{c[name]:6.2f}".ljust(16)
                for c in columns
            ]
            print(name.ljust(28), *cells)


if __name__ == "__main__":
    utils.run(main)
