"""Recipes: the article's 20 pizzas, and random ones for endless menus."""

import numpy as np

from renderer.ingredients import INGREDIENTS
from renderer.kinds import Cheese, Sauce, Topping

# The menu of one city's pizzeria on 2017-08-11, as the article has it.
ARTICLE_MENU = {
    "Double pepperoni": "tomato sauce, pepperoni, pepperoni, mozzarella",
    "Crazy pizza": "tomato sauce, chicken, pepperoni, mozzarella, sweet-and-sour sauce",
    "Don Bacon": "tomato sauce, bacon, pepperoni, chicken, red onion, mozzarella",
    "Mushrooms and ham": "tomato sauce, ham, mushrooms, mozzarella",
    "Pizza pie": "condensed milk, cowberry, pineapple",
    "Margherita": "tomato sauce, tomatoes, mozzarella, oregano",
    "Cheese": "tomato sauce, brynza, mozzarella, oregano",
    "Hawaiian": "tomato sauce, pineapple, chicken, mozzarella",
    "Dodo": "tomato sauce, minced beef, ham, pepperoni, red onion, black olives,"
    " sweet pepper, mushrooms, mozzarella",
    "Four seasons": "tomato sauce, pepperoni, ham, brynza, tomatoes, mushrooms,"
    " mozzarella, oregano",
    "Vegetables and mushrooms": "tomato sauce, brynza, black olives, sweet pepper,"
    " tomatoes, mushrooms, red onion, mozzarella, basil",
    "Italian": "tomato sauce, pepperoni, black olives, mushrooms, mozzarella, oregano",
    "Mexican": "tomato sauce, jalapeno, sweet pepper, chicken, tomatoes, mushrooms,"
    " red onion, mozzarella",
    "Seafood": "tomato sauce, shrimp, black olives, sweet pepper, red onion,"
    " mozzarella",
    "Meat": "tomato sauce, hunter sausages, bacon, ham, mozzarella",
    "Pepperoni": "tomato sauce, pepperoni, mozzarella",
    "Ranch pizza": "ranch sauce, chicken, ham, tomatoes, garlic, mozzarella",
    "Cheese chicken": "cheese sauce, chicken, tomatoes, mozzarella",
    "Barbecue chicken": "tomato sauce, chicken, bacon, red onion, mozzarella,"
    " barbecue sauce",
    "Cheeseburger pizza": "cheese sauce, beef, bacon, pickled cucumbers, tomatoes,"
    " red onion, mozzarella",
}
ARTICLE_MENU = {name: text.split(", ") for name, text in ARTICLE_MENU.items()}

BASES = [n for n, row in INGREDIENTS.items() if isinstance(row, Sauce) and row.base]
CHEESES = [n for n, row in INGREDIENTS.items() if isinstance(row, Cheese)]
EXTRAS = [n for n in INGREDIENTS if n not in BASES + CHEESES]


def random_recipe(rng: np.random.Generator) -> list[str]:
    """A plausible recipe: a sauce, nearly always cheese, one to seven toppings.

    Every topping is as likely as any other and falls in with any other, so that a
    network can tell them apart. One recipe in ten has a double portion.

    Args:
        rng: the random stream.

    Returns:
        Names of the table.
    """
    tomato = rng.uniform() < 0.5
    base = "tomato sauce" if tomato else str(rng.choice(BASES))
    count = int(rng.integers(1, 8))
    toppings = [str(name) for name in rng.choice(EXTRAS, count, replace=False)]
    if rng.uniform() < 0.1:
        doubled = [name for name in toppings if isinstance(INGREDIENTS[name], Topping)]
        toppings += doubled[:1]
    cheese = CHEESES if rng.uniform() < 0.9 else []
    return [base, *toppings, *cheese]
