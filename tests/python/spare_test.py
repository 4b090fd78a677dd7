"""A spare engine goes to the next kernel, and to nobody else; whatever is killed, nothing is left behind."""

import json
import os
import pathlib
import signal
import socket
import subprocess
import sys
import time

import pytest
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import KernelManager
from robustness_test import Kernel, begin, descendants, gone, reply_to, slot, state

# The environment that runs this is in the cache.
CACHE = pathlib.Path(sys.prefix).parents[1]
HOUSE = CACHE / "spare"
PROGRAM = KernelSpecManager().get_kernel_spec("lstm").argv[0]


def keeper(ready=True, patience=90):
    """The process that keeps the spare, once it has one."""
    deadline = time.time() + patience
    while time.time() < deadline:
        try:
            told = json.loads((HOUSE / "state").read_text())
            # A killed one leaves its word behind.
            if (told["ready"] or not ready) and state(told["keeper"]) != "Z":
                return told["keeper"]
        except (FileNotFoundError, json.JSONDecodeError):
            pass
        time.sleep(0.05)
    raise AssertionError("no spare was started")


def is_empty():
    return not (HOUSE / "socket").exists() and not (HOUSE / "state").exists()


def end_spare():
    try:
        process = json.loads((HOUSE / "state").read_text())["keeper"]
        if "spare" not in pathlib.Path(f"/proc/{process}/cmdline").read_text():
            return
        below = descendants(process) | {process}
        os.kill(process, signal.SIGTERM)
    except (FileNotFoundError, ProcessLookupError):
        return
    assert gone(below)


@pytest.fixture(autouse=True)
def on(monkeypatch):
    end_spare()
    monkeypatch.setenv("LSTM_SPARE", "300")
    yield
    end_spare()


def waiting():
    """The keeper of a spare that was started by a kernel; the kernel is gone."""
    kernel = Kernel()
    kernel.value("1 + 1")
    process = keeper()
    kernel.stop()
    return process


class Settled(Kernel):
    """A kernel in a folder, with variables."""

    def __init__(self, folder, **variables):
        self.manager = KernelManager(kernel_name="lstm")
        self.manager.start_kernel(cwd=str(folder), env={**os.environ, **variables})
        self.client = self.manager.client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=600)
        self.front = self.manager.provisioner.process.pid


def parent(pid):
    return int(pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[1])


def folder_of(process):
    """The folder of the kernel whose engine this keeper has."""
    below = type("", (), {"front": process})
    return slot(below)


def engine_of(process):
    """The engine that this keeper started."""
    return next(pid for pid in descendants(process) if parent(pid) == process)


RANDOM = "random::randn((2, 2), &Device::Cpu)?.flatten_all()?.to_vec1::<f32>()?"
PLACE = '(std::env::current_dir()?.display().to_string(), std::env::var("JPY_SESSION_NAME").ok(), std::env::var("JPY_OLD").ok())'


def test_the_next_kernel_gets_it_settled_and_without_a_trace(tmp_path, monkeypatch):
    monkeypatch.setenv("JPY_OLD", "of the first")
    first = Settled("/")
    numbers = first.value(RANDOM)
    process = keeper()
    folder = folder_of(process)
    monkeypatch.delenv("JPY_OLD")
    second = Settled(tmp_path, JPY_SESSION_NAME="ü b")
    place = f'("{tmp_path}", Some("ü b"), None)'
    assert second.value(PLACE) == place
    assert pathlib.Path(second.value('std::env::var("LSTM_INTERRUPT_FILE")?').strip('"')).parent == folder, "taken"
    assert not [pid for pid in descendants(second.front) if parent(pid) != second.front], "nothing was started for it"
    assert second.value(RANDOM) == numbers, "the seed is the one that every kernel begins with"
    assert "warmed" not in str(second.run(":vars")[1])
    # What evcxr starts from now on is settled as well, and interrupts work.
    request = begin(second, 'println!("begun");\nloop { std::thread::sleep(std::time::Duration::from_millis(10)); }')
    second.manager.interrupt_kernel()
    assert reply_to(second, request)["ename"] == "Interrupted"
    assert second.value(PLACE) == place
    assert pathlib.Path(f"/proc/{engine_of(process)}/cwd").readlink() == tmp_path, "a `:dep` by path begins there"
    everything = descendants(process) | {process, second.front}
    second.stop()
    assert gone(everything) and not folder.exists()
    # The first one never noticed.
    assert first.value("20 + 22") == "42"
    first.stop()


def test_a_restarted_kernel_gets_it():
    spare = waiting()
    kernel = Kernel()
    assert kernel.value("1 + 1") == "2" and keeper() != spare
    following, before = keeper(), kernel.front
    kernel.manager.restart_kernel(now=False)
    kernel.client.wait_for_ready(timeout=60)
    kernel.front = kernel.manager.provisioner.process.pid
    assert kernel.front != before and gone({spare, before})
    folder = folder_of(following)
    assert pathlib.Path(kernel.value('std::env::var("LSTM_INTERRUPT_FILE")?').strip('"')).parent == folder
    kernel.stop()


