"""Pictures and words as HTML: pictures inside the page, so that no file is kept."""

import base64
import html
import io

from PIL import Image


def data_url(image: Image.Image) -> str:
    buffer = io.BytesIO()
    image.save(buffer, "PNG", compress_level=1)  # fast: it goes no further than here
    return f"data:image/png;base64,{base64.b64encode(buffer.getvalue()).decode()}"


def picture(image: Image.Image, title: str, name: str) -> str:
    """One picture, and a link to download it.

    Args:
        image: the picture.
        title: what is on it, for those who cannot see it.
        name: of the file to download.
    """
    url, alt = data_url(image), html.escape(title)
    link = f'<a download="{html.escape(name)}" href="{url}">Download the picture</a>'
    return f'<img src="{url}" alt="{alt}">{link}'


def row(images: list[Image.Image], captions: list[str]) -> str:
    """Pictures side by side, each with its caption, which is read aloud once."""
    figures = [
        f'<figure><img src="{data_url(image)}" alt="">'
        f"<figcaption>{html.escape(caption)}</figcaption></figure>"
        for image, caption in zip(images, captions, strict=True)
    ]
    return f'<div class="samples">{"".join(figures)}</div>'


def notes(paragraphs: list[str]) -> str:
    return "".join(f"<p>{html.escape(text)}</p>" for text in paragraphs)


def news(words: str) -> str:
    """What is new on the page, read aloud by screen readers when they are at rest."""
    return f'<p role="status">{html.escape(words)}</p>'


def problem(words: str) -> str:
    """What is wrong, read aloud by screen readers."""
    return f'<p class="problem" role="alert">{html.escape(words)}</p>'


def legend(entries: list[tuple[str, str]]) -> str:
    """Names with squares of their colours."""
    items = [
        f'<li><span style="background:{colour}"></span>{html.escape(name)}</li>'
        for name, colour in entries
    ]
    return f'<ul class="legend">{"".join(items)}</ul>'
