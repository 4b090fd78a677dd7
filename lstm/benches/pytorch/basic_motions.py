"""The counterpart of lstm/examples/basic_motions.rs in PyTorch: same data, model and budget.

    python3 lstm/benches/pytorch/basic_motions.py FOLDER

FOLDER holds BasicMotions_TRAIN.ts and BasicMotions_TEST.ts; `lstm-kernel data fetch basic-motions` puts them into its cache.
"""

import statistics
import sys
import time
from pathlib import Path

from environment import enter

enter()

import torch
from start import as_candle
from torch import nn

torch.set_num_threads(2)
UPDATES = 100
LABELS = ["Standing", "Running", "Walking", "Badminton"]


def read(path):
    """The recordings as [T, B, D], and their activities [B]."""
    series, labels, in_data = [], [], False
    for line in path.read_text().splitlines():
        if in_data and line.strip():
            *channels, label = line.strip().split(":")
            series.append([[float(value) for value in channel.split(",")] for channel in channels])
            labels.append(LABELS.index(label))
        in_data = in_data or line.strip() == "@data"
    return torch.tensor(series).permute(2, 0, 1).contiguous(), torch.tensor(labels)


class Classifier(nn.Module):
    def __init__(self, kind):
        super().__init__()
        self.layers = kind(6, 32)
        self.head = nn.Linear(32, 4)

    def forward(self, xs):
        return self.head(self.layers(xs)[0].mean(0))


def main():
    folder = Path(sys.argv[1])
    xs, labels = read(folder / "BasicMotions_TRAIN.ts")
    test, test_labels = read(folder / "BasicMotions_TEST.ts")
    mean, spread = xs.mean((0, 1)), xs.std((0, 1), correction=0)
    xs, test = (xs - mean) / spread, (test - mean) / spread
    for kind in [nn.RNN, nn.GRU, nn.LSTM]:
        found = []
        for seed in [1, 2, 3]:
            started = time.perf_counter()
            torch.manual_seed(seed)
            model = as_candle(Classifier(kind))
            adam = torch.optim.Adam(model.parameters(), lr=0.01)
            for _ in range(UPDATES):
                loss = nn.functional.cross_entropy(model(xs), labels)
                adam.zero_grad()
                loss.backward()
                nn.utils.clip_grad_norm_(model.parameters(), 1.0)
                adam.step()
            with torch.no_grad():
                found.append((model(test).argmax(1) == test_labels).float().mean().item())
            print(f"{kind.__name__:<5} seed {seed}: accuracy {found[-1]:.3f} in {time.perf_counter() - started:.1f} s")
        print(f"{kind.__name__:<5} median {statistics.median(found):.3f}")


if __name__ == "__main__":
    main()
