"""Held-out loss against seconds of training: `alice race` of this crate and of PyTorch, which take turns.

    python3 lstm/benches/pytorch/race.py alice29.txt [SEED ...]

The file is in the folder that `lstm-kernel data list` names. For every fifteen seconds it prints the median over the seeds of
the last loss that each side had reached by then. A side that has made all its updates stays at its last loss.
"""

import statistics
import subprocess
import sys
from pathlib import Path

from environment import ROOT, enter, target

enter()


def curve(command):
    """Pairs of seconds and loss, as the program prints them."""
    output = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, cwd=ROOT).stdout
    lines = [line.split() for line in output.splitlines() if line.startswith("race ")]
    return [(float(seconds), float(loss)) for _, seconds, _, loss in lines]


def at(points, seconds):
    """The last loss by then, or None."""
    return next((loss for moment, loss in reversed(points) if moment <= seconds), None)


text = Path(sys.argv[1]).resolve()
seeds = sys.argv[2:] or ["1", "2", "3"]
subprocess.run(["cargo", "build", "--release", "-p", "lstm", "--example", "alice"], check=True, cwd=ROOT)
sides = {
    "lstm": [target() / "release" / "examples" / "alice", "race"],
    "PyTorch": [sys.executable, Path(__file__).with_name("alice.py"), text, "--race"],
}
curves = {side: [] for side in sides}
for seed in seeds:
    for side, command in sides.items():
        curves[side].append(curve([*command, seed]))
        seconds, loss = curves[side][-1][-1]
        print(f"seed {seed}, {side}: {loss:.3f} nats per character after {seconds:.0f} s", flush=True)

print("| seconds | " + " | ".join(sides) + " |\n|--:|" + "--:|" * len(sides))
last = max(points[-1][0] for side in curves.values() for points in side)
for seconds in range(15, int(last) + 16, 15):
    losses = {side: [at(points, seconds) for points in found] for side, found in curves.items()}
    if all(None not in found for found in losses.values()):
        print(f"| {seconds} | " + " | ".join(f"{statistics.median(losses[side]):.3f}" for side in sides) + " |")
