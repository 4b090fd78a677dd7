"""What else may happen to a kernel and its surroundings, and that nothing that was acknowledged is lost by it.

Each test says in its assertions what was there before, what happened, and what is there afterwards.
"""

import concurrent.futures
import hashlib
import json
import os
import pathlib
import shutil
import stat
import subprocess
import time

import pytest
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import start_new_kernel

from robustness_test import Kernel, slot

# Whether a kernel can be given a disk that it alone sees.
MAY_MOUNT = subprocess.run(["unshare", "--mount", "true"], stderr=subprocess.DEVNULL).returncode == 0


@pytest.fixture(scope="module")
def kernel():
    kernel = Kernel()
    kernel.value("let kept = 41;")
    yield kernel
    kernel.stop()


def resident(pids):
    """MiB that these processes hold in memory."""
    pages = sum(int(pathlib.Path(f"/proc/{pid}/statm").read_text().split()[1]) for pid in pids)
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def test_two_hundred_megabytes_arrive_whole_and_are_let_go(kernel):
    front = [kernel.front]
    before = resident(front)
    code = """
    let line = "0123456789abcdef".repeat(63) + "0123456789ABCD\\n";
    for _ in 0..205_000 { print!("{line}"); }
    """
    digest, length = hashlib.sha256(), 0

    def took(message):
        nonlocal length
        if message["msg_type"] == "stream":
            text = message["content"]["text"].encode()
            digest.update(text)
            length += len(text)

    reply = kernel.client.execute_interactive(code, timeout=300, output_hook=took)
    assert reply["content"]["status"] == "ok", reply
    line = b"0123456789abcdef" * 63 + b"0123456789ABCD\n"
    assert length == 205_000 * len(line) > 200_000_000
    assert digest.hexdigest() == hashlib.sha256(line * 205_000).hexdigest()
    assert kernel.value("kept + 1") == "42"
    time.sleep(2)
    assert resident(front) < before + 100, "the front keeps what it has passed on"


def test_bytes_that_are_not_text_are_replaced_and_harm_nothing(kernel):
    code = 'use std::io::Write; std::io::stdout().write_all(b"a\\xff\\xfe\\x80b\\n")?; std::io::stderr().write_all(b"\\xc3(\\n")?;'
    reply, messages = kernel.run(code)
    assert reply["status"] == "ok", reply
    text = "".join(c["text"] for t, c in messages if t == "stream" and c["name"] == "stdout")
    assert text.startswith("a\ufffd") and text.endswith("b\n")
    errors = "".join(c["text"] for t, c in messages if t == "stream" and c["name"] == "stderr")
    assert errors == "\ufffd(\n"
    assert kernel.value("kept + 1") == "42"


def test_a_client_that_goes_in_the_middle_of_a_cell_costs_nothing(kernel):
    code = 'for n in 0..30 { println!("{n}"); std::thread::sleep(std::time::Duration::from_millis(100)); } let late = 7;'
    kernel.client.execute(code)
    time.sleep(1)
    kernel.client.stop_channels()
    kernel.client = kernel.manager.client()
    kernel.client.start_channels()
    kernel.client.wait_for_ready(timeout=60)
    assert kernel.value("late + kept") == "48"


def test_many_cells_leave_the_kernel_as_small_as_it_was(kernel):
    """evcxr's own processes keep each cell's library; what is added around it must not grow."""
    front = [kernel.front]
    for n in range(20):
        kernel.value(f"let growing = {n};")
    before = resident(front)
    for n in range(int(os.environ.get("LSTM_TEST_CELLS", "100"))):
        kernel.value(f'println!("{{}}", growing + {n});')
    assert resident(front) < before + 5


@pytest.mark.skipif(os.geteuid() == 0 and not MAY_MOUNT, reason="root may write everywhere")
def test_a_project_folder_that_cannot_be_written_to_is_enough(tmp_path):
    folder = tmp_path / "read-only"
    folder.mkdir()
    spec = KernelSpecManager().get_kernel_spec("lstm")
    if os.geteuid() == 0:
        # Modes do not bind root: its kernel alone sees a disk there that is mounted for reading only.
        mount = 'mount -t tmpfs -o ro none . && cd "$PWD" && exec "$@"'
        spec.argv = ["unshare", "--mount", "sh", "-c", mount, "sh", *spec.argv]
    else:
        folder.chmod(stat.S_IRUSR | stat.S_IXUSR)
    kernel = Kernel(spec, cwd=str(folder))
    try:
        assert kernel.value("std::env::current_dir()?.display().to_string()") == json.dumps(str(folder))
        assert kernel.value('std::fs::write("here", "").is_err()') == "true"
        assert kernel.value("Tensor::new(&[41f32], &Device::Cpu)?.to_vec1::<f32>()?[0] + 1.0") == "42.0"
    finally:
        kernel.stop()
    assert list(folder.iterdir()) == []


