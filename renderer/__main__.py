"""A worker of `many`: orders as JSON on its input, pixels and labels on its output."""

import json
import sys

from renderer.many import draw_each

size, orders, labelled = json.load(sys.stdin)
for arrays in draw_each(orders, size, labelled):
    for array in arrays:
        sys.stdout.buffer.write(array.tobytes())
