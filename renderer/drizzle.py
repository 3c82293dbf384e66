"""Drizzles: sauces drawn from a bottle along a path.

A path is a list of polylines `(points, 2)`, in radii of the pizza.
"""

import numpy as np
from PIL import Image, ImageDraw
from scipy.ndimage import gaussian_filter

from renderer.canvas import Canvas, rgb, smooth
from renderer.noise import fractal, ripple


def drizzle(canvas: Canvas, sauce, rng: np.random.Generator):
    """Draws a sauce from a bottle along its path."""
    finer = max(1, 768 // canvas.width)  # Pillow's lines are whole pixels wide
    line = Image.new("L", (finer * canvas.width, finer * canvas.width))
    draw = ImageDraw.Draw(line)
    pixel = canvas.pixel / finer
    origin = np.array([canvas.x[0, 0], canvas.y[0, 0]]) - canvas.pixel / 2
    for points in sauce.path(rng):
        at = [tuple(p) for p in (points - origin) / pixel]
        draw.line(at, 255, round(2 * sauce.width / pixel), joint="curve")
    body = np.asarray(line.reduce(finer), "float32") / 255
    body = gaussian_filter(body, 0.4 * sauce.width / canvas.pixel)
    uneven = fractal(rng, canvas.width, 16, 3)
    alpha = smooth(0.3, 0.6, body + 0.08 * uneven)
    canvas.cover(alpha, rgb(sauce.colour), 0.02 * body, sauce.gloss)


def zigzag(rng: np.random.Generator) -> list[np.ndarray]:
    """Long strokes to and fro, turned at the rim."""
    turn, gap = rng.uniform(0.3, 0.9), rng.uniform(0.11, 0.14)
    across = np.arange(-0.7, 0.71, gap)[:, None]
    ends = np.sqrt(0.78**2 - across**2) * rng.uniform(0.85, 1.0, across.shape)
    along = ends * np.linspace(-1, 1, 6)
    along[1::2] = along[1::2, ::-1]  # every other stroke goes back
    points = np.stack([across + 0 * along, along], -1).reshape(-1, 2)
    return [_turned(_curve(points + rng.normal(0, 0.012, points.shape)), turn)]


def lattice(rng: np.random.Generator) -> list[np.ndarray]:
    """Strokes across strokes, as on a pie."""
    turn = rng.uniform(0.3, 0.9)
    lines = []
    for across in np.arange(-0.66, 0.67, 0.165):
        half = np.sqrt(0.76**2 - across**2) * rng.uniform(0.92, 1.0)
        for quarter in (0, np.pi / 2):
            points = np.array([[across, -half], [across, 0], [across, half]])
            points = points + rng.normal(0, 0.012, points.shape)
            lines.append(_turned(_curve(points), turn + quarter))
    return lines


def spiral(rng: np.random.Generator) -> list[np.ndarray]:
    """From the middle outwards."""
    angle = np.linspace(0, 2 * np.pi * 6, 600)
    radius = 0.04 + 0.72 * angle / angle[-1] + 0.008 * ripple(rng, angle, 4)
    angle = angle + rng.uniform(0, 2 * np.pi)
    return [np.stack([radius * np.cos(angle), radius * np.sin(angle)], 1)]


def puddles(rng: np.random.Generator) -> list[np.ndarray]:
    """Short dabs all over."""
    lines = []
    for _ in range(38):
        r, a = 0.74 * np.sqrt(rng.uniform()), rng.uniform(0, 2 * np.pi)
        start = np.array([r * np.cos(a), r * np.sin(a)])
        lines.append(np.stack([start, start + rng.normal(0, 0.03, 2)]))
    return lines


def _turned(points: np.ndarray, angle: float) -> np.ndarray:
    cos, sin = np.cos(angle), np.sin(angle)
    return points @ np.array([[cos, sin], [-sin, cos]])


def _curve(corners: np.ndarray) -> np.ndarray:
    """A polyline with its turns rounded: corners cut three times (Chaikin 1974)."""
    for _ in range(3):
        start, end = corners[:-1], corners[1:]
        corners = np.stack([0.75 * start + 0.25 * end, 0.25 * start + 0.75 * end], 1)
        corners = corners.reshape(-1, 2)
    return corners
