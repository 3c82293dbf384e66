"""When the ends of two trainings are equal: to the bit, but for times."""

import shutil

import h5py
import keras
import numpy as np

from benchmarks.kill_and_resume import contents


def write(run, value: float, seconds: float):
    run.mkdir()
    with h5py.File(run / "checkpoint.weights.h5", "w") as file:
        file["layers/dense"] = np.float32([1, value])
    network = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    network.layers[0].set_weights([np.float32([[1], [value]]), np.zeros(1)])
    network.save(run / "generator.keras")
    (run / "log.csv").write_text(f"epoch,seconds,loss\n1,{seconds},0.5\n")
    (run / "settings.json").write_text('{"STEPS": 1, "RESUME": true}')


def test_times_do_not_count_and_one_bit_does(tmp_path):
    value = np.float32(0.1)
    write(tmp_path / "one", value, seconds=1)
    shutil.copytree(tmp_path / "one", tmp_path / "equal")
    log = tmp_path / "equal/log.csv"
    log.write_text(log.read_text().replace(",1,", ",7,"))
    (tmp_path / "equal/settings.json").write_text('{"STEPS": 1, "RESUME": false}')
    (tmp_path / "equal/.part-1-log.csv").touch()
    one = contents(tmp_path / "one")
    assert one == contents(tmp_path / "equal")
    write(tmp_path / "other", np.nextafter(value, np.float32(1)), seconds=1)
    other = contents(tmp_path / "other")
    differs = {name for name in one if one[name] != other[name]}
    assert {"checkpoint.weights.h5", "generator.keras"} == differs