@pytest.mark.skipif(not MAY_MOUNT, reason="no right to mount a disk that only the kernel sees")
def test_a_full_disk_costs_the_cell_and_nothing_else():
    """The kernel's folders lie on a small disk that only it sees."""
    cache = os.environ.get("LSTM_CACHE") or str(pathlib.Path.home() / ".cache/lstm-kernel")
    mount = 'mount -t tmpfs -o size=1g none "$0/kernels" && exec "$@"'
    small = KernelSpecManager().get_kernel_spec("lstm")
    small.argv = ["unshare", "--mount", "sh", "-c", mount, cache, *small.argv]
    kernel = Kernel(small)
    try:
        kernel.value("let kept = 41;")
        disk = pathlib.Path(f"/proc/{kernel.front}/root{cache}/kernels")
        assert disk.stat().st_dev != pathlib.Path(cache, "kernels").stat().st_dev
        filling = disk / "filling"
        with filling.open("wb", buffering=0) as file:
            # Another cell, where something that the one before had left gave its room back meanwhile.
            for _ in range(5):
                with pytest.raises(OSError, match="No space left"):
                    while True:
                        file.write(bytes(1 << 12))
                reply, _ = kernel.run("let lost = kept + 1;")
                if reply["status"] == "error" and "make room" in reply["traceback"][-1]:
                    break
        assert reply["status"] == "error" and "make room" in reply["traceback"][-1], reply
        filling.unlink()
        assert kernel.value("kept + 1") == "42"
    finally:
        kernel.stop()


def test_a_kernel_without_home_computes(monkeypatch):
    home = os.environ["HOME"]
    cargo = os.environ.get("CARGO_HOME", f"{home}/.cargo")
    rustup = os.environ.get("RUSTUP_HOME", f"{home}/.rustup")
    cache = os.environ.get("LSTM_CACHE", f"{os.environ.get('XDG_CACHE_HOME', home + '/.cache')}/lstm-kernel")
    for name, value in [("CARGO_HOME", cargo), ("RUSTUP_HOME", rustup), ("LSTM_CACHE", cache)]:
        monkeypatch.setenv(name, value)
    manager, client = start_new_kernel(kernel_name="lstm", startup_timeout=600, env={k: v for k, v in os.environ.items() if k != "HOME"})
    reply = client.execute_interactive("Tensor::new(&[1f32], &Device::Cpu)?;", timeout=120)
    assert reply["content"]["status"] == "ok", reply
    client.stop_channels()
    manager.shutdown_kernel()


def test_several_kernels_that_start_at_once_do_not_disturb_each_other():
    def sum_of(n):
        kernel = Kernel()
        try:
            return kernel.value(f"{n} + {n}")
        finally:
            kernel.stop()

    with concurrent.futures.ThreadPoolExecutor() as pool:
        answers = list(pool.map(sum_of, range(1, 4)))
    assert answers == ["2", "4", "6"]


def test_two_kernels_that_need_the_library_at_once_have_it_built_once(tmp_path, monkeypatch):
    """In an empty cache, but for what the course's library is made of: that is compiled already."""
    cache = pathlib.Path(os.environ.get("LSTM_CACHE") or pathlib.Path.home() / ".cache/lstm-kernel")
    builds = [marker.parent for marker in (cache / "warm").glob("*/complete")]
    newest = max(builds, key=lambda build: (build / "complete").stat().st_mtime)
    # Under another name it is the build of other sources, from which a new one takes what it can.
    shutil.copytree(newest, tmp_path / "warm/earlier", symlinks=True)
    monkeypatch.setenv("LSTM_CACHE", str(tmp_path))

    def sum_of(n):
        with (tmp_path / f"{n}.log").open("w") as log:
            kernel = Kernel(stderr=log)
        try:
            return kernel.value(f"{n} + {n}", timeout=900)
        finally:
            kernel.stop()

    with concurrent.futures.ThreadPoolExecutor() as pool:
        answers = list(pool.map(sum_of, [1, 2]))
    assert answers == ["2", "4"]
    assert len(list((tmp_path / "warm").glob("*/complete"))) == 2, "one was there, one was built"
    said = sorted((tmp_path / f"{n}.log").read_text().splitlines()[0] for n in [1, 2])
    assert "building the course's library" in said[0] and "waiting for another process" in said[1], said


def test_what_a_kernel_leaves_is_for_its_user_alone(kernel):
    assert slot(kernel).stat().st_mode & 0o077 == 0
    listening = pathlib.Path(f"/proc/{kernel.front}/net/tcp").read_text()
    ports = {kernel.manager.shell_port, kernel.manager.iopub_port, kernel.manager.control_port, kernel.manager.stdin_port}
    places = [line.split()[1].split(":") for line in listening.splitlines()[1:] if line.split()[3] == "0A"]
    found = {int(port, 16): address for address, port in places if int(port, 16) in ports}
    assert found.keys() == ports and set(found.values()) == {"0100007F"}, found
