"""The counterpart of lstm/examples/program_addition.rs in PyTorch: same task, model and budget.

    python3 lstm/benches/pytorch/program_addition.py [DIGITS [UPDATES]]

A tenth of the sums is held out, by a hash of the text; it is another tenth than that of the Rust program.
"""

import hashlib
import math
import random
import statistics
import sys
import time

from environment import enter

enter()

import torch
from start import as_candle
from torch import nn

torch.set_num_threads(2)
# As many symbols as the Rust program has: most of them do not occur in sums.
SYMBOLS = ".?\n ()*+-0123456789:<=>abcdefghilnoprstx"
END, START = 0, 1
ID = {symbol: k for k, symbol in enumerate(SYMBOLS)}


def draw(generator, digits, held_out):
    while True:
        least = 10 ** (digits - 1) if digits > 1 else 0
        a, b = (generator.randrange(least, 10**digits) for _ in range(2))
        text = f"print({a}+{b})"
        if (hashlib.sha256(text.encode()).digest()[0] % 10 == 0) == held_out:
            return text, str(a + b)


def batch(generator, digits, size, held_out=False):
    """Programs [T, B], what the writer reads and should say [W, B], the mask, the answers."""
    pairs = [draw(generator, digits, held_out) for _ in range(size)]
    programs = torch.tensor([[ID[symbol] for symbol in text] for text, _ in pairs]).T
    steps = 1 + max(len(answer) for _, answer in pairs)
    said = [[ID[symbol] for symbol in answer] + [END] * (steps - len(answer)) for _, answer in pairs]
    mask = torch.tensor([[float(w <= len(answer)) for w in range(steps)] for _, answer in pairs]).T
    targets = torch.tensor(said).T
    inputs = torch.cat([torch.full((1, size), START), targets[:-1]])
    return programs, inputs, targets, mask, [answer for _, answer in pairs]


class Executor(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(len(SYMBOLS), 32)
        self.lstm = nn.LSTM(32, 128)
        self.head = nn.Linear(128, len(SYMBOLS))

    def loss(self, programs, inputs, targets, mask):
        _, state = self.lstm(self.embedding(programs))
        outputs, _ = self.lstm(self.embedding(inputs), state)
        losses = nn.functional.cross_entropy(self.head(outputs).flatten(0, 1), targets.flatten(), reduction="none")
        return (losses * mask.flatten()).sum() / mask.sum()

    @torch.no_grad()
    def execute(self, programs):
        _, state = self.lstm(self.embedding(programs))
        ids, written = torch.full((1, programs.shape[1]), START), []
        for _ in range(30):
            outputs, state = self.lstm(self.embedding(ids), state)
            ids = self.head(outputs).argmax(2)
            written.append(ids[0])
        texts = ["".join(SYMBOLS[k] for k in row) for row in torch.stack(written, 1).tolist()]
        return [text.split(".")[0] for text in texts]


def main():
    digits = int(sys.argv[1]) if len(sys.argv) > 1 else 2
    updates = int(sys.argv[2]) if len(sys.argv) > 2 else 12000
    exam = batch(random.Random(99), digits, 800, held_out=True)
    found = []
    for seed in [1, 2, 3]:
        started = time.perf_counter()
        torch.manual_seed(seed)
        generator = random.Random(seed)
        model = as_candle(Executor())
        adam = torch.optim.Adam(model.parameters(), lr=0.01)
        for update in range(updates):
            for group in adam.param_groups:
                group["lr"] = 0.005 * (1 + math.cos(math.pi * update / updates))
            loss = model.loss(*batch(generator, digits, 64)[:4])
            adam.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            adam.step()
        written = model.execute(exam[0])
        found.append(sum(a == b for a, b in zip(written, exam[4])) / len(written))
        print(f"seed {seed}: {found[-1]:.4f} of all answers exact, {time.perf_counter() - started:.0f} s", flush=True)
    print(f"median {statistics.median(found):.4f}")


if __name__ == "__main__":
    main()
