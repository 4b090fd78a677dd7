"""The counterpart of lstm/examples/adding_problem.rs in PyTorch: same task, models and budget.

    python3 lstm/benches/pytorch/adding_problem.py [--updates N] [SEED ...]
"""

import argparse
import statistics
import time

from environment import enter

enter()

import torch
from torch import nn

torch.set_num_threads(2)
STEPS, HIDDEN, BATCH, FORGET_BIAS = 100, 64, 50, 1.0


def batch(generator, size):
    """Numbers with marks [T, B, 2] and the sums of the marked ones [B, 1]."""
    values = torch.rand(STEPS, size, generator=generator)
    marks = torch.zeros(STEPS, size)
    rows = torch.arange(size)
    marks[torch.randint(0, STEPS // 2, (size,), generator=generator), rows] = 1
    marks[torch.randint(STEPS // 2, STEPS, (size,), generator=generator), rows] = 1
    return torch.stack([values, marks], 2), (values * marks).sum(0).unsqueeze(1)


def train(name, seed, updates):
    torch.manual_seed(seed)
    generator = torch.Generator().manual_seed(1000 + seed)
    layer = nn.LSTM(2, HIDDEN) if name == "LSTM" else nn.RNN(2, HIDDEN)
    head = nn.Linear(HIDDEN, 1)
    if name == "LSTM":
        with torch.no_grad():
            layer.bias_ih_l0[HIDDEN : 2 * HIDDEN] = FORGET_BIAS
            layer.bias_hh_l0[HIDDEN : 2 * HIDDEN] = 0
    parameters = [*layer.parameters(), *head.parameters()]
    adam = torch.optim.Adam(parameters, lr=2e-3)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(adam, updates)
    for _ in range(updates):
        xs, targets = batch(generator, BATCH)
        loss = nn.functional.mse_loss(head(layer(xs)[0][-1]), targets)
        adam.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(parameters, 1.0)
        adam.step()
        schedule.step()
    with torch.no_grad():
        xs, targets = batch(torch.Generator().manual_seed(99), 1000)
        return nn.functional.mse_loss(head(layer(xs)[0][-1]), targets).item()


parser = argparse.ArgumentParser()
parser.add_argument("seeds", nargs="*", type=int, default=[1, 2, 3])
parser.add_argument("--updates", type=int, default=8000)
arguments = parser.parse_intermixed_args()
for name in ["LSTM", "tanh RNN"]:
    errors = []
    for seed in arguments.seeds:
        start = time.perf_counter()
        errors.append(train(name, seed, arguments.updates))
        print(f"{name}, seed {seed}: mean squared error {errors[-1]:.4f} after {time.perf_counter() - start:.0f} s", flush=True)
    print(f"{name}: median {statistics.median(errors):.4f}")
