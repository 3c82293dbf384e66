"""Augmentation speed: 720 pictures of each photo, by our code and by plain loops.

    pip install --requirement benchmarks/requirements.txt
    python -m benchmarks.augmentation_speed

A plain loop pads a photo, turns it, crops, reduces and mirrors, picture by picture,
with Pillow or with OpenCV. The article reduced first, which is fast and blurs.
Quality is the PSNR to photos that were enlarged four times, turned and reduced, mean
over some turns of all photos: once reduced by Lanczos' filter, which is sharp, and once
by a box filter, which is OpenCV's. Those references are not rounded to 8 bits; rounding
alone gives 59 dB. Printed is CPU time; all ways take turns, photo by photo.
"""

import time

import utils
from lab import limits, settings
from menus.files import read_menu
from training import backend

# data
MENU = "data/sample"  # menu folder
IMAGE_SIZE = 64  # pixels
PHOTOS = 0  # how many of the menu's photos to take; 0 for all

settings.read_settings(
    globals(), IMAGE_SIZE=limits.between(4, 2048), PHOTOS=limits.at_least(0)
)

try:
    import cv2
except ImportError:
    utils.stop(
        utils.InputError(
            "expected OpenCV. Received: none; run"
            " `pip install --requirement benchmarks/requirements.txt`"
        )
    )
backend.start()

import numpy as np
from PIL import Image, ImageOps

import augment
from lab import pictures
from training.psnr import psnr

ANGLES = 360  # turns of a photo
LOOKED_AT = range(7, ANGLES, 45)  # turns whose quality is measured
FILTERS = {"Lanczos": Image.Resampling.LANCZOS, "box": Image.Resampling.BOX}
FINER = 4  # times as many pixels a side that the reference is turned at


def ours(photo: Image.Image, size: int) -> np.ndarray:
    return augment.augment(photo, size, ANGLES, mirror=True)


def with_pillow(photo: Image.Image, size: int) -> np.ndarray:
    turned, mirrored = [], []
    for degrees in range(ANGLES):
        picture = _turn_with_pillow(photo, degrees)
        picture = picture.resize((size, size), Image.Resampling.LANCZOS)
        turned.append(np.asarray(picture))
        mirrored.append(np.asarray(ImageOps.mirror(picture)))
    return np.stack(turned + mirrored)


def with_opencv(photo: Image.Image, size: int) -> np.ndarray:
    margin = photo.width // 4
    middle = photo.width / 2 + margin - 0.5
    turned, mirrored = [], []
    for degrees in range(ANGLES):
        padded = cv2.copyMakeBorder(
            np.asarray(photo), margin, margin, margin, margin, cv2.BORDER_REPLICATE
        )
        turn = cv2.getRotationMatrix2D((middle, middle), degrees, 1.0)
        whole = cv2.warpAffine(padded, turn, padded.shape[:2], flags=cv2.INTER_CUBIC)
        picture = whole[margin:-margin, margin:-margin]
        picture = cv2.resize(picture, (size, size), interpolation=cv2.INTER_AREA)
        turned.append(picture)
        mirrored.append(cv2.flip(picture, 1))
    return np.stack(turned + mirrored)


def reduced_first(photo: Image.Image, size: int) -> np.ndarray:
    return with_pillow(Image.fromarray(pictures.shrink(photo, size)), size)


def reference(photo: Image.Image, size: int) -> dict[str, np.ndarray]:
    """Turns a photo with as little loss as one can.

    Returns:
        By the name of the filter that reduced them, the pictures looked at, floats.
    """
    side = FINER * photo.width
    large = photo.resize((side, side), Image.Resampling.BICUBIC)
    turned = [_turn_with_pillow(large, degrees) for degrees in LOOKED_AT]
    return {
        name: np.stack([_reduce(picture, size, reducing) for picture in turned])
        for name, reducing in FILTERS.items()
    }


def _reduce(picture: Image.Image, size: int, reducing) -> np.ndarray:
    channels = [channel.convert("F") for channel in picture.split()]
    reduced = [channel.resize((size, size), reducing) for channel in channels]
    return np.clip(np.stack(reduced, axis=-1), 0, 255)


def _turn_with_pillow(photo: Image.Image, degrees: float) -> Image.Image:
    margin = photo.width // 4
    box = margin, margin, margin + photo.width, margin + photo.width
    around = (margin, margin), (margin, margin), (0, 0)
    padded = Image.fromarray(np.pad(np.asarray(photo), around, "edge"))
    return padded.rotate(degrees, Image.Resampling.BICUBIC).crop(box)


WAYS = {
    "ours": ours,
    "Pillow": with_pillow,
    "OpenCV": with_opencv,
    "Pillow, reduced first": reduced_first,
}


def main():
    menu = read_menu(MENU)
    photos = [menu.square(i)[0] for i in range(len(menu.rows))]
    photos = photos[: PHOTOS or None]
    seconds = {way: [] for way in WAYS}
    quality = {(way, name): [] for way in WAYS for name in FILTERS}
    for photo in photos:
        best = reference(photo, IMAGE_SIZE)
        for way, make in WAYS.items():
            began = time.process_time()
            augmented = make(photo, IMAGE_SIZE)
            seconds[way].append(time.process_time() - began)
            for name, perfect in best.items():
                found = psnr(augmented[list(LOOKED_AT)], perfect)
                quality[way, name].append(found)
    count = 2 * ANGLES * len(photos)
    print(f"{count:,} pictures of {len(photos)} photos, {IMAGE_SIZE} pixels\n")
    print(f"{'':22} a CPU second  ours / this  PSNR, dB: Lanczos   box")
    for way, took in seconds.items():
        rate, ratio = count / sum(took), np.median(np.divide(took, seconds["ours"]))
        each = [np.mean(quality[way, name]) for name in FILTERS]
        print(f"{way:22} {rate:12,.0f} {ratio:12.2f} {each[0]:18.1f} {each[1]:5.1f}")


if __name__ == "__main__":
    utils.run(main)
