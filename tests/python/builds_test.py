"""Cells are built without cargo while nothing but cells has changed, and with it as soon as something has."""

import os
import stat

import pytest
from robustness_test import Kernel, slot


@pytest.fixture
def kernel():
    kernel = Kernel()
    kernel.value("let kept = 1;")
    yield kernel
    kernel.stop()


def by_cargo(kernel, code):
    """The value of a cell, and whether cargo took part: then its call of rustc was written down again."""
    call = slot(kernel) / "build.call"
    before = call.stat().st_ino
    value = kernel.value(code, timeout=600)
    return value, call.stat().st_ino != before


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
    ours = {"LSTM_KERNEL_CARGO", "LSTM_KERNEL_CARGO_HOME", "LSTM_KERNEL_RECORDER", "LSTM_KERNEL_CALL", "RUSTC_WORKSPACE_WRAPPER"}
    assert not ours & set(variables), variables
    assert kernel.value('std::env::var("PATH")?').strip('"') == os.environ["PATH"]
    assert kernel.value('std::env::var("CARGO_HOME").ok()') == (f'Some("{os.environ["CARGO_HOME"]}")' if "CARGO_HOME" in os.environ else "None")
