"""What each remedy of `cvae_gan.py` is worth: one left out, or put in, at a time.

    python judge.py --image-size=32       # once
    python -m benchmarks.cvae_gan_ablation --menu=data/sample

Each row is trained for the same minutes, from several seeds, and measured by
`evaluate.py`. Where other work shares the machine, `--minutes=0 --given=--steps=3000`
compares equal steps instead. Takes the finished runs of these settings below `temp/`,
goes on with what was broken off, and trains what is missing. Writes
`temp/cvae_gan_ablation-<menu>-<size>.md` and `.csv`.
"""

import experiments
import settings
import utils

# data
MENU = "data/sample"  # menu folder, augmented at IMAGE_SIZE
IMAGE_SIZE = 32  # pixels: four times the steps of 64 in the same time

# training
ROWS = ""  # names of rows, with commas; empty for all
MINUTES = 10.0  # each; 0 for as many steps as the script's default
SEEDS = 2  # trainings of each row
GIVEN = ""  # settings of `cvae_gan.py` for all rows, such as "--width=0.5"

# measurement
SAMPLES = 1000  # pictures that each run draws, see evaluate.py

SETTINGS = settings.read_settings(
    globals(),
    IMAGE_SIZE=settings.multiple_of(8),
    MINUTES=settings.between(0, 10_000),
    SEEDS=settings.at_least(1),
    SAMPLES=settings.at_least(50),
)

VARIANTS = {
    "all": "cvae_gan.py",
    "no wrong recipes": "cvae_gan.py --wrong-recipes=0",
    "classifier asked": "cvae_gan.py --asked=1",
    "classifier's features": "cvae_gan.py --c-features=1",
    "no warm-up": "cvae_gan.py --warm-up=0",
    "not turned": "cvae_gan.py --turned=no",
    "no penalty": "cvae_gan.py --penalty=0",
    "KL 0.3": "cvae_gan.py --kl=0.3",
    "encoder sees every photo": "cvae_gan.py --encoded=1",
    "adversarial loss of the article": "cvae_gan.py --loss=article",
}


def main():
    experiments.tabulate(VARIANTS, SETTINGS)


if __name__ == "__main__":
    utils.run(main)
