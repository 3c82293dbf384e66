"""Where the judge lies: one trained here, else the one that comes with the code."""

from pathlib import Path

from lab import runs
from utils import InputError

TRAINED = runs.TEMP / "judge"  # by `judge.py`
SHIPPED = Path(__file__).parent


def find_judge(size: int, folder: Path = TRAINED) -> Path:
    """Finds the record of the judge of `size` pixels; its weights lie beside it.

    Args:
        size: pixels a side of the pictures to judge.
        folder: where to look first, before `SHIPPED`.

    Returns:
        The path of `judge_<size>.json`.

    Raises:
        InputError: there is none.
    """
    name = f"judge_{size}.json"
    for place in (folder, SHIPPED):
        if (place / name).exists():
            return place / name
    raise InputError(
        f"expected a judge of {size} pixels. Received: no {name} in {folder} or"
        f" {SHIPPED}; run `python judge.py --image-size={size}`, once"
    )
