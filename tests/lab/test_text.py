"""Words on pictures: broken between words only, in fonts with their letters."""

import numpy as np
import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from PIL import Image, ImageDraw

from lab import text

NAMES = ["Двойная пепперони", "Итальянская", "Чизбургер-пицца", "a b", "", "一二"]


@pytest.fixture
def no_fonts(monkeypatch):
    """As on a system without fonts, where nothing has been told yet."""
    monkeypatch.setattr(text, "_installed", list)
    monkeypatch.setattr(text, "_told", set())
    text._font_with.cache_clear()
    yield
    text._font_with.cache_clear()


def make_font(path, letters):
    """Writes a font in which some letters are black squares."""
    pen = TTGlyphPen(None)
    pen.moveTo((0, 0))
    for corner in ((0, 1000), (1000, 1000), (1000, 0)):
        pen.lineTo(corner)
    pen.closePath()
    empty = TTGlyphPen(None).glyph()
    font = FontBuilder(1000)
    font.setupGlyphOrder([".notdef", "square"])
    font.setupCharacterMap({ord(letter): "square" for letter in letters})
    font.setupGlyf({".notdef": empty, "square": pen.glyph()})
    font.setupHorizontalMetrics({".notdef": (500, 0), "square": (1100, 0)})
    font.setupHorizontalHeader(ascent=1000, descent=0)
    font.setupNameTable({"familyName": "Squares", "styleName": "Regular"})
    font.setupOS2()
    font.setupPost()
    font.save(path)
    return str(path)


def written(words):
    image = Image.new("L", (200, 30), "white")
    text.write(ImageDraw.Draw(image), 2, 2, [words])
    return np.asarray(image)


@pytest.mark.parametrize("most", [20, 64, 120, 1000])
@pytest.mark.parametrize("words", NAMES)
def test_lines_are_as_narrow_as_words_allow(no_fonts, words, most):
    lines = text.wrap(words, most)
    assert "".join(lines).replace(" ", "") == words.replace(" ", "")
    longest = text.longest_word([words])
    assert all(text.width(line) <= max(most, longest) for line in lines)
    assert all(line.strip() == line for line in lines)
    for line, after in zip(lines, lines[1:], strict=False):
        assert line.endswith("-") or f"{line} {after.split()[0]}" in words


def test_a_letter_is_taken_from_a_font_that_has_it(
    no_fonts, tmp_path, monkeypatch, capsys
):
    boxes = written("ハム ham")
    told = capsys.readouterr().err
    assert told.count("\n") == 1 and "no font that is installed" in told
    written("トマト")
    assert capsys.readouterr().err == ""  # once is enough
    text._font_with.cache_clear()
    damaged = tmp_path / "damaged.ttf"
    damaged.write_bytes(b"no font")
    other = make_font(tmp_path / "other.ttf", "ト")
    right = make_font(tmp_path / "right.ttf", "ハム")
    monkeypatch.setattr(text, "_installed", lambda: [str(damaged), other, right])
    squares = written("ハム ham")
    assert capsys.readouterr().err == ""
    assert (squares[3:11, 3:12] < 99).all() and not (boxes[3:11, 3:12] < 99).all()
    assert text.width("ハム") == 24
    assert text.plot_families(["ham", "ハム"]) == ["DejaVu Sans", "Squares"]


def test_marks_and_blanks_need_no_font_of_their_own(no_fonts, capsys):
    for words in ("й", "e\u0301", "a\u00a0b", "❤\ufe0f", "a\u200db"):
        text.width(words)
    assert capsys.readouterr().err == ""
