"""Cells are built without cargo while nothing but cells has changed, and with it as soon as something has."""

import os
import pathlib
import signal
import socket
import stat
import subprocess
import sys
import time

import pytest
from robustness_test import Kernel, reply_to, slot
from robustness_test import kernel as started  # noqa: F401: a fixture


@pytest.fixture
def kernel(started):
    started.value("let kept = 1;")
    return started


def by_cargo(kernel, code):
    """The value of a cell, and whether cargo took part: then its call of rustc was written down again."""
    call = slot(kernel) / "build.call"
    before = call.stat().st_mtime_ns
    value = kernel.value(code, timeout=600)
    return value, call.stat().st_mtime_ns != before


def test_only_the_first_cells_need_cargo(kernel):
    assert by_cargo(kernel, "kept + 1") == ("2", False)
    assert by_cargo(kernel, "fn twice(n: i32) -> i32 { 2 * n }\ntwice(kept)") == ("2", False)
    reply, _ = kernel.run("twice(missing)")
    assert reply["ename"] == "CompileError" and "cannot find value `missing`" in reply["evalue"], reply
    reply, _ = kernel.run("let never: i32 = twice;")
    assert "mismatched types" in reply["evalue"], reply
    assert by_cargo(kernel, "let text = format!(\"{}\", twice(21)); text") == ('"42"', False)
    # The same cell again, and one whose library the process has loaded already.
    assert [by_cargo(kernel, "twice(kept)") for _ in range(3)] == 3 * [("2", False)]


def test_sources_that_may_be_edited_are_left_to_cargo(kernel, tmp_path):
    (tmp_path / "Cargo.toml").write_text('[package]\nname = "mine"\nversion = "0.1.0"\nedition = "2024"\n')
    (tmp_path / "src").mkdir()
    library = tmp_path / "src/lib.rs"
    library.write_text("pub fn answer() -> i32 { 41 }\n")
    assert kernel.value(f':dep mine = {{ path = "{tmp_path}" }}\nmine::answer() + kept', timeout=600) == "42"
    library.write_text("pub fn answer() -> i32 { 141 }\n")
    assert kernel.value("mine::answer() + kept") == "142"


@pytest.mark.parametrize("command", [":build_env COURSE_OF=recurrence", ":offline 1"])
def test_another_way_to_build_is_for_cargo_to_judge(kernel, command):
    kernel.value(command)
    code = 'option_env!("COURSE_OF").unwrap_or("nothing").len() as i32 + kept'
    assert by_cargo(kernel, code) == ("11" if "COURSE_OF" in command else "8", True)
    assert by_cargo(kernel, code + " - kept") == ("10" if "COURSE_OF" in command else "7", False)


def test_the_same_toolchain_by_its_name_compiles_nothing_anew(kernel):
    library = next(slot(kernel).rglob("deps/liblstm.so"))
    before = library.stat().st_ino
    version = subprocess.run(["rustc", "-V"], capture_output=True, text=True, check=True).stdout.split()[1]
    if subprocess.run(["rustup", f"+{version}", "which", "cargo"], capture_output=True).returncode:
        pytest.skip("rustup knows no toolchain by the version's name")
    kernel.value(f":toolchain {version}")
    assert kernel.value("kept + 1") == "2"
    assert library.stat().st_ino == before


def test_a_crate_that_cannot_be_had_can_be_interrupted(kernel):
    """A server that takes a connection and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        request = kernel.client.execute(f':dep never = {{ git = "http://127.0.0.1:{port}/never" }}')
        server.settimeout(60)
        server.accept()
        started = time.time()
        kernel.manager.interrupt_kernel()
        reply = reply_to(kernel, request)
    assert (reply["ename"], time.time() - started < 5) == ("Interrupted", True), reply
    assert kernel.value("kept + 1") == "2"


def compiler(folder):
    """A rustc that compiles a cell in a kernel's folder."""
    for process in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            if (process / "exe").readlink().name == "rustc" and str(folder).encode() in (process / "cmdline").read_bytes():
                return int(process.name)
        except OSError:
            continue
    return None


@pytest.mark.skipif(sys.platform != "linux", reason="processes are found in /proc")
def test_a_compiler_that_is_killed_is_told_of(kernel):
    folder = slot(kernel)
    for attempt in range(9):
        code = f"let numbers: Vec<usize> = (0..{attempt}).map(|n| n * kept as usize).collect();\nformat!(\"{{numbers:?}}\")"
        request = kernel.client.execute(code)
        deadline = time.time() + 5
        while (victim := compiler(folder)) is None and time.time() < deadline:
            pass
        if victim:
            os.kill(victim, signal.SIGKILL)
        reply = reply_to(kernel, request)
        # One may have been about to end.
        if reply["status"] == "error":
            break
    assert reply["ename"] == "CompileError" and "memory" in reply["evalue"], reply
    assert "memory" in reply["traceback"][0] and "kept" in reply["traceback"][-1] and kernel.value("kept + 1") == "2"


@pytest.mark.parametrize("variable", ["RUSTC_WRAPPER", "RUSTC_WORKSPACE_WRAPPER"])
def test_a_wrapper_of_the_users_stays_in_between(variable, tmp_path, monkeypatch):
    log = tmp_path / "log"
    wrapper = tmp_path / "wrapper"
    wrapper.write_text(f'#!/bin/sh\n[ "$CARGO_CRATE_NAME" = ctx ] && echo "$2" >> {log}\nexec "$@"\n')
    wrapper.chmod(stat.S_IRWXU)
    monkeypatch.setenv(variable, str(wrapper))
    kernel = Kernel()
    try:
        kernel.value("let kept = 1;", timeout=600)
        before = len(log.read_text().splitlines())
        assert kernel.value("kept + 1") == "2"
        assert len(log.read_text().splitlines()) == before + 1
    finally:
        kernel.stop()


def test_user_code_has_the_users_own_cargo(kernel):
    variables = kernel.value("std::env::vars().map(|(name, _)| name).collect::<Vec<_>>().join(\" \")").strip('"').split()
    ours = {f"LSTM_KERNEL_{name}" for name in ("CARGO", "CARGO_HOME", "BIN", "RECORDER", "CALL", "CALL_STATE")}
    assert not (ours | {"RUSTC_WORKSPACE_WRAPPER"}) & set(variables), variables
    in_builds = 'option_env!("LSTM_KERNEL_CALL").is_none() && option_env!("LSTM_KERNEL_CARGO").is_none()'
    assert kernel.value(in_builds) == "true"
    assert kernel.value('std::env::var("PATH")?').strip('"') == os.environ["PATH"]
    assert kernel.value('std::env::var("CARGO_HOME").ok()') == (f'Some("{os.environ["CARGO_HOME"]}")' if "CARGO_HOME" in os.environ else "None")
