"""Which method draws better pizzas? The article's and ours, trained and measured.

    python judge.py --image-size=32       # once
    python -m experiments.results --menu=data/sample

Each row is trained by its own script for the same minutes, from several seeds, and
measured by `evaluate.py`. Takes the finished runs of these settings below `temp/`,
resumes interrupted ones, and trains what is missing. Prints means and standard
deviations over the seeds, and writes them to `temp/results-<menu>-<size>.md`, and each
training's figures to the `.csv` of that name; what the first seed's networks draw, to
the `.png`. A training that collapsed is measured as it was last saved: its number of
steps shows it.

The article's rows are its networks, losses and optimizers, see the scripts. Its GAN
learned one pizza and no recipes; here it takes recipes and learns the whole menu, so
that a recipe can be ordered. A CVAE "recombined" also learns from pizzas that were
cooked from pieces of the photos.
"""

from pathlib import Path

import utils
from experiments import table
from lab import pictures, settings
from menus.files import read_menu
from training import backend

# data
MENU = "data/sample"  # menu folder, augmented at IMAGE_SIZE
IMAGE_SIZE = 32  # pixels, as in the article's code

# training
ROWS = ""  # names of rows, with commas; empty for all
# Two are few for the article's large networks; 15 are fairer, and take seven hours.
MINUTES = 2.0  # each; 0 for as many steps or epochs as its script's default
SEEDS = 3  # trainings of each row
GIVEN = ""  # settings for all rows that have them, such as "--sample-every=50"

# measurement
SAMPLES = 1000  # pictures that each run draws, see evaluate.py

SETTINGS = settings.read_settings(globals())

PIZZAS, DRAWN = 5, 2  # on the sheet: pizzas of the menu, and pictures of each by a run
VARIANTS = {
    "article's CVAE way 1": "cvae.py --recipe-at=features --latent-dim=512"
    " --loss=article --batch-size=20",
    "article's CVAE way 2": "cvae.py --recipe-at=pixels --latent-dim=512"
    " --loss=article --batch-size=20",
    "article's CVAE recombined": "cvae.py --recipe-at=pixels --latent-dim=512"
    " --loss=article --batch-size=20 --recombined=0.5",
    "article's GAN with recipes": "gan.py --networks=article --loss=article"
    " --recombined=0 --prior=uniform --r1-r2-weight=0 --wrong-recipes=0 --augment-d=no"
    " --ema-momentum=0 --generator-learning-rate=1e-3"
    " --discriminator-learning-rate=1e-4 --beta-1=0.9 --beta-2=0.999"
    " --clip-updates=no --sample-every=50",  # slow steps, to end in time
    "article's CVAE+GAN": "cvae_gan.py --networks=article --loss=article"
    " --recombined=0 --prior=uniform --kl-weight=1 --pixels=1 --d-features=1"
    " --c-features=1"
    " --d-means=1 --c-means=1 --adversarial=0 --wrong-recipes=0 --r1-r2-weight=0"
    " --warm-up=0 --augment-d=no --ema-momentum=0 --beta-1=0.9 --beta-2=0.999"
    " --clip-updates=no --batch-size=20 --encode-one-in=1"
    " --sample-every=20",  # the same
    "our CVAE": "cvae.py",
    "our CVAE recombined": "cvae.py --recombined=0.5",
    "our GAN": "gan.py",
    "our CVAE+GAN": "cvae_gan.py",
}


def main():
    trainings, path = table.tabulate(VARIANTS, SETTINGS, "results")
    backend.start()  # not before: while others train, this process needs no GPU
    from experiments.side_by_side import side_by_side

    first = trainings[trainings["seed"] == 0]
    chosen = dict(zip(first["row"], map(Path, first["run"]), strict=True))
    menu = read_menu(MENU)
    shown = range(0, len(menu.rows), -(-len(menu.rows) // PIZZAS))
    sheet = side_by_side(menu, chosen, shown, IMAGE_SIZE, DRAWN, table.SEED)
    print(f"see {pictures.save(sheet, path.with_suffix('.png'))}")


if __name__ == "__main__":
    utils.run(main)