def test_it_is_for_this_user_alone():
    spare = waiting()
    assert (HOUSE.stat().st_mode & 0o777, (HOUSE / "socket").stat().st_mode & 0o777) == (0o700, 0o600)
    for words in (b"", b"\xff" * 64, b"\0\0\0\x05\"Tak\"", b"\0\0\0\x02{}"):
        with socket.socket(socket.AF_UNIX) as stranger:
            stranger.settimeout(5)
            stranger.connect(str(HOUSE / "socket"))
            stranger.sendall(words)
            stranger.shutdown(socket.SHUT_WR)
            try:
                assert stranger.recv(16) == b"", "whoever says something else is not answered"
            except ConnectionResetError:
                pass
    if os.getuid() == 0:
        connect = f"import socket; socket.socket(socket.AF_UNIX).connect({str(HOUSE / 'socket')!r})"
        refused = subprocess.run(["/usr/bin/env", "python3", "-c", connect], user=65534, capture_output=True, text=True)
        assert refused.returncode != 0 and "denied" in refused.stderr, refused
    assert keeper() == spare and state(spare) != "Z"


def test_a_kernel_with_another_environment_starts_its_own(monkeypatch):
    spare = waiting()
    monkeypatch.setenv("RAYON_NUM_THREADS", "1")
    other = Kernel()
    assert other.value('std::env::var("RAYON_NUM_THREADS")?') == '"1"'
    assert other.run(":vars")[0]["status"] == "ok" and len(descendants(other.front)) >= 3
    # What waits would fit no kernel like this one, so another takes its place.
    deadline = time.time() + 60
    while keeper() == spare and time.time() < deadline:
        time.sleep(0.2)
    assert keeper() != spare and gone({spare})
    other.stop()


@pytest.mark.parametrize("victim", ["keeper", "engine", "paused keeper", "starting keeper"])
def test_a_spare_that_is_killed_leaves_nothing(victim):
    kernel = Kernel()
    kernel.value("1 + 1")
    process = keeper(ready=victim in ("keeper", "engine"))
    folder = folder_of(process) if victim in ("keeper", "engine") else None
    if victim == "paused keeper":
        deadline = time.time() + 30
        while len(descendants(process)) < 2 and time.time() < deadline:
            time.sleep(0.05)
        request = begin(kernel, 'println!("begun"); std::thread::sleep(std::time::Duration::from_secs(2));')
        stopped = [pid for pid in descendants(process) if state(pid) == "T"]
        assert stopped, "it was not stopped while a cell ran"
    below = descendants(process)
    os.kill(engine_of(process) if victim == "engine" else process, signal.SIGKILL)
    assert gone(below | {process})
    if victim == "paused keeper":
        assert reply_to(kernel, request)["status"] == "ok"
    following = Kernel()
    assert following.value("20 + 22") == "42"
    if folder:
        assert not folder.exists()
    assert keeper() != process
    following.stop()
    kernel.stop()


@pytest.mark.parametrize("victim", ["front", "keeper"])
def test_a_taken_spare_ends_with_its_kernel_and_the_kernel_survives_its_end(victim):
    spare = waiting()
    folder = folder_of(spare)
    kernel = Kernel()
    assert kernel.value("1 + 1") == "2"
    below = descendants(spare) | {spare}
    os.kill(kernel.front if victim == "front" else spare, signal.SIGKILL)
    assert gone(below)
    if victim == "keeper":
        reply, _ = kernel.run("1 + 1")
        assert reply["status"] == "ok" or reply["ename"] == "EngineDied", reply
        assert kernel.value("20 + 22") == "42"
        kernel.stop()
    else:
        kernel.client.stop_channels()
        kernel.manager.cleanup_resources()
        assert not folder.exists()


def test_it_ends_when_it_has_waited_long_enough_and_when_its_program_is_built_anew(tmp_path, monkeypatch):
    import shutil

    monkeypatch.setenv("LSTM_SPARE", "2")
    kernel = Kernel()
    kernel.value("1 + 1")
    process = keeper()
    below = descendants(process) | {process}
    assert gone(below, patience=15) and is_empty()
    kernel.stop()
    monkeypatch.setenv("LSTM_SPARE", "300")
    program = tmp_path / "lstm-kernel"
    shutil.copy2(PROGRAM, program)
    begun = subprocess.Popen([program, "spare"], stdin=subprocess.DEVNULL)
    assert keeper() == begun.pid
    below = descendants(begun.pid)
    told = subprocess.run([PROGRAM, "doctor"], capture_output=True, text=True).stdout
    assert f"one waits, kept by process {begun.pid}" in told
    program.unlink()
    shutil.copy2(PROGRAM, program)
    assert begun.wait(timeout=20) == 0 and gone(below) and is_empty()


def test_there_is_none_where_it_is_off(monkeypatch):
    for setting in ("0", "off"):
        monkeypatch.setenv("LSTM_SPARE", setting)
        assert subprocess.run([PROGRAM, "spare"], stdin=subprocess.DEVNULL, timeout=10).returncode == 0
    kernel = Kernel()
    kernel.value("1 + 1")
    time.sleep(7)
    assert is_empty()
    kernel.stop()
