"""Losses of logits, the gradient penalty, and accuracy."""

import numpy as np
import pytest

from training import adversarial


@pytest.mark.backends
def test_losses_of_logits():
    real, fake = np.array([[2.0], [0.0]]), np.array([[-1.0], [1.0]])

    def softplus(x):
        return np.log1p(np.exp(x))

    pairs = softplus(fake - real).mean()
    assert float(adversarial.DiscriminatorLoss()(real, fake)) == pytest.approx(pairs)
    pairs = softplus(real - fake).mean()
    assert float(adversarial.GeneratorLoss()(real, fake)) == pytest.approx(pairs)
    both = (softplus(-real).mean() + softplus(fake).mean()) / 2
    assert float(adversarial.DiscriminatorLoss(False)(real, fake)) == pytest.approx(
        both
    )
    alone = softplus(-fake).mean()
    assert float(adversarial.GeneratorLoss(False)(real, fake)) == pytest.approx(alone)


@pytest.mark.backends
def test_the_penalty_estimates_the_squared_gradient():
    rng = np.random.default_rng(0)
    gradient = rng.standard_normal(50)
    x = rng.standard_normal((4000, 50))
    noisy = x + 0.05 * rng.standard_normal(x.shape)
    penalty = adversarial.GradientPenalty(0.05)(x @ gradient, noisy @ gradient)
    assert float(penalty) == pytest.approx((gradient**2).sum(), rel=0.1)


@pytest.mark.backends
def test_accuracy_by_threshold():
    real, fake = np.array([3.0, 3.0, 1.0, 1.0]), np.array([0.0, 0.0, 0.0, 2.5])
    shares = adversarial.Accuracy(relativistic=True)(real, fake)  # the threshold is 1.3
    assert [float(share) for share in shares] == [0.5, 0.75]
    shares = adversarial.Accuracy(relativistic=False)(real, fake)
    assert [float(share) for share in shares] == [1.0, 0.0]
