"""720 pictures of a photo: turned, mirrored, resumed."""

import errno

import numpy as np
import pytest
from conftest import contents, fail, run
from PIL import Image, ImageDraw

import augment
import utils
from lab import pictures
from menus.files import read_menu
from owners import maps
from training.psnr import psnr


@pytest.fixture
def photo(menu):
    return pictures.read_photo(menu / "photos/ham.png")


def test_number_0_is_the_photo_plainly_reduced(photo):
    made = augment.augment(photo, 16, 8, mirror=True)
    assert made.shape == (16, 16, 16, 3)
    plain = photo.resize((16, 16), Image.Resampling.LANCZOS)
    assert np.array_equal(made[0], np.asarray(plain))


def waves(y, x):
    bands = np.sin(x / 10), np.sin((x + y) / 10), np.sin(x / 10) * np.sin(y / 10)
    return 127.5 + 127.5 * np.stack(bands, axis=-1)


def test_turns_truly_and_replicates_the_border():
    y, x = np.mgrid[0:40, 0:40] - 19.5
    pixels = np.rint(waves(y, x)).astype("uint8")
    for degrees in (1, 30, 200.5):
        c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
        truth = waves(s * x + c * y, c * x - s * y)[12:-12, 12:-12]
        plain = Image.fromarray(pixels).rotate(degrees, Image.Resampling.BICUBIC)
        ours, pillows = (
            np.abs(np.asarray(turned)[12:-12, 12:-12] - truth)
            for turned in (pictures.turn(pixels, degrees), plain)
        )
        assert ours.max() <= 2 and ours.mean() < pillows.mean()
    red = np.full((20, 20, 3), (255, 0, 0), np.uint8)
    assert np.array_equal(np.asarray(pictures.turn(red, 45)), red)


def test_large_photos_are_reduced_before_they_are_turned(photo, monkeypatch):
    monkeypatch.setattr(augment, "DETAIL", 16 * photo.width)
    whole = augment.augment(photo, 8, 8, mirror=False)
    monkeypatch.setattr(augment, "DETAIL", 3)
    sides, turns = [], pictures.turns

    def noted(pixels, degrees):
        sides.append(len(pixels))
        return turns(pixels, degrees)

    monkeypatch.setattr(pictures, "turns", noted)
    made = augment.augment(photo, 8, 8, mirror=False)
    assert sides == [24]
    assert np.array_equal(made[0], whole[0])
    assert psnr(made, whole).min() > 30


def test_quarter_turns_move_whole_pixels_and_mirrors_reverse_them(photo):
    made = augment.augment(photo, 16, 8, mirror=True)
    assert np.array_equal(made[2], np.rot90(made[0]))
    assert np.array_equal(made[7], np.rot90(made[1], 3))
    assert np.array_equal(made[8:], made[:8, :, ::-1])
    directly = pictures.shrink(pictures.turn(np.asarray(photo), 135), 16)
    assert np.abs(made[3].astype(int) - directly).max() <= 4  # of 255: rounding


def test_angles_that_are_no_multiple_of_four(photo):
    made = augment.augment(photo, 16, 3, mirror=False)
    assert made.shape == (3, 16, 16, 3)
    directly = pictures.shrink(pictures.turn(np.asarray(photo), 120), 16)
    assert np.array_equal(made[1], directly)


def test_crops_to_the_centre(tmp_path):
    wide = np.zeros((38, 71, 3), np.uint8)
    wide[:, 16:54] = 200
    Image.fromarray(wide).save(tmp_path / "wide.png")
    cropped = np.asarray(pictures.read_photo(tmp_path / "wide.png"))
    assert cropped.shape == (38, 38, 3)
    assert (cropped == 200).all()


def test_a_pizza_off_the_centre_is_moved_there_and_told(menu, monkeypatch, capsys):
    pizza = Image.open(menu / "photos/ham.png")
    photo = Image.new("RGB", (100, 80), "dimgrey")
    mask = Image.new("L", pizza.size)
    ImageDraw.Draw(mask).ellipse((2, 2, 37, 37), 255)
    photo.paste(pizza, (55, 5), mask)
    photo.save(menu / "photos/ham.png")
    settings = {"MENU": str(menu), "IMAGE_SIZE": 16, "ANGLES": 1}
    for name, value in settings.items():
        monkeypatch.setattr(augment, name, value)
    augment.main()
    printed = capsys.readouterr().out
    assert "ham.png: cropped to the pizza found at 7" in printed
    assert printed.count("cropped") == 1 and "centre in a column crop" in printed
    ours = np.load(menu / "augmented_16/images.npy")[2].astype(int)
    brown = np.abs(ours - (210, 105, 30)).sum(-1) < 60
    assert brown[8, 1:4].any() and brown[8, 12:15].any()
    found = maps.read_square(read_menu(menu), 1)
    rows = (menu / "menu.csv").read_text().splitlines()
    crops = ["crop", "", "centre", "disc"]
    lines = [f"{row},{crop}" for row, crop in zip(rows, crops, strict=True)]
    (menu / "menu.csv").write_text("\n".join(lines))
    augment.main()
    assert "cropped" not in capsys.readouterr().out
    plain = np.load(menu / "augmented_16/images.npy")[2]
    centre = photo.crop((10, 0, 90, 80))
    assert np.array_equal(plain, pictures.shrink(centre, 16))
    mapped = maps.read_square(read_menu(menu), 1)  # what `toppings.py` looks at
    assert np.array_equal(pictures.to_uint8(mapped), pictures.shrink(centre, 96))
    assert not np.array_equal(mapped, found)


