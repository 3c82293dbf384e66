"""Draws what is chosen, picture by picture, with the networks of one run."""

import threading
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from lab import disc, photos, pictures
from menus.identity import read_menu_of
from menus.menu import Menu
from menus.orders import Order
from ordering.choices import Choice
from owners import maps
from owners.cooking import prepare
from training.models import inputs_of
from training.sampler import Sampler, load_sampler
from training.transfer import transfer
from utils import InputError

SIDE = 512  # pixels of a picture on the page, about
FILTERS = {"sharp": Image.Resampling.NEAREST, "smooth": Image.Resampling.LANCZOS}


@dataclass(frozen=True)
class Drawn:
    """A picture of a network, and who lies where on it.

    Attributes:
        picture: uint8 `(size, size, 3)`.
        labels: owners, uint8 `(size, size)`; None of a network that paints no owners.
    """

    picture: np.ndarray
    labels: np.ndarray | None = None


class Drawer:
    """Draws choices as `generate.py` draws them: the same batches, the same pixels.

    Args:
        run: the run folder, named in commands.
        menu: its menu.
        sampler: its networks.
    """

    def __init__(self, run: Path, menu: Menu, sampler: Sampler):
        self.run, self.menu, self.sampler = run, menu, sampler
        self._lock = threading.Lock()  # one picture after the other

    @property
    def has_owners(self) -> bool:
        return self.sampler.takes == "layout"

    def prepare(self):
        """Does once what else the first pictures would wait for."""
        if self.sampler.bank:
            prepare(self.sampler.bank)

    def draw(self, choice: Choice, seed: int) -> Drawn:
        """Draws one sample of a choice.

        Args:
            choice: recipes, and how they are to be drawn.
            seed: of z, and of where pieces lie.

        Raises:
            InputError: the network cannot draw two recipes side by side.
        """
        recipes, place = np.stack(choice.plan().recipes), choice.place
        with self._lock:
            z, condition = self.sampler.inputs(recipes, 1, seed)
            picture = self._paint(z, condition)[place]
        labels = condition[place, ..., 0] if self.has_owners else None
        return Drawn(picture, labels)

    def _paint(self, z: np.ndarray, condition: np.ndarray) -> np.ndarray:
        # `predict`, as for many pictures, takes 50 ms to begin; the pixels are equal.
        generator = self.sampler.generator
        drawn = generator.predict_on_batch(inputs_of(generator, z, condition))
        return pictures.to_uint8(drawn)

    def change(self, photo: np.ndarray, before: Order, after: Order) -> np.ndarray:
        """Draws a photographed pizza with another recipe, as `style_transfer.py` does.

        Args:
            photo: of `read_upload`.
            before: what is on it.
            after: what shall be.

        Returns:
            uint8 `(size, size, 3)`.
        """
        if not self.sampler.encoder:
            raise InputError(
                f"expected a run with an encoder, as of `cvae_gan.py`. Received:"
                f" {self.run}, which cannot read photos"
            )
        matrices = np.stack([before.matrix(), after.matrix()])
        with self._lock:
            drawn, _ = transfer(self.sampler, photo[None], matrices[:1], matrices[1:])
        return drawn[0, 0]


def load_drawer(run: Path) -> Drawer:
    """Loads the networks of a run that draw recipes.

    Raises:
        InputError: they are missing or damaged, or take no recipe.
    """
    menu = read_menu_of(run)
    sampler = load_sampler(run, menu)
    if not sampler.takes:
        raise InputError(
            f"expected a network that draws recipes. Received: {run}, whose network"
            " takes no recipe"
        )
    return Drawer(run, menu, sampler)


def read_upload(path: Path, size: int) -> tuple[np.ndarray, str]:
    """Reads a photo that somebody sent, and deletes the file.

    Args:
        path: of the file.
        size: pixels a side of what is returned.

    Returns:
        The pizza, uint8 `(size, size, 3)`, and in words where it was found.

    Raises:
        InputError: it is no picture, is cut short, or is absurdly large.
    """
    path = Path(path)
    try:
        square, found = disc.square(photos.open_photo(path))
    except InputError as error:  # where it was kept is nobody's business
        raise InputError(str(error).replace(str(path), path.name)) from None
    finally:
        path.unlink(missing_ok=True)
    return pictures.shrink(square, size), found


def enlarge(picture: np.ndarray, look: str) -> Image.Image:
    """Enlarges a picture a whole number of times, to `SIDE` pixels or a little less.

    Args:
        picture: uint8 `(size, size, 3)`.
        look: "sharp", each pixel a square, or "smooth", by a Lanczos filter.
    """
    side = len(picture) * max(1, SIDE // len(picture))
    return Image.fromarray(picture).resize((side, side), FILTERS[look])


def show(drawn: Drawn, menu: Menu, look: str, owners: bool) -> Image.Image:
    """Enlarges a picture, or who lies where on it.

    Args:
        drawn: the picture.
        menu: the menu.
        look: of the picture, see `enlarge`. Owners are sharp: a filter would mix
            colours that no legend has.
        owners: whether to show who lies where.
    """
    if owners:
        return enlarge(owners_picture(drawn, menu), "sharp")
    return enlarge(drawn.picture, look)


def legend(drawn: Drawn, menu: Menu) -> list[tuple[str, str]]:
    """Names who lies on a picture, each with its colour as "#c02020"."""
    colours = maps.legend(drawn.labels, menu)
    return [(name, f"#{bytes(colour).hex()}") for name, colour in colours.items()]


def owners_picture(drawn: Drawn, menu: Menu) -> np.ndarray:
    """Who lies where, each ingredient in its colour, uint8 `(size, size, 3)`."""
    return maps.colour_in(drawn.labels, menu.classes)
