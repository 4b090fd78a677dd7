"""The counterpart of lstm/examples/shakespeare.rs in PyTorch: same texts, model and budget.

    python3 lstm/benches/pytorch/shakespeare.py FOLDER [--full] [--updates N] [--own-start] [SEED ...]

The folder with the works is the one that `lstm-kernel data list` names.
"""

import argparse
import collections
import math
import re
import statistics
from pathlib import Path

from environment import enter

enter()

import torch
from language import LanguageModel, cosine, stream, train

parser = argparse.ArgumentParser()
parser.add_argument("folder", type=Path)
parser.add_argument("seeds", nargs="*", type=int, default=[1, 2, 3])
parser.add_argument("--full", action="store_true")
parser.add_argument("--updates", type=int)
arguments = parser.parse_intermixed_args()


def work(path):
    """The text without title, author and the last line, as lstm::data::shakespeare_works gives it."""
    text = path.read_text(encoding="ascii").split("by William Shakespeare", 1)[1]
    return text.rstrip().removesuffix("THE END")


def words(paths):
    text = "\n".join(work(path) for path in paths).replace("--", " ")
    return re.sub(r"[!-&(-,./:-@\[-`{-~]", " ", text).lower().split()


works = sorted(arguments.folder.glob("*.txt"))
held_out, learned = words(works[:2]), words(works[2:] if arguments.full else works[2:10])
kept = [word for word, count in collections.Counter(learned).items() if count > 5]
ids = {word: k + 1 for k, word in enumerate(kept)}
print(f"{len(learned)} words, {len(ids) + 1} in the vocabulary")
training = stream([ids.get(word, 0) for word in learned], 100 if arguments.full else 32, 50)
validation = stream([ids.get(word, 0) for word in held_out], 20, 100)
updates = arguments.updates or (10 * len(training) if arguments.full else 250)
rate = (lambda _: 1e-3) if arguments.full else cosine(0.02, updates, min(10, updates - 1))
losses = []
for seed in arguments.seeds:
    torch.manual_seed(seed)
    model = LanguageModel(len(ids) + 1, 128, [128], 0.0)
    torch.nn.init.normal_(model.embedding.weight, std=0.1)
    loss, seconds = train(model, training, validation, updates, rate)
    losses.append(loss)
    print(f"seed {seed}: perplexity {math.exp(loss):.1f} ({loss:.3f} nats per word); {seconds:.3f} s per update", flush=True)
print(f"median perplexity {math.exp(statistics.median(losses)):.1f}")
