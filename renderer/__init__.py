"""Draws the pizza of any recipe: a small renderer with numpy, Pillow and SciPy.

A pizza is painted layer by layer into a colour map and a height map (`canvas`), as a
cook would lay it - dough, sauce, cheese (`layers`), toppings (`shapes`) with their
numbers (`ingredients`) - and then lit once from one side (`light`).
"""

from renderer.ingredients import INGREDIENTS
from renderer.many import draw_pizzas
from renderer.pizza import draw_pizza
from renderer.recipes import ARTICLE_MENU, random_recipe

__all__ = [
    "ARTICLE_MENU",
    "INGREDIENTS",
    "draw_pizza",
    "draw_pizzas",
    "random_recipe",
]
