"""The table of what a menu's photos show."""

from conftest import run


def test_the_script_prints_it(menu):
    lines = run("experiments.menu_coverage", f"--menu={menu}", cwd=menu).splitlines()
    assert lines[0].split() == ["photos", "ingredient", "always", "with"]
    assert lines[1].split(maxsplit=2) == ["1", "ham", "mozzarella, tomato sauce"]
    assert lines[4].split() == ["3", "tomato", "sauce", "-"]
    assert lines[5].startswith("3 pizzas of 4 ingredients, rank 3: ")
    assert len(lines) == 6
