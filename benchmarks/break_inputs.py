"""Breaks files at random, and counts what the scripts make of them.

    python -m benchmarks.break_inputs
    python -m benchmarks.break_inputs --kinds=runs --seed=3

Makes a toy menu, pages with it, and a run that has learned it. Then breaks one file at
a time, in a way drawn at random: bytes changed, a part lost or doubled, a word put in
that does not belong there. A script that reads this file is to do its work - most bytes
of a photo may be anything - or to refuse the file in one line, exit status 2; and to
change nothing but its own output. Prints a table of counts, and a line for each file
that ended otherwise; that file is kept in `temp/broken/`. Some three CPU minutes. Linux
and macOS only.
"""

import utils
from lab import limits, settings

# what
INPUTS = 240  # files to break, about; of each kind as many
KINDS = ""  # some of tables, pages, pictures, arrays, records, runs; empty for all
SEED = 0  # of which files, how, and for which script

# measurement
SECONDS = 60  # after which a script counts as hanging

settings.read_settings(globals(), INPUTS=limits.at_least(1), SECONDS=limits.at_least(1))

import json
import os
import re
import shutil
import signal
import tempfile
from collections import Counter
from pathlib import Path

import numpy as np

from benchmarks import forked, toy
from lab import runs

MENU = "--menu=data/toy --image-size=16"
AUGMENT = f"augment.py {MENU} --angles=4 --recombined=6"
TOPPINGS = "toppings.py --menu=data/toy --teacher=recipes"
COVERAGE = "experiments.menu_coverage --menu=data/toy"
COOK = "generate.py --from=photos --menu=data/toy --ingredients=ветчина"
TRAIN = f"cvae.py {MENU} --latent-dim=4 --batch-size=8 --recombined=0.5 --epochs=1"
RESUME = TRAIN.replace("epochs=1", "epochs=2") + " --resume"
GENERATE = "generate.py --ingredients=ветчина --count=2"
TRANSFER = "style_transfer.py"
OWN = f"{TRANSFER} --ingredients=ветчина --to=маслины --photo="
EVALUATE = "evaluate.py --samples=50 --inception=0"
DRAW = "sample_menu.py --menu=data/drawn --pizzas=2 --size=32"
TABULATE = f"experiments.results {MENU} --minutes=0 --samples=50 --seeds=1"
TABULATE += " --rows='our CVAE' --given='--latent-dim=4 --batch-size=8"
TABULATE += " --recombined=0.5 --epochs=2'"
SCRAPE = f"scrape_dodo.py --url={toy.SITE}/Moscow --pause=0 --retries=0 --menu=data/new"

# Files by kind, and the scripts that read them.
READ_BY = {
    "tables": {"data/toy/*.csv": [AUGMENT, TOPPINGS, COVERAGE, COOK, TRAIN]},
    "pages": {
        "pages/*.*": [f"{SCRAPE} --html="],
        "data/new/cache/*": [SCRAPE],
    },
    "pictures": {
        "data/toy/photos/*": [AUGMENT, TOPPINGS],
        "own/*": [OWN],
        "data/toy/toppings/*.png": [TOPPINGS, COOK],
        "temp/cvae/*/menu/photos/*": [TRANSFER],
    },
    "arrays": {
        "data/toy/toppings/*.npz": [AUGMENT, COOK],
        "data/toy/augmented_16/*.npy": [AUGMENT, RESUME, EVALUATE],
        "data/toy/augmented_16/recombined/*.npy": [AUGMENT, RESUME],
        "temp/judge/*.npz": [EVALUATE],
    },
    "records": {
        "data/new/scraped.json": [SCRAPE],
        "data/toy/toppings/*.json": [AUGMENT, TOPPINGS, COOK],
        "data/toy/augmented_16/*.json": [AUGMENT, RESUME, EVALUATE],
        "data/toy/augmented_16/recombined/*.json": [AUGMENT, RESUME],
        "temp/cvae/*/*.json": [RESUME, GENERATE, EVALUATE],
        "temp/cvae/*/menu/*.json": [RESUME, GENERATE, EVALUATE],
        "temp/cvae/*/finished.json": [TABULATE],
        "temp/cvae/*/evaluation/*.json": [TABULATE],
        "temp/judge/*.json": [EVALUATE],
        "data/drawn/*.json": [DRAW],
    },
    "runs": {
        "temp/cvae/*/*.keras": [GENERATE, TRANSFER, EVALUATE],
        "temp/cvae/*/*.h5": [RESUME],
        "temp/cvae/*/*.csv": [RESUME],
        "temp/cvae/*/samples/*": [RESUME],
        "temp/cvae/*/menu/*.csv": [RESUME, GENERATE, TRANSFER],
    },
}
# What a user or a training has made: no script may change it.
PRECIOUS = "data/toy/*.csv", "data/toy/photos/*", "own/*"
PRECIOUS += "pages/*.*", "temp/cvae/*/*", "temp/cvae/*/menu/*", "temp/cvae/*/menu/*/*"
ENDINGS = "accepted", "refused", "traceback", "other words", "crash", "hangs"
WRONG = {"outside": "wrote outside its folder", "lost": "changed another's file"}
STRANGE = ["\0", "\n", "\r", "\\", " ", "\u202e", "\ud83c", "9" * 400]
STRANGE += """ " ' , ; ../ /etc/ -1 1e999 NaN ё { ] null %s <script> """.split()
VALUES = [None, True, -1, 0.5, 1e300, 10**30, "", "x", "../x", [], [0], {}, {"a": 1}]


