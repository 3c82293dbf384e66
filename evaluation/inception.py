"""Features of InceptionV3, trained on ImageNet: those that most papers use.

The weights are Keras' own, so distances are not comparable with published ones.
"""

import numpy as np

from utils import InputError


def load_inception():
    """Loads the network, downloaded on first use.

    Returns:
        A function from uint8 pictures `(n, size, size, 3)` to features `(n, 2048)`.

    Raises:
        InputError: it cannot be downloaded.
    """
    import keras
    from keras import layers

    try:
        network = keras.applications.InceptionV3(include_top=False, pooling="avg")
    except Exception as error:  # Keras raises a bare one if a download fails
        raise InputError(
            f"InceptionV3: expected a download. Received: {str(error).splitlines()[0]}"
        ) from None
    x = pictures = keras.Input((None, None, 3))
    x = layers.Resizing(299, 299)(x)
    x = layers.Rescaling(1 / 127.5, -1)(x)
    network = keras.Model(pictures, network(x))

    def features(pictures: np.ndarray) -> np.ndarray:
        return network.predict(pictures, batch_size=32, verbose=0)

    return features
