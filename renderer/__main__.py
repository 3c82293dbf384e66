"""A worker of `draw_pizzas`: orders as JSON on its input, pixels on its output."""

import json
import sys

from renderer.pizza import draw_pizza

size, orders = json.load(sys.stdin)
for recipe, seed in orders:
    sys.stdout.buffer.write(draw_pizza(recipe, size, seed).tobytes())
