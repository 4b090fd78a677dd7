"""The counterpart of lstm/examples/toy_captions.rs in PyTorch: same tasks, models and budget.

    python3 lstm/benches/pytorch/toy_captions.py [UPDATES_FOR_PICTURES [UPDATES_FOR_CLIPS]]

A tenth of what there is to be seen is held out, by a hash; it is another tenth than that of the Rust program.
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
SIDE, FRAMES, END, START = 20, 4, 0, 1
COLORS = {"red": (1.0, 0.2, 0.2), "green": (0.2, 0.9, 0.3), "blue": (0.3, 0.4, 1.0)}
SHAPES = ["circle", "square", "triangle", "cross"]
PLACES = [
    ["at the top left", "at the top", "at the top right"],
    ["on the left", "in the middle", "on the right"],
    ["at the bottom left", "at the bottom", "at the bottom right"],
]
STEPS = {
    (0, 0): "stays where it is",
    (2, 0): "moves to the right",
    (-2, 0): "moves to the left",
    (0, 2): "moves down",
    (0, -2): "moves up",
}
THING = ["a", "small", "large", *COLORS, *SHAPES]
PICTURE_WORDS = [".", "?", *THING, "at", "on", "in", "the", "top", "middle", "bottom", "left", "right"]
CLIP_WORDS = [".", "?", *THING, "stays", "where", "it", "is", "moves", "up", "down", "to", "the", "left", "right"]
ROWS, COLUMNS = torch.meshgrid(torch.arange(SIDE), torch.arange(SIDE), indexing="ij")


def is_held_out(content):
    return hashlib.sha256(repr(content).encode()).digest()[0] % 10 == 0


def paint(shape, reach, color, center, brightness):
    x, y = COLUMNS - center[0], ROWS - center[1]
    box = (x.abs() <= reach) & (y.abs() <= reach)
    inside = {
        "circle": x * x + y * y <= reach * reach + 1,
        "square": box,
        "triangle": 2 * x.abs() <= y + reach,
        "cross": torch.minimum(x.abs(), y.abs()) <= reach // 4,
    }[shape]
    ink = torch.tensor(COLORS[color])[:, None, None] * brightness
    return ink * (box & inside) + 0.05 * torch.randn(3, SIDE, SIDE)


def thing(generator):
    return generator.choice(SHAPES), generator.choice([3, 5]), generator.choice(list(COLORS))


def name(shape, reach, color):
    return f"a {'large' if reach > 3 else 'small'} {color} {shape}"


def picture(generator, held_out):
    while True:
        shape, reach, color = thing(generator)
        row, column = generator.randrange(3), generator.randrange(3)
        spans = [(reach, 6), (8, SIDE - 9), (SIDE - 7, SIDE - 1 - reach)]
        center = generator.randint(*spans[column]), generator.randint(*spans[row])
        if is_held_out((shape, reach, color, center)) == held_out:
            pixels = paint(shape, reach, color, center, generator.uniform(0.6, 1))
            return pixels, f"{name(shape, reach, color)} {PLACES[row][column]}"


def clip(generator, held_out):
    while True:
        shape, reach, color = thing(generator)
        step = generator.choice(list(STEPS))
        ways = [part * (FRAMES - 1) for part in step]
        last = SIDE - 1 - reach
        start = [generator.randint(max(reach, reach - way), min(last, last - way)) for way in ways]
        if is_held_out((shape, reach, color, start, step)) == held_out:
            brightness = generator.uniform(0.6, 1)
            centers = [(start[0] + t * step[0], start[1] + t * step[1]) for t in range(FRAMES)]
            frames = torch.stack([paint(shape, reach, color, center, brightness) for center in centers])
            return frames, f"{name(shape, reach, color)} {STEPS[step]}"


def batch(make, words, generator, size, held_out=False):
    """What is seen, what the writer reads and should say [W, B], the mask, the captions."""
    seen, captions = zip(*(make(generator, held_out) for _ in range(size)))
    ids = [[words.index(word) for word in caption.split()] for caption in captions]
    steps = 1 + max(len(row) for row in ids)
    targets = torch.tensor([row + [END] * (steps - len(row)) for row in ids]).T
    mask = torch.tensor([[float(w <= len(row)) for w in range(steps)] for row in ids]).T
    inputs = torch.cat([torch.full((1, size), START), targets[:-1]])
    return torch.stack(seen), inputs, targets, mask, captions


class Eye(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 8, 3, stride=2, padding=1)
        self.conv2 = nn.Conv2d(8, 16, 3, stride=2, padding=1)
        self.features = nn.Linear(16 * 25, 64)

    def forward(self, pictures):
        parts = self.conv2(self.conv1(pictures).relu()).relu()
        return self.features(parts.flatten(1)).relu()


class Captioner(nn.Module):
    """Of pictures [B, 3, S, S], or with `encoder` of clips [B, T, 3, S, S]."""

    def __init__(self, words, eye, of_clips):
        super().__init__()
        self.words = words
        self.encoder = nn.LSTM(64, 64) if of_clips else None
        self.to_h, self.to_c = (None, None) if of_clips else (nn.Linear(64, 64), nn.Linear(64, 64))
        self.embedding, self.lstm, self.head = nn.Embedding(len(words), 16), nn.LSTM(16, 64), nn.Linear(64, len(words))
        as_candle(self)
        # It goes on with what it has learned.
        self.eye = eye

    def look(self, seen):
        if self.encoder is None:
            features = self.eye(seen)
            return self.to_h(features).tanh()[None], self.to_c(features)[None]
        features = self.eye(seen.flatten(0, 1)).unflatten(0, seen.shape[:2])
        return self.encoder(features.transpose(0, 1))[1]

    def loss(self, seen, inputs, targets, mask):
        outputs, _ = self.lstm(self.embedding(inputs), self.look(seen))
        losses = nn.functional.cross_entropy(self.head(outputs).flatten(0, 1), targets.flatten(), reduction="none")
        return (losses * mask.flatten()).sum() / mask.sum()

    @torch.no_grad()
    def describe(self, seen):
        state, ids, written = self.look(seen), torch.full((1, len(seen)), START), []
        for _ in range(12):
            outputs, state = self.lstm(self.embedding(ids), state)
            ids = self.head(outputs).argmax(2)
            written.append(ids[0])
        rows = torch.stack(written, 1).tolist()
        return [" ".join(self.words[k] for k in row).split(" .")[0] for row in rows]


def train(model, make, seed, updates):
    generator = random.Random(seed)
    adam = torch.optim.Adam(model.parameters(), lr=0.005)
    for update in range(updates):
        for group in adam.param_groups:
            group["lr"] = 0.0025 * (1 + math.cos(math.pi * update / updates))
        loss = model.loss(*batch(make, model.words, generator, 32)[:4])
        adam.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        adam.step()


def main():
    updates = [int(sys.argv[k]) if len(sys.argv) > k else (1000, 1500)[k - 1] for k in (1, 2)]
    kinds = [("pictures", picture, PICTURE_WORDS), ("clips", clip, CLIP_WORDS)]
    exams = [batch(make, words, random.Random(99), 400, held_out=True) for _, make, words in kinds]
    found = {"pictures": [], "clips": []}
    for seed in [1, 2, 3]:
        torch.manual_seed(seed)
        eye = as_candle(Eye())
        for (kind, make, words), exam, count in zip(kinds, exams, updates):
            started = time.perf_counter()
            model = Captioner(words, eye, kind == "clips")
            train(model, make, seed, count)
            written = model.describe(exam[0])
            found[kind].append(sum(a == b for a, b in zip(written, exam[4])) / len(written))
            seconds = time.perf_counter() - started
            print(f"{kind}, seed {seed}: {found[kind][-1]:.4f} of all captions exact, {seconds:.0f} s", flush=True)
    for kind, values in found.items():
        print(f"{kind}: median {statistics.median(values):.4f}")


if __name__ == "__main__":
    main()
