"""Peak signal-to-noise ratio against its formula."""

import numpy as np
import pytest

from training.psnr import psnr


@pytest.mark.backends
def test_psnr_by_hand():
    reference = np.zeros((3, 4, 4, 3), "uint8")
    pictures = reference + np.array([255, 51, 0], "uint8").reshape(3, 1, 1, 1)
    pictures[1, 2:] = 0  # half of it is as it should be
    expected = [0, 20 * np.log10(5) + 10 * np.log10(2), np.inf]
    np.testing.assert_allclose(psnr(pictures, reference), expected, atol=1e-5)
    np.testing.assert_allclose(psnr(reference, pictures), expected, atol=1e-5)
