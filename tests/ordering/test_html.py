"""What the page says in HTML, to eyes and to screen readers."""

from PIL import Image

from ordering import html


def test_a_caption_is_read_once():
    row = html.row([Image.new("RGB", (2, 2))] * 2, ["number 3", "<number 4>"])
    assert row.count("number 3") == 1
    assert row.count("&lt;number 4&gt;") == 1
    assert row.count('alt=""') == 2


def test_news_are_announced():
    assert html.news("2 <ham>") == '<p role="status">2 &lt;ham&gt;</p>'
