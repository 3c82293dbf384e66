"""Layers that cover the whole pizza: dough, sauces, cheese, drizzles, and the cuts."""

from collections.abc import Callable

import numpy as np
from PIL import Image, ImageDraw
from scipy.ndimage import gaussian_filter

from drawing.canvas import Canvas, mix, rgb, smooth
from drawing.noise import fractal, ripple

FILLING = 0.83  # radius of what the crust surrounds
CRUST_HEIGHT = 0.1


def dough(canvas: Canvas, rng: np.random.Generator) -> np.ndarray:
    """Bakes the dough and its crust, and cuts it.

    Returns:
        The pizza's silhouette `(width, width)`: 1 inside, 0 outside.
    """
    width, r, angle = canvas.width, canvas.r, canvas.angle
    crumb = fractal(rng, width, 24, 4, 0.9)
    blotch = fractal(rng, width, 5, 4)
    browning = rng.uniform(-0.25, 0.35)
    cuts = _cuts(canvas, rng)

    outline = 1 + 0.012 * ripple(rng, angle, 9) - 0.05 * cuts * smooth(0.85, 1, r)
    inner = FILLING + 0.014 * ripple(rng, angle, 12)
    t = (r - inner) / (outline - inner)  # 0 to 1 across the crust
    roll = np.clip(1 - (2 * np.clip(t, 0, 1) - 1) ** 2, 0, 1) ** 0.6
    height = CRUST_HEIGHT * (1 + 0.1 * blotch) * roll + 0.0022 * crumb
    height += 0.02 * smooth(0.02, -0.02, t)

    brown = smooth(-1.6, 1.8, blotch + 0.35 * crumb + 2 * browning + 0.8 * (t - 0.5))
    colour = mix(rgb("#f3bd80"), rgb("#cf7a3a"), brown)
    colour = mix(colour, rgb("#a85a24"), 0.6 * smooth(1.1, 2.2, crumb + 0.5 * blotch))
    colour = mix(colour, rgb("#f8dcb4"), 0.6 * smooth(0.9, 2.2, -crumb))
    colour = mix(colour, rgb("#e9b66e"), smooth(0.15, 0.0, t))  # unbaked inside
    colour = mix(colour, rgb("#9a5a2c"), 0.8 * cuts * smooth(0.75, 0.9, r))
    canvas.cover(np.ones_like(r), colour, height, 0.05)
    canvas.height -= 0.05 * cuts * smooth(0.7, 0.9, r)
    return np.clip((outline - r) / canvas.pixel + 0.5, 0, 1)


def _cuts(canvas: Canvas, rng: np.random.Generator) -> np.ndarray:
    """Where the knife went through the crust: 1 on the line, 0 off it; six slices."""
    first = rng.uniform(0, np.pi / 3)
    total = np.zeros_like(canvas.r)
    for k in range(6):
        direction = first + k * np.pi / 3 + rng.normal(0, 0.05)
        seen = rng.uniform(0.4, 1.0)
        x, y = np.cos(direction), np.sin(direction)
        aside = canvas.x * y - canvas.y * x
        ahead = canvas.x * x + canvas.y * y > 0
        np.maximum(total, seen * ahead * np.exp(-((aside / 0.014) ** 2)), out=total)
    return total


def knife(canvas: Canvas, rng: np.random.Generator):
    """Slice cuts through the filling: thin grooves, healed in places by the cheese."""
    first = rng.uniform(0, np.pi / 3)
    healed = fractal(rng, canvas.width, 6, 2)
    for k in range(3):
        direction = first + k * np.pi / 3 + rng.normal(0, 0.05)
        x, y = np.cos(direction), np.sin(direction)
        aside = canvas.x * y - canvas.y * x + 0.004 * healed
        groove = np.exp(-((aside / 0.007) ** 2)) * smooth(
            FILLING + 0.03, FILLING, canvas.r
        )
        groove *= rng.uniform(0.3, 1) * smooth(0.6, -0.4, healed)
        canvas.cover(0.6 * groove, rgb("#8a4a22"), -0.02)


def spread(canvas: Canvas, colour, amount: float, gloss: float, rng):
    """Spreads a sauce below the cheese, nearly to the crust."""
    uneven = fractal(rng, canvas.width, 7, 5)
    edge = FILLING + 0.005 + 0.012 * uneven
    alpha = amount * smooth(0.03, -0.03, canvas.r - edge) * smooth(-2.8, -0.8, uneven)
    shade = 1 + 0.06 * uneven[..., None]
    canvas.cover(alpha, colour * shade, 0.004 * (1 + 0.5 * uneven), gloss)


