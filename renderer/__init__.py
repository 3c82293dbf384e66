"""Draws the pizza of any recipe: a small renderer with numpy, Pillow and SciPy.

A pizza is painted layer by layer into a colour map and a height map (`canvas`), as a
cook would lay it - dough, sauce, cheese (`layers`), toppings (`shapes`) with their
numbers (`ingredients`) - and then lit once from one side (`light`).
"""

from renderer.ingredients import INGREDIENTS, known_name
from renderer.many import code_digest, draw_labelled, draw_pizzas
from renderer.pizza import DOUGH, draw_pizza, draw_with_owners
from renderer.recipes import ARTICLE_MENU, random_recipe

__all__ = [
    "ARTICLE_MENU",
    "DOUGH",
    "INGREDIENTS",
    "code_digest",
    "draw_labelled",
    "draw_pizza",
    "draw_pizzas",
    "draw_with_owners",
    "known_name",
    "random_recipe",
]
