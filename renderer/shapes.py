"""Shapes of toppings: each a function from local coordinates to a `Material`.

A shape takes the `Pieces` to draw and the ingredient's colours, main one first, and
fills a circle of radius 1. Numbers of an ingredient are arguments with names, so that
`functools.partial` makes ham and tomato cubes from one function.
"""

import numpy as np

from renderer.canvas import Material, Pieces, mix, smooth


def _polar(at: Pieces) -> tuple[np.ndarray, np.ndarray]:
    return np.hypot(at.u, at.v), np.arctan2(at.v, at.u)


def _tint(at: Pieces, colour: np.ndarray) -> np.ndarray:
    """A colour, lighter and darker from piece to piece and by the grain."""
    shade = 1 + at.draw(-0.09, 0.09) + 0.04 * at.grain
    return colour * shade[..., None]


def _dome(depth: np.ndarray, height: float, edge: float) -> np.ndarray:
    """A flat top of a height, rounded off within `edge` of the outline."""
    t = 1 - np.clip(depth / edge, 0, 1)
    return height * np.sqrt(np.clip(1 - t * t, 0, 1))


def slice_of_sausage(
    at, colours, rim=0.1, cup=0.08, specks=1.2, gloss=0.35, height=0.16
):
    """A disc: cupped darker rim, specks of fat. Colours: meat, rim, fat."""
    r, angle = _polar(at)
    wobble = 0.03 * np.cos(3 * angle + at.draw(0, 6.3))
    wobble = wobble + 0.02 * np.cos(5 * angle + at.draw(0, 6.3))
    depth = 0.97 + wobble - r + 0.01 * at.grain
    colour = _tint(at, colours[0])
    colour = mix(colour, colours[2], 0.7 * smooth(specks, specks + 0.5, at.grain))
    colour = mix(colour, colours[1], 0.35 * smooth(0.2, 1.2, -at.grain))
    colour = mix(colour, colours[1], 0.9 * smooth(2.2 * rim, rim / 2, depth))
    up = _dome(depth, height, 0.12) + cup * smooth(0.5, 1.0, r) + 0.02 * at.grain
    return Material(depth, colour, up, gloss)


def chunk(
    at,
    colours,
    length=0.75,
    width=0.75,
    ragged=0.0,
    square=4.0,
    height=0.5,
    gloss=0.1,
    browned=0.0,
    lean=0.2,
):
    """A cut or torn piece, from a cube to a crumb. Colours: main, browned or edge.

    Args:
        length, width: half sides.
        ragged: how torn the outline is; 0 for cut with a knife.
        square: 2 draws ovals, 4 rounded squares, 8 sharp ones.
        browned: how much of it is in the second colour.
        lean: how far corners are from square.
    """
    u = at.u + at.draw(-lean, lean) * at.v
    v = at.v + at.draw(-lean, lean) * at.u
    length = length * at.draw(0.85, 1.2)
    norm = (np.abs(u / length) ** square + np.abs(v / width) ** square) ** (1 / square)
    depth = (1 - norm) * width + ragged * 0.2 * at.grain
    colour = _tint(at, colours[0])
    edge = smooth(0.25 * width, 0, depth)
    colour = mix(colour, colours[-1], np.clip(browned * (0.6 * at.grain + edge), 0, 1))
    tilt = at.draw(-0.2, 0.2) * u + at.draw(-0.2, 0.2) * v
    up = _dome(depth, height, 0.35 * width) + height * (tilt + 0.12 * ragged * at.grain)
    return Material(depth, colour, up, gloss)


