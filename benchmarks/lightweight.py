"""Trains lightweight-gan, which a user would pick for few photos without recipes.

    python -m benchmarks.lightweight PHOTOS OUTPUT 5,10,20,30 SEED

Trains on a folder of pictures of 64 pixels, by its own defaults but for batches of 8
that are not accumulated, as ours are, and without attention in large feature maps.
After so many minutes of processor time it writes what it draws then,
`OUTPUT/<minutes>.npy`, uint8 `(n, 64, 64, 3)`; drawing does not count. Started by
`benchmarks/quality_over_time.py`.

Liu et al. 2021, "Towards faster and stabilized GAN training for high-fidelity few-shot
image synthesis"; github.com/lucidrains/lightweight-gan.
"""

import importlib.util
import sys
import time
import types
from pathlib import Path

SIZE = 64
DRAWN = 800  # pictures
NAME = "lightweight_gan.lightweight_gan"
# It asks for CUDA in these places only.
ON_CPU = {
    "assert torch.cuda.is_available()": "assert True",
    "torch.device(f'cuda:{self.rank}')": "torch.device('cpu')",
    ".cuda(self.rank)": "",
    "self.cuda(rank)": "self",
}


def load_package() -> types.ModuleType:
    """Imports lightweight-gan; without a GPU as if it did not ask for one."""
    import torch

    if torch.cuda.is_available():
        return importlib.import_module(NAME)
    folder = importlib.util.find_spec("lightweight_gan").submodule_search_locations[0]
    package = types.ModuleType("lightweight_gan")
    package.__path__ = [folder]
    sys.modules["lightweight_gan"] = package  # its __init__ would import the original
    path = Path(folder) / "lightweight_gan.py"
    source = path.read_text()
    for asked, instead in ON_CPU.items():
        source = source.replace(asked, instead)
    module = sys.modules[NAME] = types.ModuleType(NAME)
    exec(compile(source, str(path), "exec"), module.__dict__)
    return module


def draw(trainer):
    """Draws pictures by the generator as it is, uint8 `(n, size, size, 3)`."""
    import torch

    generator = trainer.GAN.G.eval()
    device = next(generator.parameters()).device
    with torch.no_grad():
        drawn = [
            generator(torch.randn(50, trainer.latent_dim, device=device)).clamp(0, 1)
            for _ in range(DRAWN // 50)
        ]
    return (255 * torch.cat(drawn).permute(0, 2, 3, 1).cpu().numpy()).astype("uint8")


def main():
    photos, output = map(Path, sys.argv[1:3])
    minutes, seed = sys.argv[3], int(sys.argv[4])
    import numpy as np
    import torch

    torch.manual_seed(seed)
    trainer = load_package().Trainer(
        name="pizza",
        base_dir=str(output),
        results_dir="results",
        models_dir="models",
        image_size=SIZE,
        batch_size=8,
        gradient_accumulate_every=1,
        attn_res_layers=[],  # with its default, 32, a CPU takes minutes a step
        num_workers=0,
        save_every=10**9,
        evaluate_every=10**9,
        use_aim=False,
    )
    trainer.evaluate = lambda *_, **__: None  # its sheets take minutes on a CPU
    trainer.set_data_src(str(photos))
    not_training = 0.0  # seconds
    for goal in map(float, minutes.split(",")):
        while time.process_time() - not_training < 60 * goal:
            trainer.train()
        trained = time.process_time()
        np.save(output / f"{goal:g}.npy", draw(trainer))
        not_training += time.process_time() - trained
        print(f"{goal:g} CPU minutes: {trainer.steps} steps", flush=True)


if __name__ == "__main__":
    main()
