"""Several devices, hosts and backends: the same numbers as on one."""

import csv
import os
import shutil
import socket
import time

import keras
import numpy as np
import pytest
from conftest import TOY, run, start
from PIL import Image
from toys import batches

from training import hosts
from utils import InputError

on_jax = pytest.mark.skipif(
    keras.backend.backend() != "jax", reason="wants KERAS_BACKEND=jax"
)


def test_hosts_share_a_batch(monkeypatch):
    whole = batches()[4][0]
    shares = []
    for host in range(3):
        monkeypatch.setattr(hosts, "_index_and_count", lambda host=host: (host, 3))
        shares.append(batches()[4][0])
    for name in ("photo", "recipe"):
        assert all(len(share[name]) == 2 for share in shares)
        together = np.concatenate([share[name] for share in shares])
        assert np.array_equal(together, whole[name])


def test_devices_want_equal_shares(monkeypatch):
    monkeypatch.setattr(hosts, "count_devices", lambda: 3)
    once = batches(endless=False)
    assert [len(once[i][0]["photo"]) for i in range(once.num_batches)] == [6, 6, 6]
    monkeypatch.setattr(hosts, "count_devices", lambda: 4)
    with pytest.raises(InputError, match="BATCH_SIZE: expected a multiple of 4"):
        batches()


def rows(folder):
    with open(folder / "log.csv", newline="") as file:
        return list(csv.DictReader(file))


@on_jax
@pytest.mark.backends
def test_two_hosts_train_as_one_until_one_is_lost(workplace, tmp_path):
    shutil.copytree(workplace / "data", tmp_path / "data")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    arguments = [*TOY, "--epochs=1000", f"--hosts={address},127.0.0.1:1"]
    first, other = [
        start("cvae.py", *arguments, f"--host-index={i}", cwd=tmp_path) for i in (0, 1)
    ]
    try:
        while not (found := list(tmp_path.glob("temp/cvae/*/log.csv"))) or (
            len(rows(found[0].parent)) < 3
        ):
            assert first.poll() is None, first.communicate()
            assert other.poll() is None, other.communicate()
            time.sleep(0.05)
        other.kill()
        _, errors = first.communicate(timeout=60)
    finally:
        first.kill(), other.kill()
    other.communicate()
    assert first.returncode == 2
    assert "expected all hosts until the end" in errors.splitlines()[-1]

    (folder,) = (tmp_path / "temp/cvae").iterdir()
    (alone,) = (workplace / "temp/cvae").iterdir()
    for ours, theirs in zip(rows(alone), rows(folder), strict=False):
        for name in ("loss", "reconstruction", "kl"):
            assert float(ours[name]) == pytest.approx(float(theirs[name]), rel=1e-4)

    done = len(rows(folder))
    run("cvae.py", *TOY, f"--epochs={done + 1}", "--resume", cwd=tmp_path)
    assert [int(row["epoch"]) for row in rows(folder)] == [*range(1, done + 2)]


def assert_made(folder):
    (row,) = rows(folder)
    assert all(np.isfinite(float(value)) for value in row.values())
    assert (folder / "generator.keras").exists()


BRIEF = [*TOY[:2], "--width=0.1", "--batch-size=4", "--steps=2", "--sample-every=2"]


@on_jax
@pytest.mark.backends
def test_trains_on_the_devices_there_are(workplace, tmp_path):
    shutil.copytree(workplace / "data", tmp_path / "data")
    flags = "--xla_force_host_platform_device_count=2"
    run("gan.py", *BRIEF, cwd=tmp_path, env=os.environ | {"XLA_FLAGS": flags})
    (folder,) = (tmp_path / "temp/gan").iterdir()
    assert_made(folder)


@on_jax
@pytest.mark.backends
def test_slurm_says_who_is_who(workplace, tmp_path):
    shutil.copytree(workplace / "data", tmp_path / "data")
    job = {"SLURM_JOB_ID": str(os.getpid()), "SLURM_STEP_NODELIST": "localhost"}
    both = []
    for i in map(str, range(2)):
        host = {"SLURM_NTASKS": "2", "SLURM_PROCID": i, "SLURM_LOCALID": i}
        environment = os.environ | job | host
        arguments = *BRIEF, "--hosts=auto"
        both.append(start("cvae_gan.py", *arguments, cwd=tmp_path, env=environment))
    for process in both:
        _, errors = process.communicate(timeout=300)
        assert process.returncode == 0, errors
    (folder,) = (tmp_path / "temp/cvae_gan").iterdir()
    assert_made(folder)


@on_jax
@pytest.mark.backends
def test_the_other_backend_draws_the_same_pictures(workplace):
    drawn = []
    for backend in ("tensorflow", "jax"):
        environment = os.environ | {"KERAS_BACKEND": backend}
        printed = run("generate.py", "--count=2", cwd=workplace, env=environment)
        path = workplace / printed.split()[-1]
        drawn.append(np.asarray(Image.open(path)).astype(int))
        path.unlink()
    assert np.abs(drawn[0] - drawn[1]).max() <= 1
