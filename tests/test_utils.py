"""Files that appear whole."""

import numpy as np
import pytest

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
