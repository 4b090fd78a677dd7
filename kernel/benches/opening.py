"""How long it takes until a notebook can be worked with: from the start of a kernel to its first answers.

Run it with an interpreter that has jupyter_client:

    cargo build --release && $(target/release/lstm-kernel python --test) kernel/benches/opening.py

For each kernel it prints medians over `--runs` starts, the least and the greatest value in brackets. README.md beside it
says what the rows mean.
"""

import argparse
import json
import os
import pathlib
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

from jupyter_client import KernelManager
from jupyter_client.kernelspec import KernelSpec

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "lstm/benches/pytorch"))
from environment import ROOT, interpreter, target  # noqa: E402

LSTM_FIRST = """
let parameters = Parameters::seeded(1, DType::F32, &Device::Cpu);
let layer = Lstm::new(10, 5, Options::default(), parameters.builder())?;
let (outputs, last) = layer.forward(&random::randn((3, 4, 10), &Device::Cpu)?, None)?;
println!("{:?}", outputs.dims());
"""
STOCK_FIRST = f':dep lstm = {{ path = "{ROOT / "lstm"}" }}\nuse lstm::prelude::*;\n' + LSTM_FIRST
TORCH_FIRST = """
import torch
layer = torch.nn.LSTM(10, 5)
outputs, last = layer(torch.randn(3, 4, 10))
print(list(outputs.shape))
"""


# A cell that prints the time of day, and goes on for a while.
CLOCKS = {
    "rust": """
println!("{}", std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH)?.as_secs_f64());
std::thread::sleep(std::time::Duration::from_secs(1));
""",
    "python": "import time; print(time.time(), flush=True); time.sleep(1)",
}

# Where the keeper of a spare engine says of itself what it has.
SPARE = pathlib.Path(os.environ.get("LSTM_CACHE") or pathlib.Path.home() / ".cache/lstm-kernel") / "spare/state"


class Peer:
    """A kernel to measure: how it is started, its first forward pass, cells of one line, whether a spare waits, and what
    else is in its environment."""

    def __init__(self, name, argv, language, first, lines, spare=False, **variables):
        self.name, self.argv, self.language, self.first, self.lines = name, argv, language, first, lines
        self.clock = CLOCKS[language]
        self.spare = spare
        self.variables = {**os.environ, "LSTM_HISTORY": "off", "LSTM_SPARE": "600" if spare else "0", **variables}


def waiting_spare(peer):
    """The keeper of a spare that is ready; has one started where there is none."""
    started, deadline = None, time.time() + 300
    while time.time() < deadline:
        try:
            told = json.loads(SPARE.read_text())
            if told["ready"]:
                return told["keeper"]
        except (FileNotFoundError, json.JSONDecodeError):
            if started is None or started.poll() is not None:
                started = subprocess.Popen([peer.argv[0], "spare"], stdin=subprocess.DEVNULL, env=peer.variables)
        time.sleep(0.1)
    sys.exit("no spare engine became ready")


def stock_evcxr():
    """A stock evcxr_jupyter of the version that the kernel is made of, built once."""
    manifest = (ROOT / "Cargo.toml").read_text()
    version = re.search(r'^evcxr_jupyter = "([\d.]+)"', manifest, re.MULTILINE)[1]
    program = target() / "stock-evcxr" / "bin" / "evcxr_jupyter"
    if not program.exists():
        print(f"building evcxr_jupyter {version}, once", file=sys.stderr)
        install = ["cargo", "install", "--locked", "--version", version, "--root", program.parents[1], "evcxr_jupyter"]
        subprocess.run(install, check=True)
    return str(program)


def python_with_torch():
    """A Python with PyTorch and ipykernel, installed once."""
    python = interpreter()
    subprocess.run([python, "-m", "pip", "install", "--quiet", "ipykernel"], check=True)
    return str(python)