def ribbon(
    at,
    colours,
    width=0.16,
    bend=0.5,
    wave=0.0,
    stripes=0.0,
    height=0.15,
    gloss=0.2,
    core=0.0,
):
    """A strip, curved or wavy. Colours: main, stripes along it or core, edge.

    Args:
        width: half its width.
        bend: how far its middle stands off the line between its ends.
        wave: how far it snakes.
        stripes: share of the second colour, in a streak along it, as of fat in bacon.
        core: how much its middle line takes the second colour.
    """
    across = at.v - at.draw(0.6, 1.2) * bend * (0.5 - at.u**2)
    across = across - wave * np.sin(3.5 * at.u + at.draw(0, 6.3))
    width = width * at.draw(0.8, 1.2)
    ends = 0.95 * at.draw(0.75, 1.0) - np.abs(at.u)
    depth = np.minimum(width - np.abs(across), ends) + 0.012 * at.grain
    colour = _tint(at, colours[0])
    if stripes:
        streak = np.cos(across * at.draw(2.4, 3.5) / width + at.draw(-0.8, 0.8))
        streak = streak + 0.35 * at.grain
        colour = mix(colour, colours[1], smooth(1 - 2 * stripes, 1.4 - stripes, streak))
    if core:
        colour = mix(colour, colours[1], core * smooth(0.3, 0.9, depth / width))
    colour = mix(colour, colours[-1], 0.6 * smooth(0.35, 0.0, depth / width))
    curl = 0.25 * wave * np.sin(5 * at.u + at.draw(0, 6.3))
    return Material(depth, colour, _dome(depth, height, 0.12) + curl, gloss)


def ring(at, colours, hole=0.4, height=0.4, gloss=0.6):
    """A ring cut across an olive. Colours: flesh, skin."""
    r, angle = _polar(Pieces(at.u, at.v / at.draw(0.75, 1.0), at.grain, at.rng))
    r = r * (1 + 0.05 * np.cos(3 * angle + at.draw(0, 6.3)))
    depth = np.minimum(0.97 - r, r - hole * at.draw(0.8, 1.15))
    colour = mix(_tint(at, colours[0]), colours[1], smooth(0.22, 0.05, 0.97 - r))
    return Material(depth, colour, _dome(depth, height, 0.2), gloss)


def pod(at, colours, chambers=5, wall=0.35, height=0.4, gloss=0.6):
    """A round cut across a pepper: chambers with seeds. Colours: flesh, skin, seeds."""
    r, angle = _polar(Pieces(at.u, at.v / at.draw(0.75, 1.0), at.grain, at.rng))
    r = r * (1 + 0.05 * np.cos(3 * angle + at.draw(0, 6.3)))
    depth = 0.97 - r
    inside = smooth(wall, wall + 0.08, depth)
    colour = mix(_tint(at, colours[0]), colours[1], smooth(0.22, 0.05, depth))
    seeds = np.cos(chambers * angle + at.draw(0, 6.3)) * smooth(0.1, 0.3, r)
    core = mix(0.62 * colour, colours[2], smooth(0.1, 0.7, seeds))
    up = height * (1 - 0.5 * inside) * smooth(0, 0.15, depth)
    return Material(depth, mix(colour, core, inside), up, gloss)


def round_slice(at, colours, ridges=14, height=0.15, gloss=0.4):
    """A round of a ridged fruit. Colours: flesh, rind, seeds."""
    r, angle = _polar(at)
    edge = 0.95 + 0.025 * np.cos(ridges * angle) + 0.03 * np.cos(2 * angle)
    depth = edge - r
    colour = _tint(at, colours[0])
    seeds = 0.6 + 0.4 * np.cos(9 * angle + at.draw(0, 6.3))
    seeds = seeds * np.exp(-(((r - 0.45) / 0.14) ** 2))  # in a ring
    colour = mix(colour, colours[2], np.clip(0.8 * seeds + 0.2 * at.grain, 0, 1))
    colour = mix(colour, colours[1], smooth(0.22, 0.1, depth))
    up = _dome(depth, height, 0.1) + 0.04 * seeds
    return Material(depth, colour, up, gloss)