def melt(canvas: Canvas, cheese, portions: float, rng: np.random.Generator):
    """Melts cheese over what lies there: thin in places, blistered and browned."""
    width = canvas.width
    coarse = fractal(rng, width, 9, 3)
    fine = fractal(rng, width, 40, 3, 0.9)
    lumps = 0.6 * coarse + 0.8 * fine
    inside = smooth(FILLING + 0.01, FILLING - 0.05, canvas.r + 0.015 * coarse)
    alpha = smooth(-1.3, 0.7, lumps + 0.9 * np.log2(1 + portions) - 0.7) * inside
    blister = fractal(rng, width, 20, 3)
    brown = smooth(0.9, 2.4, blister + 0.4 * coarse)
    colour = mix(rgb(cheese.colour), rgb(cheese.browned), 0.8 * brown)
    colour = mix(colour, rgb("#f0b870"), 0.5 * smooth(0.2, -1.2, lumps))
    canvas.cover(0.94 * alpha, colour, 0.012 + 0.006 * lumps + 0.004 * brown, 0.15)


def run_over(canvas: Canvas, cheese, amount: np.ndarray, rng: np.random.Generator):
    """Cheese that ran over the pieces: `amount` 0 to 1 says how much, where."""
    strands = fractal(rng, canvas.width, 14, 4, 0.8)
    alpha = 0.85 * smooth(0.3, 0.9, strands + 1.6 * amount - 0.9) * (amount > 0)
    canvas.cover(alpha, rgb(cheese.colour), 0.006, 0.15)


def drizzle(canvas: Canvas, sauce, rng: np.random.Generator):
    """Draws a sauce from a bottle along its path."""
    scale = 2 / (canvas.pixel * canvas.width)  # half a picture in radii
    line = Image.new("L", (canvas.width, canvas.width))
    draw = ImageDraw.Draw(line)
    thick = max(1, round(2 * sauce.width / canvas.pixel))
    origin = np.array([canvas.x[0, 0], canvas.y[0, 0]])
    for points in sauce.path(rng):
        at = [tuple(p) for p in (points - origin) / canvas.pixel]
        draw.line(at, 255, thick, joint="curve")
    del scale
    body = np.asarray(line, "float32") / 255
    body = gaussian_filter(body, 0.4 * sauce.width / canvas.pixel)
    uneven = fractal(rng, canvas.width, 16, 3)
    alpha = smooth(0.3, 0.6, body + 0.08 * uneven)
    canvas.cover(alpha, rgb(sauce.colour), 0.02 * body, sauce.gloss)


def zigzag(rng: np.random.Generator) -> list[np.ndarray]:
    """Long strokes to and fro, turned at the rim."""
    turn, gap = rng.uniform(0.5, 1.1), rng.uniform(0.055, 0.07)
    across = np.arange(-0.72, 0.72, gap)
    ends = np.sqrt(0.75**2 - across**2) * np.resize([1, -1], len(across))
    ends *= rng.uniform(0.9, 1.04, len(across))
    across = across + rng.normal(0, 0.012, len(across))
    return [_turned(_curve(np.stack([across, ends], 1)), turn)]


def streaks(rng: np.random.Generator) -> list[np.ndarray]:
    """Broken strokes side by side."""
    turn = rng.uniform(0.5, 1.1)
    lines = []
    for across in np.arange(-0.7, 0.7, 0.1):
        half = np.sqrt(0.74**2 - across**2)
        at = -half
        while at < half - 0.1:
            length = rng.uniform(0.1, 0.35)
            points = np.array([[across, at], [across, min(at + length, half)]])
            lines.append(_turned(points + rng.normal(0, 0.012, (2, 2)), turn))
            at += length + rng.uniform(0.02, 0.1)
    return lines


def spiral(rng: np.random.Generator) -> list[np.ndarray]:
    """From the middle outwards."""
    angle = np.linspace(0, 2 * np.pi * 5, 400)
    radius = 0.05 + 0.7 * angle / angle[-1] + 0.008 * ripple(rng, angle * 0.37, 9)
    angle = angle + rng.uniform(0, 2 * np.pi)
    return [np.stack([radius * np.cos(angle), radius * np.sin(angle)], 1)]


def puddles(rng: np.random.Generator) -> list[np.ndarray]:
    """Short dabs all over."""
    lines = []
    for _ in range(26):
        r, a = 0.74 * np.sqrt(rng.uniform()), rng.uniform(0, 2 * np.pi)
        start = np.array([r * np.cos(a), r * np.sin(a)])
        lines.append(np.stack([start, start + rng.normal(0, 0.03, 2)]))
    return lines


def _turned(points: np.ndarray, angle: float) -> np.ndarray:
    cos, sin = np.cos(angle), np.sin(angle)
    return points @ np.array([[cos, sin], [-sin, cos]])


def _curve(corners: np.ndarray) -> np.ndarray:
    """A polyline with its turns rounded: corners cut twice (Chaikin 1974)."""
    for _ in range(2):
        start, end = corners[:-1], corners[1:]
        corners = np.stack([0.9 * start + 0.1 * end, 0.1 * start + 0.9 * end], 1)
        corners = corners.reshape(-1, 2)
    return corners


Path = Callable[[np.random.Generator], list[np.ndarray]]