def processes_below(pid):
    """The process and all that it started."""
    listing = subprocess.run(["ps", "-eo", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
    pairs = [tuple(map(int, line.split())) for line in listing.splitlines()]
    found, frontier = {pid}, {pid}
    while frontier:
        frontier = {child for child, parent in pairs if parent in frontier} - found
        found |= frontier
    return found


def resident(pid):
    """Megabytes in memory, pages that processes share counted once."""
    total = 0
    for below in processes_below(pid):
        try:
            text = pathlib.Path(f"/proc/{below}/smaps_rollup").read_text()
        except OSError:
            continue
        total += sum(int(line.split()[1]) for line in text.splitlines() if line.startswith("Pss:"))
    return total / 1000


def processor(pid):
    """Processor seconds of the process and all that it started, ended ones too."""
    ticks = 0
    for below in processes_below(pid):
        try:
            fields = pathlib.Path(f"/proc/{below}/stat").read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        ticks += sum(map(int, fields[11:15]))
    return ticks / 100


def run(client, code):
    """Runs a cell; seconds to its end. A cell that fails ends the measurement."""
    printed = []
    started = time.perf_counter()
    reply = client.execute_interactive(code, timeout=1200, output_hook=lambda message: printed.append(message["content"]))
    took = time.perf_counter() - started
    if reply["content"]["status"] != "ok":
        sys.exit(f"a cell failed:\n{code}\n{reply['content']}\n{printed}")
    return took


def way_of_a_line(client, code):
    """Seconds from when a cell prints the time of day to when the client has it."""
    delays = []

    def hook(message):
        if message["msg_type"] == "stream":
            delays.append(time.time() - float(message["content"]["text"]))

    client.execute_interactive(code, timeout=60, output_hook=hook)
    return delays[0]


def measure(peer):
    """One start, from nothing to the end."""
    row = {}
    keeper = waiting_spare(peer) if peer.spare else None
    if keeper:
        row["resident, spare (MB)"] = resident(keeper)
        time.sleep(1)
    manager = KernelManager()
    manager._kernel_spec = KernelSpec(argv=peer.argv, language=peer.language, display_name=peer.name)
    started = time.perf_counter()
    manager.start_kernel(cwd=str(ROOT / "notebooks"), env=peer.variables)
    client = manager.client()
    client.start_channels()
    # Not `wait_for_ready`: that waits for 0.2 s of silence after the answer.
    client.kernel_info()
    client.get_shell_msg(timeout=600)
    row["kernel_info (s)"] = time.perf_counter() - started
    run(client, peer.first)
    row["first forward pass (s)"] = time.perf_counter() - started
    pid = manager.provisioner.process.pid
    if not keeper:
        row["processor until then (s)"] = processor(pid)
    row["cell of one line (s)"] = statistics.median(run(client, line) for line in peer.lines)
    row["printed line (s)"] = statistics.median(way_of_a_line(client, peer.clock) for _ in range(5))
    row["resident (MB)"] = resident(pid) + (resident(keeper) if keeper else 0)
    client.stop_channels()
    manager.shutdown_kernel()
    return row


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--runs", type=int, default=10, help="starts of each kernel (default: 10)")
    options.add_argument("--kernel", default=ROOT / "target/release/lstm-kernel", help="the lstm-kernel to measure")
    options.add_argument("--without-spare", action="store_true", help="measure no starts with a spare engine")
    options.add_argument("--stock", nargs="?", const="", metavar="PROGRAM", help="compare with a stock evcxr_jupyter; "
                         "without PROGRAM it is built once (minutes), and its first run compiles lstm (minutes)")
    options.add_argument("--torch", nargs="?", const="", metavar="PYTHON", help="compare with ipykernel and PyTorch; "
                         "without PYTHON both are installed once")
    chosen = options.parse_args()
    if chosen.stock == "":
        chosen.stock = stock_evcxr()
    if chosen.torch == "":
        chosen.torch = python_with_torch()
    rust = [f"let x{number} = {number} + 1;" for number in range(9)]
    kernel = [str(chosen.kernel), "kernel", "--connection-file", "{connection_file}"]
    peers = [Peer("lstm-kernel", kernel, "rust", LSTM_FIRST, rust)]
    if not chosen.without_spare:
        peers.append(Peer("lstm-kernel, a spare waits", kernel, "rust", LSTM_FIRST, rust, spare=True))
    for option, program in (("--kernel", chosen.kernel), ("--stock", chosen.stock), ("--torch", chosen.torch)):
        if program and not shutil.which(program):
            options.error(f"{option} {program}: is no program")
    if chosen.stock:
        # What is compiled once is there for the starts that count, until this program ends; outside of the course, of
        # whose workspace it is no part.
        compiled = tempfile.TemporaryDirectory(prefix="stock-evcxr-")
        argv = [chosen.stock, "--control_file", "{connection_file}"]
        places = {"EVCXR_TMPDIR": compiled.name, "CARGO_TARGET_DIR": f"{compiled.name}/target"}
        stock = Peer("evcxr_jupyter", argv, "rust", STOCK_FIRST, rust, **places)
        print(f"{stock.name}, a start before: {measure(stock)['first forward pass (s)']:.0f} s to the first forward pass")
        peers.append(stock)
    if chosen.torch:
        python = [f"x{number} = {number} + 1" for number in range(9)]
        argv = [chosen.torch, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        peers.append(Peer("ipykernel, PyTorch", argv, "python", TORCH_FIRST, python))
    for peer in peers:
        rows = [measure(peer) for _ in range(chosen.runs)]
        print(f"{peer.name}, {chosen.runs} starts")
        for name in rows[0]:
            values = [row[name] for row in rows]
            print(f"  {name:26} {statistics.median(values):8.2f}  [{min(values):.2f}, {max(values):.2f}]", flush=True)


if __name__ == "__main__":
    main()
