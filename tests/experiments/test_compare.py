"""The three methods on one sheet, of finished runs."""

from conftest import ROOT
from PIL import Image
from toys import build_recipe_generator, write_cvae, write_run

from experiments import compare
from lab.settings import read_script
from menus.files import read_menu


def test_compares_the_methods(place, call):
    menu = read_menu("data/toy")
    generator = build_recipe_generator(16, (menu.longest, menu.classes))
    wanted = {"MENU": "data/toy", "IMAGE_SIZE": 16, "MINUTES": 0.5}
    for script, length in compare.METHODS.items():
        values = read_script(ROOT / f"{script}.py") | wanted
        values[length], folder = compare.ENDLESS, place / f"temp/{script}/00002"
        if script == "cvae":
            write_cvae(folder, values, menu)
        else:
            write_run(folder, values, generator)
    output = call(compare, **wanted)
    for script in compare.METHODS:
        assert f"{script}: temp/{script}/00002\n" in output
    path = output.splitlines()[-1].removeprefix("see ")
    assert Image.open(path).size[0] > (1 + 3 * 5) * 64
