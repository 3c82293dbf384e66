"""Photos of every format and mode, whole or not, with whatever tags."""

import io
import struct
import sys

import numpy as np
import pytest
from PIL import Image
from PIL.TiffImagePlugin import ImageFileDirectory_v2

from lab import photos
from utils import InputError

GREY = np.tile(np.linspace(0, 255, 16).astype(np.uint8), (12, 1))  # 0, 17, 34, ...


def opened(path, image: Image.Image, **options) -> np.ndarray:
    image.save(path, **options)
    photo = photos.open_photo(path)
    assert photo.mode == "RGB"
    return np.asarray(photo)


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("16-bit.png", GREY.astype(np.uint16) * 257),
        ("12-bit.png", GREY.astype(np.uint16) * 16),
        ("8-in-16-bit.png", GREY.astype(np.uint16)),
        ("0-to-1.tif", GREY.astype(np.float32) / 255),
        ("0-to-255.tif", GREY.astype(np.float32)),
        ("minus-1-to-1.tif", GREY.astype(np.float32) / 127.5 - 1),
        ("32-bit.tif", GREY.astype(np.int32) * 257),
        ("own-range.tif", GREY.astype(np.float32) * 1e6),
    ],
)
def test_grey_of_any_depth_by_its_range(tmp_path, name, values):
    shown = opened(tmp_path / name, Image.fromarray(values))
    assert np.abs(shown.astype(int) - GREY[..., None]).max() <= 1


@pytest.mark.parametrize("mode", ["1", "L", "P", "CMYK", "YCbCr", "LAB", "HSV", "F"])
def test_every_mode_shows_the_same_picture(mode):
    half = Image.fromarray(np.repeat([[0] * 8 + [255] * 8], 12, 0).astype(np.uint8))
    shown = np.asarray(photos.to_rgb(half.convert("RGB").convert(mode)))
    assert np.abs(shown.astype(int) - np.asarray(half)[..., None]).max() <= 2


@pytest.mark.parametrize("mode", ["LA", "PA", "RGBA", "P", "RGB"])
def test_what_is_transparent_is_white(tmp_path, mode):
    clear = Image.new("RGBA", (8, 8), (0, 0, 0, 0))
    clear.paste((200, 200, 200, 255), (0, 0, 4, 8))
    options = {}
    if mode in ("P", "RGB"):  # one colour of the palette, or of all, is transparent
        clear = Image.new("RGB", (8, 8), "black")
        clear.paste((200, 200, 200), (0, 0, 4, 8))
        clear = clear.convert("P", palette=Image.Palette.ADAPTIVE).convert(mode)
        black = clear.getpixel((7, 0))
        options["transparency"] = black
    elif mode == "PA":
        shown = photos.to_rgb(clear.convert("PA"))
        assert shown.getpixel((7, 0)) == (255, 255, 255)
        return
    else:
        clear = clear.convert(mode)
    shown = opened(tmp_path / "clear.png", clear, **options)
    assert (shown[:, 4:] == 255).all()
    assert np.abs(shown[:, :4].astype(int) - 200).max() <= 1


def test_values_that_are_no_colours_are_refused(tmp_path):
    path = tmp_path / "holes.tif"
    Image.fromarray(np.array([[np.nan, 1], [0, 1]], np.float32)).save(path)
    with pytest.raises(InputError, match=r"holes\.tif: expected finite values"):
        photos.open_photo(path)


def exif(*tags) -> bytes:
    """A block of EXIF, also such as no camera would write: (tag, type, count, value)"""
    rows = b"".join(
        struct.pack("<HHI4s", tag, kind, count, value)
        for tag, kind, count, value in tags
    )
    return b"Exif\0\0II*\0\x08\0\0\0" + struct.pack("<H", len(tags)) + rows + b"\0" * 4


SIDEWAYS = (0x0112, 3, 1, b"\6")


@pytest.mark.parametrize(
    "tags",
    [
        [SIDEWAYS],
        [SIDEWAYS, (0x8825, 2, 2, b"N")],  # where: text, not a place in the file
        [SIDEWAYS, (0x8825, 4, 1, b"\xff\xff\xff\xff")],
        [SIDEWAYS, (0x8825, 13, 1, b"\x08")],  # of a GPS that is the block itself
        [(0x0100, 2, 3, b"ab"), SIDEWAYS],  # width: text
        [(0x0101, 12, 0, b""), SIDEWAYS],
        [SIDEWAYS, (0x8769, 5, 9, b"\xff\xff\xff\xff")],
    ],
)
@pytest.mark.parametrize("suffix", ["jpg", "png", "webp"])
def test_odd_tags_cost_no_photo_and_no_turn(tmp_path, tags, suffix):
    half = Image.fromarray(np.repeat([[0] * 8 + [255] * 8], 16, 0).astype(np.uint8))
    options = {"exif": exif(*tags), "quality": 95, "lossless": True}
    upright = opened(tmp_path / f"x.{suffix}", half.convert("RGB"), **options)
    assert upright[:7].max() < 20 and upright[-7:].min() > 235