def change_bytes(data: bytes, rng: np.random.Generator) -> bytes:
    """Changes up to eight bytes, half of them near the start, where heads are."""
    broken = bytearray(data)
    for _ in range(rng.integers(1, 9)):
        reach = min(len(data), 200) if rng.uniform() < 0.5 else len(data)
        broken[rng.integers(reach)] = rng.integers(256)
    return bytes(broken)


def cut(data: bytes, rng: np.random.Generator) -> bytes:
    return data[: rng.integers(len(data))]


def lose_part(data: bytes, rng: np.random.Generator) -> bytes:
    first, last = np.sort(rng.integers(len(data), size=2))
    return data[:first] + data[last + 1 :]


def double_part(data: bytes, rng: np.random.Generator) -> bytes:
    first, last = np.sort(rng.integers(len(data), size=2))
    return data[: last + 1] + data[first:]


def put_word_in(data: bytes, rng: np.random.Generator) -> bytes:
    word = STRANGE[rng.integers(len(STRANGE))].encode(errors="surrogatepass")
    place = rng.integers(len(data))
    return data[:place] + word + data[place:]


def change_value(data: bytes, rng: np.random.Generator) -> bytes:
    """Puts something else in the place of a value of a JSON file."""
    whole = [json.loads(data)]
    places, waiting = [], [whole]
    while waiting:
        value = waiting.pop()
        keys = value if isinstance(value, dict) else range(len(value))
        places += [(value, key) for key in keys]
        waiting += [value[key] for key in keys if isinstance(value[key], dict | list)]
    value, key = places[rng.integers(len(places))]
    value[key] = VALUES[rng.integers(len(VALUES))]
    return json.dumps(whole[0]).encode()


WAYS = [change_bytes, cut, lose_part, double_part]


def break_file(path: Path, rng: np.random.Generator) -> str:
    """Breaks a file; returns in which way."""
    ways = list(WAYS)
    if path.suffix in (".csv", ".json", ".html", ".mhtml"):
        ways += [put_word_in] * 4
    if path.suffix == ".json":
        ways += [change_value] * 8
    way = ways[rng.integers(len(ways))]
    path.write_bytes(way(path.read_bytes(), rng))
    return way.__name__.replace("_", " ")


def make_place(place: Path):
    """Makes a menu with all that scripts make of it, pages, and a trained run.

    Raises:
        InputError: a script fails on it whole.
    """
    from evaluation.judge import Judge, build_judge, save_judge
    from renderer import INGREDIENTS

    toy.make_menu(place / "data/toy")
    toy.make_pages(place / "pages", place / "data/toy/photos")
    shutil.copytree(place / "pages/answers", place / "data/new/cache")
    shutil.copytree(place / "data/toy/photos", place / "own")
    names = list(INGREDIENTS)
    record = {"ingredients": names, "width": 0.1, "precision": [0.5] * len(names)}

    def judge():
        network = build_judge(16, len(names), 0.1)
        save_judge(Judge(network, record), place / "temp/judge")

    forked.run(judge, place)
    output = place.parent / "output.txt"
    scripts = [TOPPINGS, AUGMENT, TRAIN, RESUME, COVERAGE, COOK, GENERATE, TRANSFER]
    scripts += [f"{OWN}own/ham.jpg", EVALUATE, TABULATE, DRAW, DRAW, SCRAPE]
    pages = sorted(path.name for path in place.glob("pages/*.*"))
    scripts += [f"{SCRAPE} --html=pages/{name}" for name in pages]
    for command in scripts:
        if forked.run(command, place, output):
            raise utils.InputError(
                f"expected `{command}` to work. Received: {output.read_text()!r}"
            )


