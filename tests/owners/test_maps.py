"""Owner maps: what is written, read, painted over and refused."""

import numpy as np
import pytest
from PIL import Image
from toys import write_maps

from menus.files import read_menu
from owners import maps
from owners.measure import intersection_over_union
from owners.table import disc_radius, find_table
from utils import InputError


def test_maps_are_read_as_written(menu):
    menu = read_menu(menu)
    write_maps(menu)
    found = maps.read_maps(menu)
    assert found.filling == 0.7
    assert found.codes == [[0, 1, 2], [0, 1, 2, 3], [0, 1, 4]]
    full = found.full(1, menu.classes)
    assert full[:, :48, 0].all() and full[:, 48:, 3].all() and full.sum() == 96**2


def test_a_painted_map_is_kept_and_used(menu):
    menu = read_menu(menu)
    write_maps(menu)
    path = maps.folder_of(menu) / "ham.png"
    assert not maps.edited_by_hand(path)
    image = Image.open(path).convert("RGB")
    image.paste(maps.colour_of(2), (0, 0, 96, 10))
    image.save(path)
    painted = path.read_bytes()
    write_maps(menu)
    assert path.read_bytes() == painted and maps.edited_by_hand(path)
    full = maps.read_maps(menu).full(1, menu.classes)
    assert full[:10, :, 2].all() and full[10:, 48:, 3].all()


@pytest.mark.parametrize(
    "change", ["photo", "recipe", "map", "zip", "shape", "record", "filling"]
)
def test_maps_of_something_else_are_refused(menu, change):
    before = read_menu(menu)
    write_maps(before)
    if change == "photo":
        Image.new("RGB", (40, 40)).save(before.photo(1))
    elif change == "recipe":
        text = (menu / "menu.csv").read_text()
        (menu / "menu.csv").write_text(text.replace("mozzarella, ham", "ham"))
    elif change == "map":
        (maps.folder_of(before) / "ham.npz").write_bytes(b"no map")
    elif change == "zip":
        path = maps.folder_of(before) / "ham.npz"
        path.write_bytes(path.read_bytes()[:-20])
    elif change == "shape":
        shares = np.zeros((96, 96, 3), "uint8")
        np.savez(maps.folder_of(before) / "ham.npz", shares=shares)
    elif change == "filling":
        path = maps.folder_of(before) / maps.RECORD
        path.write_text(path.read_text().replace("0.7", '"wide"'))
    else:
        (maps.folder_of(before) / maps.RECORD).write_text("{")
    with pytest.raises(InputError, match="run `python toppings.py --menu="):
        maps.read_maps(read_menu(menu))


def test_the_table_is_told_from_the_disc():
    size = 96
    axis = (np.arange(size) + 0.5) * 2 / size - 1
    radius = np.hypot(axis[:, None], axis[None])
    for table in ([1, 1, 1], [0.3, 0.35, 0.5]):
        photo = np.where((radius < 0.8)[..., None], [0.8, 0.5, 0.2], table)
        shadow = np.where((radius > 0.8) & (radius < 0.9), 0.7, 1)[..., None]
        found = find_table((photo * shadow).astype("float32"))
        assert disc_radius(found < 0.5) == pytest.approx(0.8, abs=0.03)
    nothing = find_table(np.full((size, size, 3), 0.5, "float32"))
    assert disc_radius(nothing < 0.5) == pytest.approx(0.93, abs=0.02)


def test_intersection_over_union_by_hand():
    truth = np.zeros((1, 8, 8), int)
    truth[:, :, 4:] = 1
    found = np.zeros((1, 8, 8), int)
    found[:, :, 6:] = 1
    by_owner, right = intersection_over_union(truth, found)
    inside = np.hypot(*np.meshgrid(*[(np.arange(8) + 0.5) / 4 - 1] * 2)) < 0.75
    half, far = inside[:, 4:].sum(), inside[:, 6:].sum()
    assert by_owner[1] == pytest.approx(far / half)
    assert right == pytest.approx(1 - (half - far) / inside.sum())
