"""Sheets and learning curves."""

import numpy as np
import pytest
from matplotlib.figure import Figure
from PIL import Image

from lab import pictures, text

GREY = np.full((32, 32, 3), 128, np.uint8)
NAMES = ["Итальянская", "Мексиканская с острым перцем", "Чизбургер-пицца", "A"]


def test_titles_of_columns_keep_apart():
    sheet = pictures.sheet([[GREY] * 4], column_captions=NAMES)
    pixels = np.asarray(sheet)
    column = text.longest_word(NAMES) + pictures.GAP
    assert sheet.width == 4 * (column + 2) + 2
    for x in range(5):
        between = x * (column + 2)
        assert (pixels[:, between : between + 3] == 255).all()
    shown = (pixels[pictures.TOP :] == 128).all(-1)
    assert shown.sum() == 4 * 64 * 64 and shown[2].sum() == 4 * 64


def test_captions_of_any_length_are_shown_whole():
    names = ["x" * 60, "short", ", ".join(["ingredient"] * 40)]
    sheet = pictures.sheet([[GREY]] * 3, names, ["to " + names[2]])
    pixels = np.asarray(sheet)
    left = text.width(names[0]) + 8
    assert sheet.width == left + 2 + max(64, text.width("ingredient,") + 8) + 2
    lines = len(text.wrap("to " + names[2], text.width("ingredient,")))
    rows = np.flatnonzero((pixels == 128).all(-1).any(1))
    assert rows[0] == lines * text.LINE + 2
    assert (pixels[:, left - 1 : left + 2] == 255).all()
    assert sheet.height - rows[-1] > 2  # the last row is as high as its caption


def test_pictures_as_large_as_asked_for():
    assert pictures.sheet([[GREY]], least=100).size == (128 + 4, 128 + 4)
    assert pictures.sheet([[GREY]]).size == (64 + 4, 64 + 4)


@pytest.mark.parametrize("caption", ["ham", "x" * 60])
def test_the_gif_shows_the_first_row_wherever_it_is(tmp_path, capsys, caption):
    for epoch, grey in enumerate((50, 200)):
        picture = np.full_like(GREY, grey)
        sheet = pictures.sheet([[picture] * 2] * 2, [caption] * 2, ["z"] * 2)
        pictures.save(sheet, tmp_path / f"samples/{epoch}.png")
    (tmp_path / "samples/damaged.png").write_bytes(b"\x89PNG")
    pictures.save(sheet, tmp_path / "samples/.part-7-2.png")  # of a killed run
    pictures.save_gif(tmp_path / "samples", tmp_path / "x.gif")
    assert "damaged.png: expected a whole sheet" in capsys.readouterr().out
    with Image.open(tmp_path / "x.gif") as gif:
        assert gif.n_frames == 2 and gif.size == (2 * 66 + 2, 68)
        assert gif.convert("RGB").getpixel((3, 3)) == (50, 50, 50)


@pytest.mark.parametrize("epochs", [1, 2, 3, 30])
def test_curves_show_each_epoch(tmp_path, monkeypatch, epochs):
    rows = [f"{i},{1 / i},{i % 2 and 2 / i or ''},9" for i in range(1, epochs + 1)]
    log = tmp_path / "log.csv"
    log.write_text("\n".join(["epoch,loss,val_loss,steps", *rows]) + "\n")
    figures = []
    monkeypatch.setattr(
        Figure, "savefig", lambda figure, path: figures.append(figure) or path.touch()
    )
    pictures.plot_log(log, tmp_path / "log.png")
    axis = figures[0].axes[0]
    assert figures[0].axes[-1].get_xlabel() == "epoch"
    low, high = axis.get_xlim()
    ticks = [tick for tick in axis.get_xticks() if low <= tick <= high]
    assert ticks and all(tick == round(tick) for tick in ticks)
    loss, val_loss = axis.get_lines()
    assert loss.get_xdata().tolist() == list(range(1, epochs + 1))
    assert val_loss.get_xdata().tolist() == list(range(1, epochs + 1, 2))
    assert low < 1 and epochs < high
    if epochs < 3:
        assert loss.get_marker() == "o"
