"""Times the recurrent layers of the `lstm` crate side by side with PyTorch's and candle-nn's, on the CPU.

    python3 lstm/benches/compare.py              # all shapes, a quarter of an hour on two cores
    python3 lstm/benches/compare.py --quick      # fewer rounds
    python3 lstm/benches/compare.py --shape 128,128,1,50,100 --kind lstm --what backward

Needs Rust and Python 3 with venv. PyTorch is installed once into its own environment, under the target folder. Each side
is a process of its own; they take turns, a round each, so that what disturbs the machine disturbs both. Printed are the
medians over the rounds, the ratio of the medians and the middle half of the ratios of single rounds.
"""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "pytorch"))
from environment import ROOT, interpreter, target  # noqa: E402

# D, H, L, T, B
SHAPES = [
    (10, 5, 2, 3, 4),
    (10, 50, 1, 30, 64),
    (128, 128, 1, 50, 100),
    (128, 256, 2, 100, 64),
    (64, 512, 1, 100, 32),
    (256, 256, 1, 1000, 8),
    (128, 128, 1, 50, 1),
]
WHATS = ["forward", "backward", "step"]


def torch_worker(kind, sizes, what):
    """The counterpart of examples/time_layers.rs: the same protocol, the same work."""
    import resource

    import torch

    d, h, layers, t, b = sizes
    torch.manual_seed(1)
    net = {"lstm": torch.nn.LSTM, "gru": torch.nn.GRU}[kind](d, h, layers)
    xs = torch.randn(t, b, d)
    adam = torch.optim.Adam(net.parameters())

    def forward():
        with torch.no_grad():
            net(xs)

    def backward():
        net.zero_grad(set_to_none=True)
        net(xs)[0].sum().backward()

    def step():
        backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        adam.step()

    run = {"forward": forward, "backward": backward, "step": step}[what]
    for line in sys.stdin:
        runs = int(line)
        start = time.perf_counter()
        for _ in range(runs):
            run()
        print(time.perf_counter() - start, flush=True)
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)


class Side:
    """A process that times on request."""

    def __init__(self, command):
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def time(self, runs):
        """Seconds for one run, the mean of `runs`."""
        self.process.stdin.write(f"{runs}\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        if not answer:
            raise SystemExit(f"{self.process.args} ended before it answered")
        return float(answer) / runs

    def end(self):
        """Ends it. The most memory that it has had, in MiB."""
        self.process.stdin.close()
        peak = int(self.process.stdout.read()) / 1024
        self.process.wait()
        return peak


def measure(sides, rounds, seconds):
    """Seconds for each round and peak memory of each side, by name."""
    counts = {}
    for name, side in sides.items():
        side.time(1)
        counts[name] = max(1, min(5000, int(seconds / max(side.time(1), 1e-6))))
    times = {name: [] for name in sides}
    for _ in range(rounds):
        for name, side in sides.items():
            # Threads of the side before may still be looking for work.
            time.sleep(0.05)
            times[name].append(side.time(counts[name]))
    return times, {name: side.end() for name, side in sides.items()}


def middle_half(values):
    quarters = statistics.quantiles(values, n=4)
    return quarters[0], quarters[2]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="5 rounds in place of 11")
    parser.add_argument("--kind", action="append", choices=["lstm", "gru"])
    parser.add_argument("--what", action="append", choices=WHATS)
    parser.add_argument("--shape", action="append", metavar="D,H,L,T,B")
    parser.add_argument("--python", help="an interpreter that has PyTorch, in place of an environment made here")
    parser.add_argument("--json", type=Path, help="write every round to this file too")
    parser.add_argument("--torch-worker", nargs=3, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.torch_worker:
        kind, sizes, what = options.torch_worker
        return torch_worker(kind, [int(size) for size in sizes.split(",")], what)

    python = options.python or interpreter()
    build = ["cargo", "build", "--release", "--quiet", "-p", "lstm", "--example", "time_layers"]
    subprocess.run(build, cwd=ROOT, check=True)
    ours = target() / "release" / "examples" / "time_layers"

    shapes = [tuple(int(size) for size in shape.split(",")) for shape in options.shape or []] or SHAPES
    rounds, seconds = (5, 0.1) if options.quick else (11, 0.3)
    results = []
    print(f"{platform.machine()}, {os.cpu_count()} cores; times are medians of {rounds} rounds")
    print("| layer | D, H, L, T, B | what | ours, ms | PyTorch, ms | ours is faster by | middle half | candle-nn, ms | memory, MiB: ours / PyTorch |")
    print("|---|---|---|--:|--:|--:|---|--:|---|")
    for kind in options.kind or ["lstm", "gru"]:
        for shape in shapes:
            for what in options.what or WHATS:
                numbers = [str(size) for size in shape]
                sides = {
                    "ours": Side([ours, kind, *numbers, what]),
                    "torch": Side([python, __file__, "--torch-worker", kind, ",".join(numbers), what]),
                }
                if kind == "lstm":
                    sides["candle"] = Side([ours, "candle-lstm", *numbers, what])
                times, peaks = measure(sides, rounds, seconds)
                medians = {name: statistics.median(values) for name, values in times.items()}
                low, high = middle_half([torch / own for own, torch in zip(times["ours"], times["torch"])])
                candle = f"{medians['candle'] * 1e3:.2f}" if "candle" in medians else ""
                print(
                    f"| {kind} | {', '.join(numbers)} | {what} | {medians['ours'] * 1e3:.3f} "
                    f"| {medians['torch'] * 1e3:.3f} | {medians['torch'] / medians['ours']:.2f} "
                    f"| {low:.2f} to {high:.2f} | {candle} | {peaks['ours']:.0f} / {peaks['torch']:.0f} |",
                    flush=True,
                )
                results.append({"kind": kind, "shape": shape, "what": what, "seconds": times, "peak_mib": peaks})
    if options.json:
        options.json.write_text(json.dumps(results, indent=1))


if __name__ == "__main__":
    main()