def ending(status: int, printed: str) -> str:
    """Tells how a script ended, as one of `ENDINGS`.

    Args:
        status: its exit status, or minus the signal that ended it.
        printed: its standard error.
    """
    if status == -signal.SIGALRM:
        return "hangs"
    if status < 0:
        return "crash"
    if "Traceback (most recent" in printed or status not in (0, 2):
        return "traceback"
    if status == 0:
        return "other words" if printed else "accepted"
    return "refused" if re.fullmatch(r"\w+\.py: .*\n", printed) else "other words"


def noted(root: Path, place: Path) -> dict[str, tuple]:
    """What lies around a place: by path, size and time of each file."""
    found = {}
    for folder, folders, files in os.walk(root):
        if Path(folder) == place:
            folders.clear()
            continue
        for name in files:
            state = os.stat(os.path.join(folder, name))
            found[os.path.join(folder, name)] = state.st_size, state.st_mtime_ns
    return found


def precious(place: Path) -> dict[Path, bytes]:
    paths = (path for pattern in PRECIOUS for path in place.glob(pattern))
    return {path: path.read_bytes() for path in paths if path.is_file()}


def try_one(whole: Path, place: Path, kind: str, rng: np.random.Generator) -> dict:
    """Breaks one file of a copy of a place, and calls a script that reads it."""
    shutil.rmtree(place, ignore_errors=True)
    shutil.copytree(whole, place)
    patterns = list(READ_BY[kind])
    pattern = patterns[rng.integers(len(patterns))]
    paths = sorted(path for path in place.glob(pattern) if path.is_file())
    path, scripts = paths[rng.integers(len(paths))], READ_BY[kind][pattern]
    command = scripts[rng.integers(len(scripts))]
    name = path.relative_to(place).as_posix()
    if command.endswith("="):
        command += name
    way, root, output = break_file(path, rng), place.parents[1], place.parent / "output"
    output.unlink(missing_ok=True)
    around, kept = noted(root, place), precious(place)
    status = forked.run(command, place, output, SECONDS)
    printed = output.read_text(encoding="utf-8", errors="replace")
    output.unlink()
    now = precious(place)
    lost = [p for p, body in kept.items() if now.get(p) != body]
    if command == RESUME and status == 0:  # it goes on writing its run's files
        lost = [p for p in lost if p.parent.parent.name != "cvae"]
    found = {"kind": kind, "file": name, "way": way, "script": command.split()[0]}
    found |= {"ending": ending(status, printed), "printed": printed, "path": path}
    return found | {"outside": noted(root, place) != around, "lost": bool(lost)}


def main():
    kinds = settings.choose("KINDS", KINDS, READ_BY)
    broken = runs.TEMP / "broken"
    shutil.rmtree(broken, ignore_errors=True)
    counts = {kind: Counter() for kind in kinds}
    with tempfile.TemporaryDirectory() as temp:
        # Home, and three folders deep: what climbs out of its folder is still seen.
        root = Path(temp).resolve()
        os.environ["HOME"], os.environ["TMPDIR"] = str(root / "home"), str(root / "tmp")
        whole, place = root / "whole/place", root / "a/place"
        for folder in (root / "home", root / "tmp", root / "a", whole):
            folder.mkdir(parents=True)
        forked.warm_up()
        make_place(whole)
        each = -(-INPUTS // len(kinds))
        for kind in kinds:
            for number in range(each):
                rng = np.random.default_rng([SEED, *kind.encode(), number])
                found = try_one(whole, place, kind, rng)
                counts[kind][found["ending"]] += 1
                wrong = [words for name, words in WRONG.items() if found[name]]
                counts[kind].update(name for name in WRONG if found[name])
                if found["ending"] in ENDINGS[2:] or wrong:
                    keep(found, broken / f"{kind}-{number:03d}", wrong)
    total = sum(counts.values(), Counter())
    columns = [*ENDINGS, *WRONG]
    print(f"{'':10} {'files':>6}", *(f"{column:>14}" for column in columns))
    for kind, count in [*counts.items(), ("all", total)]:
        files = sum(count[name] for name in ENDINGS)
        print(f"{kind:10} {files:6}", *(f"{count[column]:14}" for column in columns))


def keep(found: dict, folder: Path, wrong: list[str]):
    """Keeps a broken file and what the script printed, and prints a line."""
    folder.mkdir(parents=True)
    if found["path"].exists():
        shutil.copy(found["path"], folder)
    utils.write_text(folder / "printed.txt", found["printed"])
    last = (found["printed"].strip().splitlines() or [""])[-1][:150]
    what = ", ".join([found["ending"], *wrong])
    file = re.sub("(temp/cvae/\\d+)[^/]*", r"\1", found["file"])
    line = f"{folder}: {file}, {found['way']}: {found['script']}: {what}: {last}"
    print(line, flush=True)


if __name__ == "__main__":
    utils.run(main)
