"""The counterpart of lstm/examples/alice.rs in PyTorch: same text, model and budget.

    python3 lstm/benches/pytorch/alice.py alice29.txt [--full | --race] [--updates N] [--own-start] [SEED ...]

The file is in the folder that `lstm-kernel data list` names.
"""

import argparse
import math
import statistics
from pathlib import Path

from environment import enter

enter()

import torch
from language import LanguageModel, cosine, stream, train

# How long a race is, in seconds of training.
RACE = 120

parser = argparse.ArgumentParser()
parser.add_argument("file", type=Path)
parser.add_argument("seeds", nargs="*", type=int, default=[1, 2, 3])
parser.add_argument("--full", action="store_true")
parser.add_argument("--race", action="store_true")
parser.add_argument("--updates", type=int)
arguments = parser.parse_intermixed_args()

lines = arguments.file.read_text().splitlines()
names = [line.strip() for line in lines]
story = lines[names.index("CHAPTER I") : names.index("THE END")]
book = " ".join(" ".join(story).split()).lower()
ids = {character: k for k, character in enumerate(sorted(set(book)))}
encoded = [ids[character] for character in book]
cut = len(encoded) * 9 // 10
print(f"{len(book)} characters, {len(ids)} different ones")

if arguments.full:
    sizes, dropout, batch, steps, rate, updates = [1000, 800], 0.5, 64, 100, 1e-3, None
elif arguments.race:
    sizes, dropout, batch, steps, rate, updates = [512], 0.5, 32, 64, 2e-3, None
else:
    sizes, dropout, batch, steps, rate, updates = [256], 0.0, 32, 64, 1e-2, 500
training, held_out = stream(encoded[:cut], batch, steps), stream(encoded[cut:], 8, 100)
updates = arguments.updates or updates or 50 * len(training)
losses = []
for seed in arguments.seeds:
    torch.manual_seed(seed)
    model = LanguageModel(len(ids), 32, sizes, dropout)
    schedule = (lambda update: rate) if arguments.race else cosine(rate, updates, min(10, updates - 1))
    race = RACE if arguments.race else None
    loss, seconds = train(model, training, held_out, updates, schedule, clip=1.0, race=race)
    losses.append(loss)
    print(f"seed {seed}: {loss:.3f} nats, {loss / math.log(2):.3f} bits per character; {seconds:.3f} s per update", flush=True)
print(f"median {statistics.median(losses):.3f} nats per character")