@pytest.mark.parametrize("place", [-5, 7, 2**31 - 1])
@pytest.mark.parametrize("tag", [0x8825, 0x8769])
def test_a_tiff_whose_tags_lead_nowhere_is_read_and_turned(tmp_path, tag, place):
    tags = ImageFileDirectory_v2()
    tags.tagtype[tag], tags[tag], tags[0x0112] = 9, place, 6
    half = Image.fromarray(np.repeat([[0] * 8 + [255] * 8], 16, 0).astype(np.uint8))
    upright = opened(tmp_path / "x.tiff", half.convert("RGB"), tiffinfo=tags)
    assert upright[:7].max() == 0 and upright[-7:].min() == 255


@pytest.mark.parametrize("tag", [(0x0112, 2, 2, b"6"), (0x0112, 3, 1, b"\x63"), None])
def test_an_orientation_that_is_none_turns_nothing(tmp_path, tag):
    block = exif(tag) if tag else b"Exif\0\0nonsense"
    wide = Image.new("RGB", (16, 8), "red")
    assert opened(tmp_path / "x.jpg", wide, exif=block).shape == (8, 16, 3)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "TIFF", "WEBP", "BMP", "AVIF"])
def test_whatever_a_decoder_raises_is_one_line_with_the_name(tmp_path, kind):
    file = io.BytesIO()
    Image.effect_noise((40, 40), 80).convert("RGB").save(file, kind)
    whole, path = file.getvalue(), tmp_path / "x"
    rng = np.random.default_rng(0)
    refused = 0
    for _ in range(60):
        broken = bytearray(whole)
        for place in rng.integers(0, min(len(whole), 300), 4):
            broken[place] = rng.integers(256)
        path.write_bytes(broken[: rng.integers(1, len(whole))])
        try:
            photos.open_photo(path)
        except InputError as error:
            refused += 1
            assert str(error).startswith(f"{path}: expected ")
            assert "Received: " in str(error) and "\n" not in str(error)
    assert refused > 10


def test_an_error_without_words_is_told_by_its_type(tmp_path, monkeypatch):
    def fails(*_):
        raise MemoryError

    Image.new("L", (8, 8)).save(tmp_path / "x.png")
    monkeypatch.setattr(photos, "decode", fails)
    with pytest.raises(InputError, match=r"x\.png: .* Received: MemoryError$"):
        photos.open_photo(tmp_path / "x.png")


@pytest.mark.parametrize(
    "name", ["rgb.jpg", "rgb.png", "palette.png", "16-bit.png", "clear.png"]
)
def test_large_photos_are_reduced(tmp_path, monkeypatch, name):
    half = Image.new("L", (200, 120), 40)
    half.paste(200, (0, 0, 100, 120))
    if name.startswith("16"):
        image = Image.fromarray(np.asarray(half).astype(np.uint16) * 257)
    elif name.startswith("clear"):
        image = Image.merge("LA", (half, Image.new("L", half.size, 255)))
    else:
        image = half.convert("P" if name.startswith("p") else "RGB")
    whole = opened(tmp_path / name, image)
    monkeypatch.setattr(photos, "LARGE", 100 * 60)
    shown = opened(tmp_path / name, image)
    assert whole.shape == (120, 200, 3) and shown.shape == (60, 100, 3)
    assert np.abs(shown.astype(int) - whole[::2, ::2])[:, [0, 40, 60, 99]].max() <= 2


def test_more_than_any_camera_takes_is_refused(tmp_path, monkeypatch):
    path = tmp_path / "x.png"
    Image.new("1", (300, 200)).save(path)
    monkeypatch.setattr(photos, "MOST_PIXELS", 50_000)
    with pytest.raises(InputError, match="at most 50,000 pixels. Received: 300x200"):
        photos.open_photo(path)


def test_heic_is_told_what_to_do(tmp_path, monkeypatch):
    path = tmp_path / "IMG_0001.HEIC"
    path.write_bytes(struct.pack(">I", 24) + b"ftypheic\0\0\0\0mif1heic" + b"\0" * 50)
    monkeypatch.setitem(sys.modules, "pillow_heif", None)  # as if not installed
    with pytest.raises(InputError, match="Received: HEIC; `pip install pillow-heif`"):
        photos.open_photo(path)
