"""What each part of our GANs is worth: one is left out, or added, at a time.

    python judge.py --image-size=32       # once
    python -m experiments.ablation --script=cvae_gan
    python -m experiments.ablation --script=gan

Each row is trained for the same minutes, from several seeds, and measured by
`evaluate.py`. Where other work shares the machine, `--minutes=0 --given=--steps=3000`
compares equal steps instead. Takes the finished runs of these settings below `temp/`,
resumes interrupted ones, and trains what is missing. Writes
`temp/<script>_ablation-<menu>-<size>.md` and `.csv`.
"""

import utils
from experiments import table
from lab import limits, settings

# data
MENU = "data/sample"  # menu folder, augmented at IMAGE_SIZE
IMAGE_SIZE = 32  # pixels: four times the steps of 64 in the same time

# training
SCRIPT = "cvae_gan"  # or "gan"
ROWS = ""  # names of rows, with commas; empty for all
MINUTES = 10.0  # each; 0 for as many steps as the script's default
SEEDS = 2  # trainings of each row
GIVEN = ""  # settings for all rows, such as "--width=0.5"

# measurement
SAMPLES = 1000  # pictures that each run draws, see evaluate.py

SETTINGS = settings.read_settings(globals(), SCRIPT=limits.one_of("cvae_gan", "gan"))

VARIANTS = {
    "cvae_gan": {
        "all": "cvae_gan.py",
        "no wrong recipes": "cvae_gan.py --wrong-recipes=0",
        "no warm-up": "cvae_gan.py --warm-up=0",
        "not turned": "cvae_gan.py --augment-d=no",
        "no penalty": "cvae_gan.py --r1-r2-weight=0",
        "KL weight 0.3": "cvae_gan.py --kl-weight=0.3",
        "encoder sees every photo": "cvae_gan.py --encode-one-in=1",
        "adversarial loss of the article": "cvae_gan.py --loss=article",
        "no averaged generator": "cvae_gan.py --ema-momentum=0",
        "updates not clipped": "cvae_gan.py --clip-updates=no",
        "pixels of samples not compared": "cvae_gan.py --sample-pixels=0",
        "no recombined pizzas": "cvae_gan.py --recombined=0",
    },
    "gan": {
        "all": "gan.py",
        "no wrong recipes": "gan.py --wrong-recipes=0",
        "not turned": "gan.py --augment-d=no",
        "no penalty": "gan.py --r1-r2-weight=0",
        "adversarial loss of the article": "gan.py --loss=article",
        "no averaged generator": "gan.py --ema-momentum=0",
        "Adam with momentum 0.5": "gan.py --beta-1=0.5",
        "updates not clipped": "gan.py --clip-updates=no",
        "the article's networks": "gan.py --networks=article --width=0.25",
    },
}


def main():
    table.tabulate(VARIANTS[SCRIPT], SETTINGS, f"{SCRIPT}_ablation")


if __name__ == "__main__":
    utils.run(main)