def test_the_script_writes_a_mapped_array(menu, tmp_path):
    arguments = ["--menu=data/toy", "--image-size=16"]
    run("augment.py", *arguments, cwd=tmp_path)
    images = np.load(menu / "augmented_16/images.npy", mmap_mode="r")
    assert images.shape == (3 * 720, 16, 16, 3)
    pizza = np.load(menu / "augmented_16/pizza.npy")
    assert (np.bincount(pizza) == 720).all()
    assert "up to date" in run("augment.py", *arguments, cwd=tmp_path)

    Image.new("RGB", (30, 30), "red").save(menu / "photos/ham.png")
    run("augment.py", *arguments, cwd=tmp_path)  # a new photo is noticed
    assert np.load(menu / "augmented_16/images.npy")[720].tolist()[0][0] == [255, 0, 0]


@pytest.fixture
def augmented(menu, monkeypatch, capsys):
    """Runs the script in this process; returns its folder and what it printed."""
    for name, value in {"MENU": str(menu), "IMAGE_SIZE": 8, "ANGLES": 4}.items():
        monkeypatch.setattr(augment, name, value)

    def run():
        augment.main()
        return menu / "augmented_8", capsys.readouterr().out

    return run


def test_what_no_longer_fits_or_is_damaged_is_made_anew(menu, augmented):
    folder, _ = augmented()
    whole = contents(folder)
    for name in whole:
        assert "up to date" in augmented()[1]
        path = folder / name
        path.write_bytes(path.read_bytes()[:-20])
        assert "8 pictures of each of 3 photos" in augmented()[1]
        assert contents(folder) == whole
    rows = (menu / "menu.csv").read_text().splitlines()
    (menu / "menu.csv").write_text("\n".join([rows[0], rows[3], rows[1], rows[2]]))
    assert "up to date" not in augmented()[1]
    sorted_anew = np.load(folder / "images.npy")
    (menu / "menu.csv").write_text("\n".join(rows))
    augmented()
    assert np.array_equal(np.roll(np.load(folder / "images.npy"), 8, 0), sorted_anew)


def test_a_full_disk_is_found_before_a_photo_is_turned(menu, augmented, monkeypatch):
    def refuse(path, size):
        assert size > 3 * 8 * 8 * 8 * 3
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(utils, "claim_room", refuse)
    before = contents(menu)
    with pytest.raises(utils.InputError, match="expected room for 0 MB.*No space left"):
        augmented()
    assert contents(menu) == before


def test_a_broken_off_run_goes_on(menu, tmp_path, monkeypatch):
    settings = {"MENU": str(menu), "IMAGE_SIZE": 16, "ANGLES": 8}
    for name, value in settings.items():
        monkeypatch.setattr(augment, name, value)
    whole = augment.augment_row
    begun = []

    def breaks(menu, images, i):
        begun.append(i)
        if i == 2 and len(begun) == 3:
            raise KeyboardInterrupt
        whole(menu, images, i)

    monkeypatch.setattr(augment, "augment_row", breaks)
    with pytest.raises(KeyboardInterrupt):
        augment.main()
    assert not (menu / "augmented_16").exists()
    augment.main()
    assert begun in ([0, 1, 2, 2], [1, 0, 2, 2])
    resumed = np.load(menu / "augmented_16/images.npy")
    photo = pictures.read_photo(menu / "photos/olives.png")
    assert np.array_equal(resumed[32:], augment.augment(photo, 16, 8, mirror=True))
    assert not (menu / "augmented_16/done").exists()


@pytest.mark.parametrize(
    "content", [b"", b"<html>", b"\x89PNG\r\n\x1a\n" + b"\0" * 50], ids=repr
)
def test_refuses_what_is_no_picture(menu, tmp_path, content):
    (menu / "photos/ham.png").write_bytes(content)
    line = fail("augment.py", "--menu=data/toy", "--image-size=16", cwd=tmp_path)
    assert "row 3" in line
    assert "photos/ham.png: expected a whole picture" in line


def test_refuses_a_picture_cut_short(menu, tmp_path):
    path = menu / "photos/ham.png"
    path.write_bytes(path.read_bytes()[:-100])
    line = fail("augment.py", "--menu=data/toy", cwd=tmp_path)
    assert "photos/ham.png: expected a whole picture" in line


def test_reads_turned_and_transparent_photos(tmp_path):
    image = Image.new("RGBA", (8, 8), (0, 0, 0, 0))
    image.save(tmp_path / "clear.png")
    assert (np.asarray(pictures.read_photo(tmp_path / "clear.png")) == 255).all()
    left_dark = Image.fromarray(np.repeat([[0] * 4 + [255] * 4], 8, 0).astype(np.uint8))
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned a quarter clockwise
    left_dark.save(tmp_path / "turned.png", exif=exif)
    upright = np.asarray(pictures.read_photo(tmp_path / "turned.png"))[..., 0]
    assert (upright[0] == 0).all() and (upright[-1] == 255).all()
    with pytest.raises(utils.InputError, match="expected a whole picture"):
        pictures.read_photo(tmp_path / "none.png")
