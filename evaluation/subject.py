"""What is evaluated: a run's network, and the photos that it learned from."""

from pathlib import Path

import numpy as np

import renderer
from lab import runs
from menus.identity import changed_since, read_menu_of
from menus.menu import read_menu, recipe_matrix
from training.data import load_augmented, rows_to_learn
from training.models import draw, encode, load_drawing, load_network, sample_z
from utils import InputError


class Subject:
    """A run to evaluate.

    Args:
        run: the run folder.

    Attributes:
        menu: the run's menu.
        rows: which of its pizzas the network has learned from.
        left_out: which it has not, by the run's setting `HOLD_OUT`.
        told: whether the network is told a recipe.
        size: pixels a side.
        photos: all turns of the photos, uint8 `(n, size, size, 3)`, memory-mapped.
        pizza: the pizza each shows, `(n,)`.
        folder: where to write, `evaluation/` in the run.

    Raises:
        InputError: the augmented photos are gone, or are of another menu by now.
    """

    def __init__(self, run: Path):
        self.run, self.settings = run, runs.run_settings(run)
        self.folder = run / "evaluation"
        self.menu = read_menu_of(run)
        self.network = load_drawing(run, self.menu)
        self.size = self.network.output_shape[1]
        self.told = len(self.network.inputs) == 2
        held = self.settings.get("HOLD_OUT", "")
        self.rows = rows_to_learn(self.menu, held, self.settings.get("PIZZA", ""))
        self.left_out = self.menu.find(held)
        folder = self.settings["MENU"]
        menu = read_menu(folder)
        if found := changed_since(run, menu):
            raise InputError(
                f"{run}: expected the menu that it was trained on in {folder}."
                f" Received: another; the run is of a menu {found}. Give the menu its"
                " old contents back, or train anew"
            )
        self.photos, self.pizza = load_augmented(menu, self.size)
        if len(self.photos) < 4 * len(menu.rows):
            raise InputError(
                f"{folder}: expected at least 4 turns of each photo. Received:"
                f" {len(self.photos)} pictures of {len(menu.rows)}; see augment.py"
            )

    @property
    def has_encoder(self) -> bool:
        return (self.run / "encoder.keras").exists()

    def learned_from(self) -> tuple:
        """What tells the photos of one run from those of another."""
        return Path(self.settings["MENU"]).resolve(), self.size, *self.rows

    def draw(self, codes: np.ndarray, seed: int) -> np.ndarray:
        """Draws padded recipes `(n, longest)`, each from another z.

        Returns:
            uint8 `(n, size, size, 3)`; the same seed gives the same z.
        """
        latent = self.settings.get("LATENT", "normal")
        z = sample_z(self.network, len(codes), seed, latent)
        return draw(self.network, z, recipe_matrix(codes, self.menu.classes))

    def reconstruct(self, rows: list[int]) -> tuple[np.ndarray, np.ndarray]:
        """Encodes the photos of pizzas, and draws their z with their recipes.

        Returns:
            The photos, unturned, and the reconstructions.
        """
        photos = np.stack([self.photos[np.argmax(self.pizza == i)] for i in rows])
        matrices = recipe_matrix(self.menu.codes[rows], self.menu.classes)
        z = encode(load_network(self.run, "encoder"), photos, matrices)
        return photos, draw(self.network, z, matrices)

    def turns(self, of_each: int, rng: np.random.Generator) -> np.ndarray:
        """Picks turned and mirrored photos of each learned pizza, twice, none again.

        Returns:
            Indices into `photos`, `(2, pizzas, of_each)`; fewer if there are fewer.
        """
        turns = [np.flatnonzero(self.pizza == i) for i in self.rows]
        of_each = min(of_each, *(len(of_one) // 2 for of_one in turns))
        chosen = [rng.choice(of_one, (of_each, 2), replace=False) for of_one in turns]
        return np.stack(chosen).transpose(2, 0, 1)

    def unseen_recipes(
        self, codes: dict[str, int], count: int, rng: np.random.Generator
    ) -> np.ndarray:
        """Draws up plausible recipes of the menu's ingredients, none of them on it.

        Args:
            codes: of the ingredients that may be in them, by their name in `renderer`.
            count: how many recipes to try.
            rng: the random stream.

        Returns:
            Padded recipes, `(count, longest)`, or fewer.
        """
        on_menu = {frozenset(recipe) for recipe in self.menu.recipes}
        recipes = []
        for _ in range(count):
            recipe = [codes[n] for n in renderer.random_recipe(rng) if n in codes]
            recipe = recipe[: self.menu.longest]
            if recipe and frozenset(recipe) not in on_menu:
                recipes.append(self.menu.pad(recipe))
        return np.reshape(recipes, (-1, self.menu.longest)).astype(np.int32)
