"""A language model in PyTorch with the layout of lstm::models::LanguageModel, and its training on a stream of ids."""

import math
import time

from environment import enter

enter()

import torch
from start import as_candle
from torch import nn

torch.set_num_threads(2)


class LanguageModel(nn.Module):
    def __init__(self, vocabulary, embedding, sizes, dropout):
        super().__init__()
        self.vocabulary = vocabulary
        self.embedding = nn.Embedding(vocabulary, embedding) if embedding else None
        inputs = [embedding or vocabulary, *sizes]
        self.layers = nn.ModuleList(nn.LSTM(d, h) for d, h in zip(inputs, sizes))
        self.dropout = nn.Dropout(dropout)
        self.head = as_candle(nn.Linear(sizes[-1], vocabulary))

    def forward(self, ids, states=None):
        """Ids [T, B] to logits [T, B, V] and the states of all layers."""
        xs = self.embedding(ids) if self.embedding else nn.functional.one_hot(ids, self.vocabulary).float()
        after = []
        for layer, state in zip(self.layers, states or [None] * len(self.layers)):
            xs, state = layer(xs, state)
            xs = self.dropout(xs)
            after.append(tuple(part.detach() for part in state))
        return self.head(xs), after


def stream(ids, batch, steps):
    """Inputs and targets [T, B], one batch after the other."""
    row = (len(ids) - 1) // batch
    rows = torch.tensor([ids[b * row : (b + 1) * row + 1] for b in range(batch)]).T
    return [(rows[t : min(t + steps, row)], rows[t + 1 : min(t + steps, row) + 1]) for t in range(0, row, steps)]


def loss_of(model, batch, states):
    logits, after = model(batch[0], states)
    return nn.functional.cross_entropy(logits.flatten(0, 1), batch[1].flatten()), after


def evaluate(model, batches):
    model.eval()
    total = count = 0
    states = None
    with torch.no_grad():
        for batch in batches:
            loss, states = loss_of(model, batch, states)
            total += loss.item() * batch[1].numel()
            count += batch[1].numel()
    model.train()
    return total / count


def train(model, training, held_out, updates, rate, clip=5.0, race=None):
    """Trains with Adam, gradients clipped to a norm of `clip`; returns the held-out loss and the seconds per update.

    `rate` gives the learning rate of an update, counted from 0. With `race` it trains for so many seconds instead, and prints
    every 25 updates: the seconds so far, the mean loss of these updates, and the held-out loss, whose time does not count.
    """
    adam = torch.optim.Adam(model.parameters())
    states = None
    seconds = total = update = 0
    while seconds < race if race else update < updates:
        start = time.perf_counter()
        index = update % len(training)
        loss, states = loss_of(model, training[index], states if index else None)
        for group in adam.param_groups:
            group["lr"] = rate(update)
        adam.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), clip)
        adam.step()
        seconds += time.perf_counter() - start
        update += 1
        total += loss.item()
        if race and update % 25 == 0:
            print(f"race {seconds:.2f} {total / 25:.5f} {evaluate(model, held_out):.5f}", flush=True)
            total = 0
    return evaluate(model, held_out), seconds / update


def cosine(highest, updates, warm_up):
    """The schedule of lstm::schedule::CosineAnnealing."""

    def rate(update):
        if update < warm_up:
            return highest * (update + 1) / (warm_up + 1)
        return highest * (1 + math.cos(math.pi * (update - warm_up) / (updates - warm_up))) / 2

    return rate
