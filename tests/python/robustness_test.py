"""Interrupts, killed processes, floods and bad requests, against a real kernel over real sockets."""

import os
import pathlib
import signal
import subprocess
import time

import pytest
from jupyter_client.manager import KernelManager


class Kernel:
    def __init__(self, spec=None, **start):
        """A kernel as its kernelspec says, or as `spec` does; `start` is for `start_kernel`."""
        self.manager = KernelManager(kernel_name="lstm")
        if spec:
            self.manager._kernel_spec = spec
        self.manager.start_kernel(**start)
        self.client = self.manager.client()
        self.client.start_channels()
        try:
            self.client.wait_for_ready(timeout=600)
        except RuntimeError:
            self.stop()
            raise
        self.front = self.manager.provisioner.process.pid

    def run(self, code, timeout=120):
        """Reply content and the list of (msg_type, content) that a cell caused."""
        messages = []
        reply = self.client.execute_interactive(
            code, timeout=timeout, allow_stdin=False,
            output_hook=lambda m: messages.append((m["msg_type"], m["content"])),
        )
        return reply["content"], messages

    def value(self, code, timeout=120):
        reply, messages = self.run(code, timeout)
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


def begin(kernel, code):
    """Starts a cell that prints something and returns when it was printed; the request's id."""
    request = kernel.client.execute(code, allow_stdin=False)
    while kernel.client.get_iopub_msg(timeout=60)["msg_type"] != "stream":
        pass
    return request


def reply_to(kernel, request):
    while True:
        reply = kernel.client.get_shell_msg(timeout=60)
        if reply["parent_header"]["msg_id"] == request:
            return reply["content"]


DEFINITIONS = "let kept = 21; let mut steps = 0; fn twice(n: i32) -> i32 { 2 * n }"
# What `lstm::train::check_interrupt` does, spelt out: the contract is the file.
LISTENS = """
println!("begun");
let file = std::env::var("LSTM_INTERRUPT_FILE")?;
loop {
    steps += 1;
    std::thread::sleep(std::time::Duration::from_millis(5));
    if std::path::Path::new(&file).exists() {
        Err(format!("interrupted at step {steps}"))?;
    }
}
"""
DEAF = 'println!("begun");\nloop { std::thread::sleep(std::time::Duration::from_millis(10)); }'


def test_code_that_listens_to_an_interrupt_keeps_all_variables(kernel):
    kernel.run(DEFINITIONS)
    for interrupt in (kernel.manager.interrupt_kernel, lambda: os.kill(kernel.front, signal.SIGINT)):
        request = begin(kernel, LISTENS)
        started = time.time()
        interrupt()
        reply = reply_to(kernel, request)
        assert time.time() - started < 2.5, "before the process would be ended"
        assert (reply["ename"], reply["evalue"].split(" at ")[0]) == ("Interrupted", "interrupted"), reply
        # The file is gone for the next cell, and all is there.
        assert kernel.value("twice(kept)") == "42"
    assert int(kernel.value("steps")) > 1


def test_a_cell_that_is_interrupted_while_it_compiles_costs_nothing(kernel):
    kernel.run(DEFINITIONS)
    for delay in (0.02, 0.3):
        request = kernel.client.execute('println!("never");\nstd::thread::sleep(std::time::Duration::from_secs(60)); let new = 1;')
        time.sleep(delay)
        kernel.manager.interrupt_kernel()
        reply = reply_to(kernel, request)
        assert reply["ename"] == "Interrupted" and "kept" in "\n".join(reply["traceback"]), reply
    assert kernel.value("twice(kept)") == "42"


def test_code_that_does_not_listen_loses_its_process_and_hears_how_to(kernel):
    kernel.run(DEFINITIONS)
    request = begin(kernel, DEAF)
    started = time.time()
    kernel.manager.interrupt_kernel()
    reply = reply_to(kernel, request)
    assert reply["ename"] == "Interrupted"
    told = "\n".join(reply["traceback"])
    assert "variables were lost" in told and "train::check_interrupt()?" in told
    assert 2.5 < time.time() - started < 30
    assert kernel.value("twice(21)") == "42"
    # The kernel's own panic hook is there again.
    assert kernel.run('panic!("told")')[0]["evalue"] == "told"


def test_whatever_loses_the_prelude_brings_it_back(kernel):
    kernel.run(DEFINITIONS)
    assert kernel.run(":restart")[0]["status"] == "ok"
    assert kernel.run('panic!("told")')[0]["evalue"] == "told"
    assert kernel.value("twice(21)") == "42"
    assert kernel.run(":clear")[0]["status"] == "ok"
    assert kernel.run("twice(21)")[0]["status"] == "error", "`:clear` clears"
    assert kernel.run('panic!("told")')[0]["evalue"] == "told"
    assert kernel.value("Tensor::new(&[1f32, 2.], &Device::Cpu)?.dims1()?") == "2"
    assert kernel.run(":quit")[0]["status"] == "error"
    assert kernel.value("Tensor::new(&[1f32, 2.], &Device::Cpu)?.dims1()?") == "2"


