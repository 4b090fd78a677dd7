"""Interrupts, killed processes, floods and bad requests, against a real kernel over real sockets."""

import os
import pathlib
import signal
import subprocess
import time

import pytest
from jupyter_client.manager import start_new_kernel


class Kernel:
    def __init__(self):
        self.manager, self.client = start_new_kernel(kernel_name="lstm", startup_timeout=600)
        self.front = self.manager.provisioner.process.pid

    def run(self, code, timeout=120):
        """Reply content and the list of (msg_type, content) that a cell caused."""
        messages = []
        reply = self.client.execute_interactive(
            code, timeout=timeout, allow_stdin=False,
            output_hook=lambda m: messages.append((m["msg_type"], m["content"])),
        )
        return reply["content"], messages

    def value(self, code):
        reply, messages = self.run(code)
        assert reply["status"] == "ok", reply
        return next((c["data"]["text/plain"] for t, c in messages if t == "execute_result"), None)

    def stop(self):
        self.client.stop_channels()
        if self.manager.has_kernel:
            self.manager.shutdown_kernel()


@pytest.fixture
def kernel():
    kernel = Kernel()
    kernel.value("1 + 1")
    yield kernel
    kernel.stop()


def descendants(pid):
    """Process ids below this one, by what the system says."""
    listing = subprocess.run(["ps", "-eo", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
    pairs = [tuple(map(int, line.split())) for line in listing.splitlines()]
    below, frontier = set(), {pid}
    while frontier:
        frontier = {child for child, parent in pairs if parent in frontier}
        below |= frontier
    return below


def gone(pids, patience=10):
    deadline = time.time() + patience
    while time.time() < deadline:
        alive = {pid for pid in pids if pathlib.Path(f"/proc/{pid}").exists() and "Z" not in state(pid)}
        if not alive:
            return True
        time.sleep(0.1)
    return False


def state(pid):
    try:
        return pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return "Z"


def slot(kernel):
    """The folder of a kernel, as the processes behind its front know it."""
    for pid in descendants(kernel.front):
        for variable in pathlib.Path(f"/proc/{pid}/environ").read_bytes().split(b"\0"):
            if variable.startswith(b"EVCXR_TMPDIR="):
                return pathlib.Path(variable.split(b"=", 1)[1].decode()).parent
    raise AssertionError("no process behind the front names its folder")


def role(pid, word):
    try:
        return word.encode() in pathlib.Path(f"/proc/{pid}/environ").read_bytes()
    except (FileNotFoundError, PermissionError):
        return False


def test_interrupt_ends_the_cell_and_says_so(kernel):
    kernel.run("let kept = 1; fn twice(n: i32) -> i32 { 2 * n }")
    request = kernel.client.execute("println!(\"begun\");\nloop { std::thread::sleep(std::time::Duration::from_millis(10)); }")
    while True:
        message = kernel.client.get_iopub_msg(timeout=60)
        if message["msg_type"] == "stream":
            break
    started = time.time()
    kernel.manager.interrupt_kernel()
    reply = kernel.client.get_shell_msg(timeout=60)
    assert reply["parent_header"]["msg_id"] == request
    assert reply["content"]["ename"] == "Interrupted"
    assert "variables were lost" in "\n".join(reply["content"]["traceback"])
    assert time.time() - started < 30
    assert kernel.value("twice(21)") == "42"


def test_queued_cells_are_aborted_when_one_fails(kernel):
    bad = kernel.client.execute("std::thread::sleep(std::time::Duration::from_millis(500)); panic!(\"first\");")
    queued = kernel.client.execute("1 + 1")
    free = kernel.client.execute("2 + 2", stop_on_error=False)
    replies = {}
    while len(replies) < 3:
        reply = kernel.client.get_shell_msg(timeout=60)
        replies[reply["parent_header"]["msg_id"]] = reply["content"]
    assert replies[bad]["status"] == "error"
    assert replies[queued]["status"] == "aborted"
    assert replies[free]["status"] == "aborted"
    assert kernel.value("3 + 3") == "6"


@pytest.mark.parametrize("victim", ["LSTM_KERNEL_RELAYED=", "LSTM_KERNEL_ENGINE="])
def test_a_killed_process_behind_the_front_is_replaced(kernel, victim):
    """The runtime (RELAYED) or the engine (ENGINE, without being a runtime) is killed with SIGKILL between cells."""
    below = descendants(kernel.front)
    victims = [pid for pid in below if role(pid, victim) and (victim != "LSTM_KERNEL_ENGINE=" or not role(pid, "EVCXR_IS_RUNTIME="))]
    assert victims, below
    for pid in victims:
        os.kill(pid, signal.SIGKILL)
    reply, _ = kernel.run("1 + 1")
    if reply["status"] == "error":
        assert reply["ename"] in ("Killed", "EngineDied"), reply
    assert kernel.value("20 + 22") == "42"


def test_a_killed_front_leaves_no_process_and_no_folder():
    kernel = Kernel()
    kernel.value("1 + 1")
    folder = slot(kernel)
    assert folder.is_dir()
    below = descendants(kernel.front)
    assert len(below) >= 3, below
    os.kill(kernel.front, signal.SIGKILL)
    assert gone(below), [pathlib.Path(f"/proc/{pid}/cmdline").read_text() for pid in below if pathlib.Path(f"/proc/{pid}").exists()]
    kernel.client.stop_channels()
    kernel.manager.cleanup_resources()
    # The next kernel clears away what the killed one could not.
    following = Kernel()
    following.value("1 + 1")
    following.stop()
    assert not folder.exists()


def test_shutdown_leaves_no_process_and_no_folder():
    kernel = Kernel()
    kernel.value("1 + 1")
    folder = slot(kernel)
    assert folder.is_dir()
    everything = descendants(kernel.front) | {kernel.front}
    kernel.stop()
    assert gone(everything)
    assert not folder.exists()


def test_a_flood_of_output_arrives_whole(kernel):
    reply, messages = kernel.run("for i in 0..200_000 { println!(\"line {i} EVCXR_ is not a word\"); }", timeout=300)
    assert reply["status"] == "ok"
    text = "".join(content["text"] for kind, content in messages if kind == "stream")
    assert text.count("\n") == 200_000
    assert text.endswith("line 199999 EVCXR_ is not a word\n")


def test_text_that_is_written_without_a_newline_is_seen_while_the_cell_runs(kernel):
    kernel.client.execute("print!(\"half\"); std::thread::sleep(std::time::Duration::from_secs(3));")
    started = None
    while True:
        message = kernel.client.get_iopub_msg(timeout=60)
        if message["msg_type"] == "stream":
            assert message["content"]["text"] == "half"
            started = time.time()
        if message["msg_type"] == "status" and message["content"]["execution_state"] == "idle" and started:
            break
    assert time.time() - started > 1.5, "the text came with the end of the cell"


def test_requests_that_do_not_fit_are_refused_and_harmless(kernel):
    session = kernel.client.session
    for kind, content in [
        ("execute_request", {"code": 7}),
        ("history_request", {"hist_access_type": "sideways"}),
        ("complete_request", {}),
        ("no_such_request", {}),
    ]:
        message = session.msg(kind, content)
        kernel.client.shell_channel.send(message)
        reply = kernel.client.get_shell_msg(timeout=30)
        assert reply["content"]["status"] == "error", (kind, reply)
    assert kernel.value("1 + 1") == "2"


def test_user_expressions_succeed_and_fail_alone(kernel):
    kernel.run("let x = 5;")
    request = kernel.client.execute("let y = 1;", user_expressions={"good": "x + 1", "bad": "nobody"})
    while True:
        reply = kernel.client.get_shell_msg(timeout=60)
        if reply["parent_header"]["msg_id"] == request:
            break
    expressions = reply["content"]["user_expressions"]
    assert expressions["good"]["data"]["text/plain"] == "6"
    assert expressions["bad"]["status"] == "error"
