"""What is evaluated: a run's network, and the photos that it learned from."""

from pathlib import Path

import numpy as np

import renderer
from lab import runs
from menus.files import read_menu
from menus.identity import changed_since, read_menu_of
from menus.menu import recipe_matrix
from training.data import load_augmented, rows_to_learn
from training.sampler import load_sampler
from utils import InputError


class EvaluatedRun:
    """A run to evaluate.

    Args:
        folder: the run folder.

    Attributes:
        folder: the run folder.
        output: where to write, `evaluation/` in the run folder.
        settings: the run's settings by name.
        menu: the run's menu.
        sampler: draws with the run's networks.
        conditional: whether they draw what a recipe names.
        size: pixels a side.
        learned: rows of the menu that the network has learned from.
        held_out: rows that it has not, by the run's setting `HOLD_OUT`.
        photos: all augmented photos, uint8 `(n, size, size, 3)`, memory-mapped.
        pizza: the row of the menu that each of them shows, `(n,)`.

    Raises:
        InputError: the augmented photos are missing, or are now of another menu.
    """

    def __init__(self, folder: Path):
        self.folder, self.output = folder, folder / "evaluation"
        self.settings = runs.run_settings(folder)
        self.menu = read_menu_of(folder)
        self.sampler = load_sampler(folder, self.menu)
        self.size = self.sampler.size
        self.conditional = bool(self.sampler.takes)
        hold_out, only = (self.settings.get(name, "") for name in ("HOLD_OUT", "PIZZA"))
        self.learned = rows_to_learn(self.menu, hold_out, only)
        self.held_out = self.menu.find(hold_out)
        source = self.settings["MENU"]
        menu = read_menu(source)
        if found := changed_since(folder, menu):
            raise InputError(
                f"{folder}: expected the menu that it was trained on in {source}."
                f" Received: another; the run is of a menu {found}. Give the menu its"
                " old contents back, or train anew"
            )
        self.photos, self.pizza = load_augmented(menu, self.size)
        if len(self.photos) < 4 * len(menu.rows):
            raise InputError(
                f"{source}: expected at least 4 augmented pictures of each photo."
                f" Received: {len(self.photos)} of {len(menu.rows)} photos; see"
                " augment.py"
            )

    @property
    def has_encoder(self) -> bool:
        return self.sampler.encoder is not None

    def generate(self, recipes: np.ndarray, seed: int) -> np.ndarray:
        """Draws padded recipes `(n, longest)`, each from another z.

        Returns:
            uint8 `(n, size, size, 3)`; the same seed gives the same z.
        """
        return self.generate_with_owners(recipes, seed)[0]

    def generate_with_owners(self, recipes: np.ndarray, seed: int) -> tuple:
        """Draws as `generate`.

        Returns:
            Pictures, and the owners that they were painted from, uint8 `(n, size,
            size)`; None of a network that takes recipes.
        """
        matrices = recipe_matrix(recipes, self.menu.classes)
        inputs = self.sampler.inputs_each(matrices, seed)
        owners = inputs[1][..., 0] if self.sampler.bank else None
        return self.sampler.paint(*inputs), owners

    def generate_with_pieces(self, recipes: np.ndarray, seed: int) -> tuple:
        """Draws as `generate`, and lays the pieces of the same layouts.

        Returns:
            Pictures of the network, and of the pieces; None of one without pieces.
        """
        if not self.sampler.bank:
            return self.generate(recipes, seed), None
        matrices = recipe_matrix(recipes, self.menu.classes)
        return self.sampler.sample_with_pieces(matrices, seed)

    def reconstruct(self, rows: list[int]) -> tuple[np.ndarray, np.ndarray]:
        """Encodes photos of pizzas and decodes them with their own recipes.

        Args:
            rows: the pizzas' rows of the menu.

        Returns:
            The photos, not rotated, and the reconstructions.
        """
        photos = np.stack([self.photos[np.argmax(self.pizza == i)] for i in rows])
        matrices = recipe_matrix(self.menu.codes[rows], self.menu.classes)
        return photos, self.sampler.reconstruct(photos, matrices)

    def split_photos(self, count: int, rng: np.random.Generator) -> np.ndarray:
        """Picks two disjoint random sets of augmented photos of the learned pizzas.

        Args:
            count: photos of each pizza in a set; fewer if there are fewer.
            rng: the random stream.

        Returns:
            Indices into `photos`, `(2, pizzas, count)`.
        """
        by_pizza = [np.flatnonzero(self.pizza == i) for i in self.learned]
        count = min(count, *(len(indices) // 2 for indices in by_pizza))
        chosen = [rng.choice(i, (count, 2), replace=False) for i in by_pizza]
        return np.stack(chosen).transpose(2, 0, 1)

    def unseen_recipes(
        self, codes: dict[str, int], count: int, rng: np.random.Generator
    ) -> np.ndarray:
        """Makes plausible random recipes that are not on the menu.

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