def test_types_of_the_course_its_crates_and_the_standard_library_are_inferred(kernel):
    """rust-analyzer sees few of the crates that are built; a variable's type must still be found without its help."""
    cells = [
        "let parameters = Parameters::seeded(1, DType::F32, &Device::Cpu);",
        "let weights = parameters.builder();",
        "let cell = LstmCell::new(3, 2, weights.clone())?; let xs = random::randn((4, 1, 3), &Device::Cpu)?; let trace = cell.trace(&xs, None)?;",
        "let first = trace.h.get(0)?; let numbers = first.flatten_all()?.to_vec1::<f32>()?; let shape = first.shape().clone();",
        "let linear = lstm::candle_nn::linear(2, 2, parameters.builder().pp(\"head\"))?; let adam = lstm::candle_nn::AdamW::new_lr(vec![], 0.1)?;",
        "let by_name: std::collections::HashMap<_, _> = numbers.iter().enumerate().map(|(at, n)| (at.to_string(), *n)).collect();",
        "let sorted: std::collections::BTreeMap<_, _> = by_name.iter().map(|(k, v)| (k.clone(), v * 2.0)).collect(); let text = format!(\"{sorted:?}\");",
        "let shared = std::sync::Arc::new(std::sync::Mutex::new(sorted)); let pair = (shared.clone(), text.len());",
        "let began = std::time::Instant::now(); let took = began.elapsed(); let maybe = text.lines().next().map(str::to_owned);",
        "let output = std::process::Command::new(\"true\").output()?; let file = std::fs::File::open(\"/dev/null\")?; let size = file.metadata()?.len();",
        "let handle = std::thread::spawn(|| 3); let joined = handle.join().unwrap(); let (sender, receiver) = std::sync::mpsc::channel::<i32>(); sender.send(joined)?;",
        "let path = std::path::Path::new(\"a\").join(\"b\"); let listener = std::net::TcpListener::bind((\"127.0.0.1\", 0))?; let at = listener.local_addr()?;",
        "let mut counts = std::collections::HashMap::new(); *counts.entry(2).or_insert(0) += 1; let halves = first.to_dtype(DType::F16)?;",
    ]
    for cell in cells:
        reply, _ = kernel.run(cell)
        assert reply["status"] == "ok", (cell, reply)
    system = "(output.status.success(), size, receiver.recv()?, path.ends_with(\"b\"), at.port() > 0)"
    assert kernel.value(system) == "(true, 0, 3, true, true)"
    uses = "(numbers.len(), shape.dims().len(), pair.1 > 0, took.as_secs() < 100, maybe.is_some(), counts[&2], halves.rank(), adam.learning_rate() > 0.0)"
    assert kernel.value("use lstm::candle_nn::Optimizer;\n" + uses) == "(2, 2, true, true, true, 1, 2, true)"


def test_a_crate_is_added_without_building_the_course_again(kernel, tmp_path):
    kernel.value("let kept = Tensor::zeros(41, DType::F32, &Device::Cpu)?;")
    build = next(folder for folder in slot(kernel).rglob("deps") if list(folder.glob("liblstm*.so")))
    before = {library.stat().st_ino for library in build.glob("liblstm*.so")}
    (tmp_path / "src").mkdir()
    (tmp_path / "Cargo.toml").write_text('[package]\nname = "mine"\nversion = "0.1.0"\nedition = "2024"\n')
    (tmp_path / "src/lib.rs").write_text("pub fn next(n: usize) -> usize { n + 1 }")
    assert kernel.value(f':dep mine = {{ path = "{tmp_path}" }}\nmine::next(kept.elem_count())') == "42"
    assert kernel.value("mine::next(kept.elem_count())") == "42"
    assert {library.stat().st_ino for library in build.glob("liblstm*.so")} == before