def mushroom(at, colours, height=0.16):
    """A mushroom cut lengthwise. Colours: flesh, gills and outline, stem."""
    u, v = at.u, at.v
    tall = at.draw(0.55, 0.75)
    dome = np.hypot(u / 0.95, (v + 0.05) / tall)
    under = 0.3 - v - 0.35 * u**2
    cap = np.minimum((1 - dome) * tall, under)
    wide = at.draw(0.2, 0.3) * (1 + 0.5 * (v - 0.3) ** 2)
    stem = np.minimum(wide - np.abs(u + 0.1 * v), np.minimum(v + 0.3, 0.92 - v))
    depth = np.maximum(cap, stem)
    colour = _tint(at, colours[2])
    gills = smooth(0.26, 0.14, np.abs(under - 0.14)) * smooth(0.12, 0.3, np.abs(u))
    gills = gills * smooth(0.9, 0.6, np.abs(u)) * (cap > 0)
    colour = mix(colour, colours[1], 0.95 * gills)
    colour = mix(colour, colours[0], 0.7 * smooth(0.14, 0.0, depth))
    colour = mix(colour, colours[1], 0.25 * smooth(0.5, 1.5, at.grain))
    return Material(depth, colour, _dome(depth, height, 0.1) - 0.08 * gills, 0.12)


def shrimp(at, colours, height=0.35):
    """A curled tail with stripes. Colours: flesh, stripes, tail fin."""
    r, angle = _polar(at)
    along = (angle + np.pi) / (2 * np.pi)  # 0 at the tail, 1 at the head
    wide = 0.16 + 0.2 * along
    depth = wide - np.abs(r - 0.62 + 0.12 * along)
    depth = np.minimum(depth, 0.9 * np.minimum(along - 0.08, 0.93 - along) * 3)
    colour = _tint(at, colours[0])
    bands = np.cos(along * 34 + at.draw(0, 6.3)) + 0.3 * at.grain
    colour = mix(colour, colours[1], 0.9 * smooth(0.0, 0.7, bands))
    colour = mix(colour, colours[2], 0.9 * smooth(0.3, 0.15, along))
    outer = smooth(0.0, 0.25, r - 0.62)
    colour = mix(colour, colours[2], 0.45 * outer)
    return Material(depth, colour, _dome(depth, height, 0.25), 0.5)


def leaf(at, colours, height=0.14):
    """A leaf with a midrib, curled at its sides. Colours: blade, rib, dark side."""
    lens = 0.46 * np.clip(1 - at.u**2, 0, 1) ** 0.75 * (1 - 0.25 * at.u)
    bent = at.v - at.draw(-0.15, 0.15) * (1 - at.u**2)
    depth = lens - np.abs(bent) + 0.015 * at.grain
    colour = _tint(at, colours[0])
    colour = mix(colour, colours[2], 0.6 * smooth(0.0, 0.35, bent))
    veins = np.cos(16 * (at.u - 0.8 * np.abs(bent)))
    colour = mix(colour, colours[1], 0.25 * smooth(0.6, 1, veins))
    colour = mix(colour, colours[1], 0.7 * smooth(0.05, 0.0, np.abs(bent)))
    up = height * (1 + 2.0 * np.abs(bent) + 0.15 * veins) * smooth(0, 0.1, depth)
    return Material(depth, colour, up, 0.25)


def clove(at, colours, height=0.4):
    """A clove cut lengthwise and roasted. Colours: flesh, crisp edge, sprout."""
    lens = 0.54 * np.clip(1 - at.u**2, 0, 1) ** 0.5 * (1 - 0.45 * at.u)
    bent = at.v - at.draw(0.1, 0.3) * (0.5 - at.u**2)
    depth = lens - np.abs(bent)
    colour = _tint(at, colours[0])
    sprout = smooth(0.14, 0.04, np.abs(bent)) * smooth(0.7, 0.4, np.abs(at.u))
    colour = mix(colour, colours[2], 0.8 * sprout)
    colour = mix(colour, colours[1], smooth(0.18, 0.06, depth + 0.03 * at.grain))
    return Material(depth, colour, _dome(depth, height, 0.25), 0.4)


def bead(at, colours, height=0.8, gloss=0.9):
    """A berry. Colours: skin, its lit side, its dark side."""
    r, _ = _polar(at)
    depth = 0.95 * at.draw(0.8, 1.0) - r
    colour = mix(_tint(at, colours[0]), colours[-1], smooth(0.3, 0.0, depth))
    colour = mix(colour, colours[1], smooth(0.35, 0.0, r))
    return Material(depth, colour, _dome(depth, height, 0.9), gloss)
