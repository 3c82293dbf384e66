"""The article's networks and losses in PyTorch, trained as its tutorials train.

Twins of the networks in `methods.py`, with as many parameters. Each `train_` function
prepares a training on the same batches, with a fused Adam and by default with pictures
channels-last in memory, and returns a function that trains so many steps.
"""

from collections.abc import Callable

import torch
from torch import nn
from torch.nn import functional as F

from benchmarks.article_loops import (
    DISCRIMINATOR_LEARNING_RATE,
    LATENT_DIM,
    LEARNING_RATE,
)
from benchmarks.methods import SIZE
from training.batches import Batches


class Encoder(nn.Module):
    """Photo in 0..1 and recipe -> z_mean, z_log_var; of CVAE and CVAE+GAN alike."""

    def __init__(self):
        super().__init__()
        self.first = nn.LazyConv2d(32, 3, padding=1)
        self.second = nn.LazyConv2d(16, 3, padding=1)
        self.dense = nn.LazyLinear(1024)
        self.heads = nn.ModuleList(nn.LazyLinear(LATENT_DIM) for _ in range(2))

    def forward(self, photo, recipe):
        x = F.relu(self.first(2 * photo - 1))
        flat = recipe.flatten(1)
        filled = flat.repeat(1, -(-SIZE * SIZE // flat.shape[1]))[:, : SIZE * SIZE]
        x = torch.cat([x, filled.view(-1, 1, SIZE, SIZE)], 1)
        x = F.relu(self.second(F.max_pool2d(x, 2)))
        x = F.relu(self.dense(F.max_pool2d(x, 2).flatten(1)))
        return [head(x) for head in self.heads]


class Decoder(nn.Module):
    """The CVAE's: z and recipe -> logits of the picture's values."""

    def __init__(self):
        super().__init__()
        self.dense = nn.Sequential(
            nn.LazyLinear(1024),
            nn.LazyLinear((SIZE // 4) ** 2 * 16),
            nn.Unflatten(1, (16, SIZE // 4, SIZE // 4)),
        )
        self.convolutions = nn.Sequential(
            nn.LazyConv2d(16, 3, padding=1),
            nn.ReLU(),
            nn.Upsample(scale_factor=2),
            nn.LazyConv2d(32, 3, padding=1),
            nn.ReLU(),
            nn.Upsample(scale_factor=2),
            nn.LazyConv2d(3, 3, padding=1),
        )

    def forward(self, z, recipe):
        return self.convolutions(self.dense(torch.cat([z, recipe.flatten(1)], 1)))


class Generator(nn.Module):
    """z and, if it is conditional, a recipe -> picture in 0..1.

    Args:
        channels: of the map that the dense layer makes.
        filters: of the transposed convolutions; each doubles the map's side.
    """

    def __init__(self, channels: int, filters: tuple[int, ...]):
        super().__init__()
        side = SIZE // 2 ** len(filters)
        parts = [nn.LazyLinear(channels * side * side), nn.ReLU()]
        parts.append(nn.Unflatten(1, (channels, side, side)))
        for f in filters:
            up = nn.LazyConvTranspose2d(f, 5, 2, padding=2, output_padding=1)
            parts += [up, nn.ReLU()]
        self.parts = nn.Sequential(*parts, nn.LazyConv2d(3, 5, padding=2), nn.Tanh())

    def forward(self, z, recipe=None):
        x = z if recipe is None else torch.cat([z, recipe.flatten(1)], 1)
        return 0.5 * self.parts(x) + 0.5


class ConvNet(nn.Module):
    """A discriminator or classifier: picture in 0..1 -> features and logits.

    Args:
        filters_and_kernels: of the convolutions; each halves the map's side.
        *dense: layers behind the features.
    """

    def __init__(self, filters_and_kernels, *dense: nn.Module):
        super().__init__()
        parts = [Signed()]
        for filters, kernel in filters_and_kernels:
            parts.append(nn.LazyConv2d(filters, kernel, padding=kernel // 2))
            parts += [nn.LeakyReLU(0.3), nn.MaxPool2d(2)]
        self.features = nn.Sequential(*parts, nn.Flatten())
        self.dense = nn.Sequential(*dense)

    def forward(self, picture):
        features = self.features(picture)
        return features, self.dense(features)

    def compile(self):
        self.features.compile()  # some losses call the features alone
        self.dense.compile()


class Signed(nn.Module):
    """Values 0..1 -> -1..1."""

    def forward(self, picture):
        return 2 * picture - 1


def build_cvae(recipe_shape) -> list[nn.Module]:
    photo, recipe, z = _examples(recipe_shape)
    return [_initialised(Encoder(), photo, recipe), _initialised(Decoder(), z, recipe)]


def build_gan(recipe_shape, width: float = 1.0) -> list[nn.Module]:
    photo, _, z = _examples(recipe_shape)
    filters = tuple(int(f * width) for f in (256, 128, 64))
    convolutions = [(int(f * width), 5) for f in (128, 256, 512)]
    dense = nn.LazyLinear(int(2048 * width)), nn.LeakyReLU(0.3), nn.LazyLinear(1)
    return [
        _initialised(Generator(filters[0], filters), z),
        _initialised(ConvNet(convolutions, *dense), photo),
    ]


def build_cvae_gan(recipe_shape) -> list[nn.Module]:
    photo, recipe, z = _examples(recipe_shape)
    discriminator = ConvNet(((256, 7), (128, 5), (64, 3)), nn.LazyLinear(1))
    dense = nn.LazyLinear(2048), nn.ReLU(), nn.LazyLinear(recipe[0].numel())
    classifier = ConvNet(((128, 7), (256, 5), (512, 3)), *dense)
    return [
        _initialised(Encoder(), photo, recipe),
        _initialised(Generator(64, (64, 32)), z, recipe),
        _initialised(discriminator, photo),
        _initialised(classifier, photo),
    ]


def _examples(recipe_shape):
    photo, recipe = torch.zeros(1, 3, SIZE, SIZE), torch.zeros(1, *recipe_shape)
    return photo, recipe, torch.zeros(1, LATENT_DIM)


def _initialised(network: nn.Module, *inputs) -> nn.Module:
    network(*inputs)  # lazy layers take their sizes from the first inputs
    return network


def train_cvae(networks: list[nn.Module], batches: Batches, **options):
    encoder, decoder = networks

    def losses(photo, recipe):
        z_mean, z_log_var = encoder(photo, recipe)
        logits = decoder(_sampled(z_mean, z_log_var), recipe)
        p = torch.sigmoid(logits).clamp(1e-7, 1 - 1e-7)
        target = 2 * photo - 1
        nats = -(target * p.log() + (1 - target) * (1 - p).log())
        return 0.5 * (nats.mean() + _kl(z_mean, z_log_var) / photo[0].numel())

    return _train(networks, losses, batches, **options)


def train_gan(networks: list[nn.Module], batches: Batches, **options):
    generator, discriminator = networks

    def losses(photo, recipe):
        fake = generator(_uniform(len(photo)))
        _, logits = discriminator(torch.cat([photo, fake.detach()]))
        real_logits, fake_logits = logits.chunk(2)
        d_loss = 0.5 * (F.softplus(-real_logits) + F.softplus(fake_logits)).mean()
        with _Frozen(discriminator):
            g_loss = F.softplus(-discriminator(fake)[1]).mean()
        return d_loss + g_loss

    rates = LEARNING_RATE, DISCRIMINATOR_LEARNING_RATE
    return _train(networks, losses, batches, rates, **options)


def train_cvae_gan(networks: list[nn.Module], batches: Batches, **options):
    encoder, generator, discriminator, classifier = networks

    def losses(photo, recipe):
        z_mean, z_log_var = encoder(photo, recipe)
        reconstructed = generator(_sampled(z_mean, z_log_var), recipe)
        fake = torch.cat([reconstructed, generator(_uniform(len(photo)), recipe)])
        d_features, logits = discriminator(torch.cat([photo, fake.detach()]))
        c_features, class_logits = classifier(photo)
        real_logits, *fake_logits = logits.chunk(3)
        d_loss = (F.softplus(-real_logits) + sum(map(F.softplus, fake_logits))).mean()
        c_loss = -(recipe.flatten(1) * class_logits.log_softmax(1)).sum(1).mean()
        total = d_loss + c_loss + _kl(z_mean, z_log_var) / z_mean[0].numel()
        total = total + F.mse_loss(2 * reconstructed - 1, 2 * photo - 1)
        real_features = {discriminator: d_features.chunk(3)[0], classifier: c_features}
        for network, real in real_features.items():
            real = real.detach()
            with _Frozen(network):
                reconstructed, sampled = network.features(fake).chunk(2)
            total = total + F.mse_loss(reconstructed, real)
            total = total + 0.5 * F.mse_loss(sampled.mean(0), real.mean(0))
        return total

    return _train(networks, losses, batches, **options)


def _sampled(z_mean, z_log_var):
    return z_mean + (0.5 * z_log_var).exp() * torch.randn_like(z_mean)


def _kl(z_mean, z_log_var):
    nats = -0.5 * (1 + z_log_var - z_mean.square() - z_log_var.exp())
    return nats.sum(1).mean()


def _uniform(pictures: int):
    return torch.rand(pictures, LATENT_DIM) * 2 - 1


class _Frozen:
    """Holds a network's weights while a loss passes through it."""

    def __init__(self, network: nn.Module):
        self.network = network

    def __enter__(self):
        self.network.requires_grad_(False)

    def __exit__(self, *_):
        self.network.requires_grad_(True)


def _train(
    networks: list[nn.Module],
    losses: Callable,
    batches: Batches,
    rates=None,
    channels_last: bool = True,
    compiled: bool = False,
) -> Callable[[int], None]:
    layout = torch.channels_last if channels_last else torch.contiguous_format
    for network in networks:
        network.to(memory_format=layout)
        if compiled:
            network.compile()
    rates = rates or [LEARNING_RATE] * len(networks)
    groups = [
        {"params": list(network.parameters()), "lr": rate}
        for network, rate in zip(networks, rates, strict=True)
    ]
    adam = torch.optim.Adam(groups, fused=True)

    def train(steps):
        for i in range(steps):
            batch = batches[i][0]
            photo = torch.from_numpy(batch["photo"]).permute(0, 3, 1, 2)
            photo = photo.to(torch.float32, memory_format=layout) / 255
            adam.zero_grad(set_to_none=True)
            losses(photo, torch.from_numpy(batch["recipe"])).backward()
            adam.step()

    return train