def test_reading_standard_input_asks_the_client_or_ends(kernel):
    reads = 'let mut line = String::new(); let count = std::io::stdin().read_line(&mut line)?; line.trim().to_owned()'
    assert kernel.value(reads) == '""', "nobody may be asked: the input is at its end"
    long = "ħ and c, " * 20
    request = kernel.client.execute(reads, allow_stdin=True)
    asked = kernel.client.get_stdin_msg(timeout=60)
    assert asked["msg_type"] == "input_request" and asked["content"]["password"] is False
    kernel.client.input(long)
    assert reply_to(kernel, request)["status"] == "ok"
    assert kernel.value("line") == '"' + long + '\\n"'
    # Who interrupts instead of answering is not waited for.
    request = kernel.client.execute(reads, allow_stdin=True)
    kernel.client.get_stdin_msg(timeout=60)
    kernel.manager.interrupt_kernel()
    assert reply_to(kernel, request)["ename"] == "Interrupted"
    assert kernel.value("40 + 2") == "42"


def test_what_threads_print_late_belongs_to_their_cell(kernel):
    code = 'std::thread::spawn(|| { std::thread::sleep(std::time::Duration::from_millis(600)); println!("late"); });'
    request = kernel.client.execute(code)
    assert reply_to(kernel, request)["status"] == "ok"
    while True:
        message = kernel.client.get_iopub_msg(timeout=30)
        if message["msg_type"] == "stream":
            break
    assert message["content"]["text"] == "late\n" and message["parent_header"]["msg_id"] == request
    _, messages = kernel.run("1 + 1")
    assert not [content for kind, content in messages if kind == "stream"]


def test_a_question_while_threads_print_late_loses_nothing(kernel):
    code = """
    std::thread::spawn(|| for n in 0..2000 {
        println!("late {n}");
        std::thread::sleep(std::time::Duration::from_millis(1));
    });
    """
    request = kernel.client.execute(code)
    assert reply_to(kernel, request)["status"] == "ok"
    questions = [kernel.client.complete("std::thr", 8) for _ in range(3)]
    texts = []
    while not texts or not texts[-1].endswith("late 1999\n"):
        message = kernel.client.get_iopub_msg(timeout=30)
        if message["msg_type"] == "stream":
            assert message["parent_header"]["msg_id"] == request
            texts.append(message["content"]["text"])
    assert "".join(texts) == "".join(f"late {n}\n" for n in range(2000))
    assert all(reply_to(kernel, question)["matches"] for question in questions)


def test_closed_standard_output_ends_the_cell(kernel):
    reply, _ = kernel.run("use std::os::fd::FromRawFd;\ndrop(unsafe { std::fs::File::from_raw_fd(1) });")
    assert reply["ename"] == "OutputClosed", reply
    assert kernel.value("40 + 2") == "42"


def test_what_user_code_started_ends_with_it_in_whatever_session(kernel):
    """A child in a session of its own, and one whose parent is gone, end with the process and with the kernel."""
    start = """
let mut quiet = std::process::Command::new("sh");
quiet.args(["-c", "setsid sh -c 'sleep 301 & sleep 302 & echo begun; exit' & wait"]);
let status = quiet.status()?;
"""
    for end in (lambda: kernel.run("std::process::exit(0);"), lambda: os.kill(kernel.front, signal.SIGKILL), kernel.stop):
        if not kernel.manager.is_alive():
            kernel.client.stop_channels()
            kernel.manager.cleanup_resources()
            kernel.__init__()
        kernel.run(start)
        started = [pid for pid in descendants(kernel.front) if role_of_sleep(pid)]
        assert len(started) == 2
        end()
        assert gone(started), started


def role_of_sleep(pid):
    try:
        return pathlib.Path(f"/proc/{pid}/cmdline").read_bytes().startswith(b"sleep\x0030")
    except OSError:
        return False


def test_a_kernel_outlives_its_program_s_file(tmp_path, monkeypatch):
    """Building lstm-kernel anew takes nothing from a running kernel: its processes start from a link of their own."""
    import json
    import shutil

    from jupyter_client.kernelspec import KernelSpecManager

    spec = KernelSpecManager().get_kernel_spec("lstm")
    program = tmp_path / "lstm-kernel"
    shutil.copy2(spec.argv[0], program)
    folder = tmp_path / "kernels" / "lstm"
    folder.mkdir(parents=True)
    (folder / "kernel.json").write_text(json.dumps({**spec.to_dict(), "argv": [str(program), *spec.argv[1:]]}))
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))
    monkeypatch.setenv("JUPYTER_PREFER_ENV_PATH", "0")
    kernel = Kernel()
    assert pathlib.Path(f"/proc/{kernel.front}/exe").readlink() == program
    kernel.value("1 + 1")
    program.unlink()
    assert kernel.run("std::process::exit(0);")[0]["ename"] == "Exit"
    assert kernel.value("20 + 22") == "42"
    assert kernel.run(":quit")[0]["status"] == "error"
    assert kernel.value("20 + 22") == "42"
    kernel.stop()


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


