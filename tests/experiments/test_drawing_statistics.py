"""Statistics of two folders of photos."""

from conftest import fail, run
from PIL import Image

from renderer import draw_pizza


def test_statistics_of_two_folders(tmp_path):
    for folder, recipe in (("pale", ["ranch sauce"]), ("red", ["tomato sauce"])):
        (tmp_path / folder).mkdir()
        for seed in range(3):
            photo = Image.fromarray(draw_pizza(recipe, 64, seed))
            photo.save(tmp_path / folder / f"{seed}.png")
    flags = ("--drawn=pale", "--photos=red", "--sizes=32, 64")
    output = run("experiments.drawing_statistics", *flags, cwd=tmp_path)
    lines = [line for line in output.splitlines() if "filling, mean" in line]
    assert len(lines) == 2
    for line in lines:
        red, _, blue, other_red, _, other_blue = map(int, line.split()[-6:])
        assert red - blue < 60 < other_red - other_blue


def test_statistics_of_no_folder(tmp_path):
    line = fail("experiments.drawing_statistics", "--drawn=nowhere", cwd=tmp_path)
    assert "expected a folder of photos. Received: 'nowhere'" in line
