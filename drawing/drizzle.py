"""Drizzles: sauces drawn from a bottle along a path.

A path is a list of polylines `(points, 2)`, in radii of the pizza.
"""

import numpy as np
from PIL import Image, ImageDraw
from scipy.ndimage import gaussian_filter

from drawing.canvas import Canvas, rgb, smooth
from drawing.noise import fractal, ripple


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


def streaks(rng: np.random.Generator) -> list[np.ndarray]:
    """Broken strokes side by side."""
    turn = rng.uniform(0.3, 0.9)
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