def test_a_flood_of_lines_and_updates_is_thinned_and_nothing_of_its_end_is_lost(kernel):
    code = """
    let live = display(&Tensor::new(&[0u32], &Device::Cpu)?)?;
    for n in 1..=3000u32 {
        println!("line {n}");
        live.update(&Tensor::new(&[n], &Device::Cpu)?)?;
    }
    """
    started = time.time()
    reply, messages = kernel.run(code)
    assert reply["status"] == "ok", reply
    text = "".join(c["text"] for t, c in messages if t == "stream")
    assert text == "".join(f"line {n}\n" for n in range(1, 3001))
    updates = [c for t, c in messages if t == "update_display_data"]
    assert "3000" in updates[-1]["data"]["text/plain"]
    # No more than ten states a second.
    assert 1 <= len(updates) <= 10 * (time.time() - started) + 2
    assert sum(t == "stream" for t, c in messages) <= 40 * (time.time() - started) + 2


def test_a_cell_clears_its_output(kernel):
    _, messages = kernel.run('println!("before"); lstm::display::clear_output(true)?; println!("after");')
    told = [c.get("text", c.get("wait")) for t, c in messages if t in ("stream", "clear_output")]
    assert told == ["before\n", True, "after\n"]


def test_a_name_behind_a_question_mark_is_documented(kernel):
    reply, messages = kernel.run("?LstmCell")
    assert reply["status"] == "ok", reply
    (page,) = reply["payload"]
    assert page["source"] == "page" and "LstmCell" in page["data"]["text/plain"]
    reply, messages = kernel.run("?NothingOfThatName")
    assert reply["status"] == "ok" and reply["payload"] == []
    assert [c["text"] for t, c in messages if t == "stream"] == ["Nothing is known of `NothingOfThatName`.\n"]
    assert kernel.client.is_complete("?LstmCell") and kernel.client.get_shell_msg(timeout=10)["content"]["status"] == "complete"


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


def test_history_reaches_over_sessions_and_can_be_off(tmp_path, monkeypatch):
    def told(kernel, kind, **asked):
        request = kernel.client.history(hist_access_type=kind, output=False, **asked)
        return [tuple(entry) for entry in reply_to(kernel, request)["history"]]

    file = tmp_path / "data" / "history.jsonl"
    monkeypatch.setenv("LSTM_HISTORY", str(file))
    first, second = Kernel(), Kernel()
    first.value('"of the first, ü\\n"')
    second.value('"of the second"')
    first.stop()
    assert told(second, "tail", n=2) == [(1, 1, '"of the first, ü\\n"'), (2, 1, '"of the second"')]
    assert told(second, "search", pattern="*first*", n=5) == [(1, 1, '"of the first, ü\\n"')]
    assert told(second, "range", session=-1, start=0, stop=9) == [(1, 1, '"of the first, ü\\n"')]
    assert told(second, "range", session=0, start=0, stop=9) == [(2, 1, '"of the second"')]
    # What the client does not want to be stored is not.
    second.client.execute_interactive("1 + 1", store_history=False, timeout=60)
    assert len(told(second, "tail", n=9)) == 2
    second.stop()
    assert (file.stat().st_mode & 0o777, file.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    kept = file.read_bytes()
    monkeypatch.setenv("LSTM_HISTORY", "off")
    quiet = Kernel()
    quiet.value("2 + 2")
    assert told(quiet, "tail", n=9) == [(1, 1, "2 + 2")]
    quiet.stop()
    assert file.read_bytes() == kept


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


def test_a_comm_to_nobody_is_closed(kernel):
    session = kernel.client.session
    opened = session.msg("comm_open", {"comm_id": "nobody-1", "target_name": "nobody", "data": {}})
    kernel.client.shell_channel.send(opened)
    while True:
        message = kernel.client.get_iopub_msg(timeout=30)
        if message["msg_type"] == "comm_close":
            break
    assert message["content"]["comm_id"] == "nobody-1"


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


def test_what_threads_print_while_expressions_are_evaluated_is_shown(kernel):
    code = """
    std::thread::spawn(|| for n in 0..200 { println!("late {n}"); std::thread::sleep(std::time::Duration::from_millis(5)); });
    """
    slow = "{ std::thread::sleep(std::time::Duration::from_millis(300)); 1 }"
    request = kernel.client.execute(code, user_expressions={"one": slow, "two": slow})
    assert reply_to(kernel, request)["user_expressions"]["two"]["status"] == "ok"
    text = ""
    while "late 199\n" not in text:
        message = kernel.client.get_iopub_msg(timeout=30)
        if message["msg_type"] == "stream":
            assert message["parent_header"]["msg_id"] == request
            text += message["content"]["text"]
    assert text == "".join(f"late {n}\n" for n in range(200))
