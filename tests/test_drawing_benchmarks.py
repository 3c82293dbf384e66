"""Tests of the benchmark that judges drawings, on a toy budget."""

from conftest import run_benchmark
from PIL import Image

from drawing import draw_pizza


def test_statistics_of_two_folders(tmp_path):
    for folder, recipe in (("pale", ["ranch sauce"]), ("red", ["tomato sauce"])):
        (tmp_path / folder).mkdir()
        for seed in range(3):
            photo = Image.fromarray(draw_pizza(recipe, 64, seed))
            photo.save(tmp_path / folder / f"{seed}.png")
    flags = ("--drawn=pale", "--photos=red", "--sizes=32, 64")
    result = run_benchmark("drawing_statistics", *flags, cwd=tmp_path)
    assert result.returncode == 0, result.stderr
    lines = [line for line in result.stdout.splitlines() if "filling, mean" in line]
    assert len(lines) == 2
    for line in lines:
        red, _, blue, other_red, _, other_blue = map(int, line.split()[-6:])
        assert red - blue < 60 < other_red - other_blue


def test_statistics_of_no_folder(tmp_path):
    result = run_benchmark("drawing_statistics", "--drawn=nowhere", cwd=tmp_path)
    assert result.returncode == 2
    assert "expected a folder of photos. Received: 'nowhere'" in result.stderr
