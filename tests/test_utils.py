"""Files that appear whole, printing that ends nothing, and errors of one line."""

import errno
import fcntl
import os
import subprocess
import sys

import numpy as np
import pytest
from conftest import ROOT

import utils


def test_a_file_is_whole_or_not_there(tmp_path):
    path = tmp_path / "deep/file.txt"
    with pytest.raises(RuntimeError), utils.whole_file(path) as part:
        part.write_text("half")
        raise RuntimeError
    assert list(path.parent.iterdir()) == []
    utils.write_text(path, "whole\n")
    assert path.read_bytes() == b"whole\n"
    assert np.array_equal(list(path.parent.iterdir()), [path])


def test_a_full_disk_is_named_whatever_a_library_raises(tmp_path):
    with pytest.raises(OSError) as error, utils.whole_file(tmp_path / "file"):
        raise RuntimeError("file close failed, 'No space left on device'")
    assert error.value.errno == errno.ENOSPC
    assert error.value.filename == str(tmp_path / "file")


def test_room_is_claimed_or_refused(tmp_path, monkeypatch):
    utils.claim_room(tmp_path / "file", 5000)
    if hasattr(os, "posix_fallocate"):
        assert (tmp_path / "file").stat().st_size == 5000
        modes, claim = [], os.posix_fallocate
        monkeypatch.setattr(
            os,
            "posix_fallocate",
            lambda file, *size: (
                modes.append(fcntl.fcntl(file, fcntl.F_GETFL)) or claim(file, *size)
            ),
        )
        utils.claim_room(tmp_path / "file", 6000)
        # glibc emulates it where a disk has no such call, not for files to append to.
        assert not modes[0] & os.O_APPEND

        def refuse(*_):
            raise OSError(errno.ENOSPC, "No space left on device")

        monkeypatch.setattr(os, "posix_fallocate", refuse)
        with pytest.raises(OSError, match="No space left.*file"):
            utils.claim_room(tmp_path / "file", 5000)


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (utils.InputError("expected\nham"), "expected ham"),
        (OSError(errno.EROFS, "Read-only", "m"), "or write m. Received: Read-only"),
        (OSError(errno.ENOSPC, "Full", "m"), "Received: Full; make room"),
        (OSError("odd"), "expected to read or write files. Received: odd"),
    ],
)
def test_an_error_is_one_line(error, line, capsys, monkeypatch):
    def main():
        raise error

    monkeypatch.delenv(utils.DEBUG, raising=False)
    with pytest.raises(SystemExit) as end:
        utils.run(main)
    told = capsys.readouterr().err
    assert end.value.code == 2
    assert line in told and told.count("\n") == 1
    monkeypatch.setenv(utils.DEBUG, "1")
    with pytest.raises(SystemExit):
        utils.run(main)
    assert "Traceback" in capsys.readouterr().err


WORK = """
import utils
def main():
    for _ in range(9):
        print("сыр", "x" * 9999, flush=True)
    utils.write_text("done.txt", "done")
utils.run(main)
"""


@pytest.mark.parametrize("encoding", ["utf-8", "ascii", "cp1252"])
def test_printing_never_costs_the_work(tmp_path, encoding):
    reader, writer = os.pipe()
    if encoding == "utf-8":  # a pipe that nobody reads any more, as after `| head`
        os.close(reader)
    output = writer if encoding == "utf-8" else subprocess.PIPE
    worker = subprocess.run(
        [sys.executable, "-c", WORK],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": encoding},
        stdout=output,
        stderr=subprocess.PIPE,
    )
    os.close(writer)
    assert (worker.returncode, worker.stderr) == (0, b"")
    assert (tmp_path / "done.txt").exists()
    if encoding != "utf-8":
        assert worker.stdout.startswith(rb"\u0441\u044b\u0440 xxx")


@pytest.mark.parametrize("content", [None, "", "[]", '{"a": 1', "\udcff"])
def test_damaged_json_is_one_line(tmp_path, content):
    path = tmp_path / "file.json"
    if content is not None:
        path.write_bytes(content.encode(errors="surrogateescape"))
    with pytest.raises(utils.InputError, match="file.json: expected a JSON.*; go on$"):
        utils.read_json(path, "go on")


def test_whatever_a_reader_raises_is_told_in_short():
    told = {
        KeyError("name"): "Received: KeyError 'name'",
        RuntimeError(): "Received: RuntimeError",
        ValueError("bad\nmore"): "Received: bad",
        FileNotFoundError(2, "No such file", "x"): "Received: No such file",
    }
    for error, line in told.items():
        with pytest.raises(utils.InputError) as seen, utils.reading("x", "a thing"):
            raise error
        assert str(seen.value) == f"x: expected a thing. {line}"


def test_one_is_no_plural():
    assert [utils.count(n, "pizza") for n in (0, 1, 1200)] == [
        "0 pizzas",
        "1 pizza",
        "1,200 pizzas",
    ]
