"""Layers that cover the whole pizza: dough, sauce, cheese, and the cuts through all."""

import math

import numpy as np

from renderer.canvas import Canvas, mix, rgb, smooth
from renderer.noise import fractal, ripple

FILLING = 0.83  # radius of what the crust surrounds, in radii of the pizza
CRUST_HEIGHT = 0.07


def dough(canvas: Canvas, cuts: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Bakes the dough and its crust, which the knife opens a little.

    Returns:
        The pizza's silhouette `(width, width)`: 1 inside, 0 outside.
    """
    width, r = canvas.width, canvas.r
    crumb = fractal(rng, width, 56, 3, 1.1)
    blotch = fractal(rng, width, 9, 3)
    browning = rng.normal(0, 0.35)

    outline = 1 + 0.007 * ripple(rng, canvas.angle, 12)
    outline = outline - 0.045 * cuts * smooth(0.88, 1, r) + 0.002 * crumb
    inner = FILLING + 0.012 * ripple(rng, canvas.angle, 14)
    t = (r - inner) / (outline - inner)  # 0 to 1 across the crust
    roll = np.clip(1 - (2 * np.clip(t, 0, 1) - 1) ** 2, 0, 1) ** 0.75
    height = CRUST_HEIGHT * (1 + 0.08 * blotch) * roll + 0.0016 * crumb
    height += 0.02 * smooth(0.02, -0.02, t)

    brown = smooth(-2, 2, 0.7 * blotch + 0.9 * crumb + browning)
    colour = mix(rgb("#f4b984"), rgb("#cf7a44"), brown)
    colour = mix(colour, rgb("#a04c18"), 0.7 * smooth(0.9, 2.4, crumb + 0.5 * blotch))
    colour = mix(colour, rgb("#ffdcb8"), 0.8 * smooth(0.7, 2.0, -crumb))
    colour = mix(colour, rgb("#ffe0bd"), 0.5 * smooth(0.8, 1.0, t))  # the lit rim
    colour = mix(colour, rgb("#eda660"), smooth(0.15, 0.0, t))  # unbaked inside
    colour = mix(colour, rgb("#9a5420"), 0.7 * cuts * smooth(0.8, 0.87, r))
    canvas.cover(np.ones_like(r), colour, height, 0.05)
    canvas.height -= 0.02 * cuts * smooth(0.8, 0.87, r)
    return np.clip((outline - r) / canvas.pixel + 0.5, 0, 1)


def knife(canvas: Canvas, rng: np.random.Generator) -> np.ndarray:
    """Where six slices were cut: 1 on a line, 0 off it; some closed again."""
    first = rng.uniform(0, np.pi / 3)
    cuts = np.zeros_like(canvas.r)
    for k in range(6):
        direction = first + k * np.pi / 3 + rng.normal(0, 0.06)
        seen = rng.uniform(0.2, 1.0)
        x, y = math.cos(direction), math.sin(direction)
        aside = canvas.x * y - canvas.y * x
        ahead = smooth(0, 0.05, canvas.x * x + canvas.y * y)
        np.maximum(cuts, seen * ahead * np.exp(-((aside / 0.008) ** 2)), out=cuts)
    return cuts


def cut_filling(canvas: Canvas, cuts: np.ndarray, rng: np.random.Generator):
    """Grooves through the filling, healed in places by the cheese."""
    healed = fractal(rng, canvas.width, 6, 2)
    groove = cuts * smooth(FILLING + 0.03, FILLING, canvas.r) * smooth(1.3, 0.1, healed)
    canvas.cover(0.8 * groove, rgb("#8a3a14"), -0.015)


def spread(canvas: Canvas, colour, amount: float, gloss: float, rng):
    """Spreads a sauce below the cheese, nearly to the crust."""
    uneven = fractal(rng, canvas.width, 7, 5)
    edge = FILLING + 0.005 + 0.012 * uneven
    alpha = amount * smooth(0.03, -0.03, canvas.r - edge) * smooth(-3.4, -1.6, uneven)
    shade = 1 + 0.06 * uneven[..., None]
    canvas.cover(alpha, colour * shade, 0.004 * (1 + 0.5 * uneven), gloss)


def stain(canvas: Canvas, colour, amount: float, rng: np.random.Generator):
    """Juice in splashes, as from berries."""
    splashes = fractal(rng, canvas.width, 11, 4)
    inside = smooth(FILLING, FILLING - 0.04, canvas.r)
    canvas.cover(amount * smooth(-0.4, 0.8, splashes) * inside, colour, 0.0, 0.5)


def melt(canvas: Canvas, cheese, portions: float, rng: np.random.Generator):
    """Melts cheese over what lies there: oily where thin, blistered where thick."""
    width = canvas.width
    coarse = fractal(rng, width, 9, 3)
    shreds = fractal(rng, width, 40, 3, 1.0)
    inside = smooth(FILLING + 0.02, FILLING - 0.03, canvas.r + 0.02 * coarse)
    thick = 0.65 * coarse + 0.75 * shreds + 0.7 * math.log2(1 + portions) + 0.15
    canvas.cover(0.85 * smooth(-1.9, -0.1, thick) * inside, rgb(cheese.oil), 0.006, 0.3)
    body = smooth(-0.8, 1.0, thick) * inside
    colour = mix(rgb(cheese.thin), rgb(cheese.colour), smooth(0.1, 1.3, thick))
    blister = fractal(rng, width, 24, 3)
    brown = smooth(0.8, 2.2, blister + 0.4 * coarse)
    colour = mix(colour, rgb(cheese.browned), 0.7 * brown)
    canvas.cover(body, colour, 0.008 + 0.003 * thick + 0.003 * brown, 0.15)


def run_over(canvas: Canvas, cheese, amount: np.ndarray, rng: np.random.Generator):
    """Cheese that ran over the pieces: `amount` 0 to 1 says how much, where."""
    strands = fractal(rng, canvas.width, 14, 4, 0.8)
    alpha = 0.85 * smooth(0.3, 0.9, strands + 1.6 * amount - 0.9) * (amount > 0)
    canvas.cover(alpha, rgb(cheese.colour), 0.006, 0.15)
