"""The article's comparison of three CVAEs: two are trained, the third is missing."""

import numpy as np
from conftest import ROOT, make_menu, run, write_run
from PIL import Image

import cvae
from experiments import article
from lab import settings
from menus.menu import read_menu, save_menu
from networks import article as networks


def test_trains_what_is_missing_once(tmp_path):
    menu = read_menu(make_menu(tmp_path / "data/toy", side=16))
    photos = np.stack([np.asarray(Image.open(menu.photo(i))) for i in range(3)])
    recipe = menu.longest, menu.classes
    wanted = {"MENU": "data/toy", "IMAGE_SIZE": 16, "EPOCHS": 1, "BATCH_SIZE": 8}
    for number, way in enumerate(list(article.COMPARED.values())[:2], start=1):
        values = settings.read_script(ROOT / "cvae.py") | wanted | way
        folder = tmp_path / f"temp/cvae/{number:05d}"
        latent_dim, recipe_at = way["LATENT_DIM"], way["RECIPE_AT"]
        encoder = networks.build_encoder(16, recipe, latent_dim, recipe_at)
        decoder = networks.build_decoder(16, recipe, latent_dim)
        write_run(folder, values, encoder, cvae.with_sigmoid(decoder, "elbo"))
        save_menu(folder, menu, photos)

    size = ["--menu=data/toy", "--image-size=16"]
    run("augment.py", *size, "--angles=8", cwd=tmp_path)
    arguments = [*size, "--epochs=1", "--batch-size=8"]
    first = run("experiments.article", *arguments, cwd=tmp_path)
    assert len(list((tmp_path / "temp/cvae").iterdir())) == 3
    assert first.count("dB PSNR") == 3
    sheet = tmp_path / "temp/article-toy-16-elbo.png"
    assert Image.open(sheet).size[1] // 66 >= 4
    again = run("experiments.article", *arguments, cwd=tmp_path)
    assert len(list((tmp_path / "temp/cvae").iterdir())) == 3
    assert again.splitlines() == first.splitlines()[-4:]
