"""Maps are turned as photos are."""

import numpy as np
from PIL import Image

import augment
from owners.turned import FINER, turn_labels

SIZE = 16


def test_labels_turn_with_the_photo():
    large = np.zeros((FINER * SIZE, FINER * SIZE), "uint8")
    large[4:20, 10:30], large[25:40, 6:16] = 1, 2
    colours = np.array([[0, 0, 0], [255, 0, 0], [0, 255, 0]], "uint8")
    photo = Image.fromarray(colours[large])
    pictures = augment.augment(photo, SIZE, 12, mirror=True)
    labels = turn_labels(large, 12, mirror=True, table=0)
    assert labels.shape == (24, SIZE, SIZE)
    for picture, label in zip(pictures, labels, strict=True):
        sure = picture.max(axis=-1) > 200  # not where two owners share a pixel
        assert sure.sum() > 30
        assert (picture.argmax(axis=-1)[sure] + 1 == label[sure]).mean() > 0.97


def test_what_comes_in_at_the_corners_is_table():
    labels = turn_labels(np.zeros((FINER * SIZE, FINER * SIZE), "uint8"), 8, False, 9)
    assert labels[1][0, 0] == 9 and labels[1][8, 8] == 0
