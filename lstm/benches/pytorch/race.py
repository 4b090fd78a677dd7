"""Loss against seconds of training: `alice race` of this crate and of PyTorch, which take turns.

    python3 lstm/benches/pytorch/race.py alice29.txt [SEED ...]

The file is in the folder that `lstm-kernel data list` names. Both train for two minutes at a constant learning rate. For every
fifteen seconds it prints the medians over the seeds of each side's training loss (of the last 25 updates) and of the smallest
held-out loss so far: as long as a network with so many weights is trained on so short a book, it learns it by heart, and the
held-out loss rises again.
"""

import statistics
import subprocess
import sys
from pathlib import Path

from environment import ROOT, enter, target

enter()


def curve(command):
    """Seconds, training loss and smallest held-out loss so far, as the program prints them."""
    output = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, cwd=ROOT).stdout
    lines = [line.split() for line in output.splitlines() if line.startswith("race ")]
    points, smallest = [], float("inf")
    for _, seconds, training, held_out in lines:
        smallest = min(smallest, float(held_out))
        points.append((float(seconds), float(training), smallest))
    return points


def at(points, seconds):
    """The last losses by then, or None."""
    return next((losses for moment, *losses in reversed(points) if moment <= seconds), None)


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
        seconds, training, held_out = curves[side][-1][-1]
        print(f"seed {seed}, {side}: {training:.3f} in training, {held_out:.3f} held out, {seconds:.0f} s", flush=True)

print("| seconds | " + " | ".join(f"{side}, {what}" for what in ["training", "held out"] for side in sides) + " |")
print("|--:|" + "--:|" * 2 * len(sides))
for seconds in range(15, 121, 15):
    found = {side: [at(points, seconds) for points in curves[side]] for side in sides}
    if all(None not in losses for losses in found.values()):
        medians = [statistics.median(losses[which] for losses in found[side]) for which in (0, 1) for side in sides]
        print(f"| {seconds} | " + " | ".join(f"{loss:.3f}" for loss in medians) + " |")
