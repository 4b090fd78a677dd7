"""The LSTM of `examples/movie_snippets.rs` in PyTorch: same model, same snippets and splits, same budget.

    cargo run --release -p lstm --example movie_snippets -- --seeds 3 --export target/movie_snippets.json
    python3 lstm/benches/pytorch/movie_snippets.py target/movie_snippets.json
"""

import json
import random
import statistics
import sys
import time

import environment

environment.enter()

import torch  # noqa: E402
from torch import nn  # noqa: E402
from torch.nn.functional import cross_entropy, dropout  # noqa: E402
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence, pad_sequence  # noqa: E402

EMBEDDING, UNITS, RATE, DROPOUT, WORD_DROPOUT = 32, 32, 0.005, 0.5, 0.1


class Classifier(nn.Module):
    def __init__(self, vocabulary, pooling):
        super().__init__()
        self.embedding = nn.Embedding(vocabulary, EMBEDDING)
        nn.init.normal_(self.embedding.weight, std=0.1)
        self.lstm = nn.LSTM(EMBEDDING, UNITS, bidirectional=True)
        self.head = nn.Linear(2 * UNITS, 2)
        self.pooling = pooling

    def forward(self, ids, lengths):
        embedded = self.embedding(ids)  # [T, B, E]
        if self.training:
            embedded = embedded * (torch.rand(*ids.shape, 1) >= WORD_DROPOUT)
        embedded = dropout(embedded, DROPOUT, self.training)
        outputs, (h, _) = self.lstm(pack_padded_sequence(embedded, lengths, enforce_sorted=False))
        if self.pooling == "max":
            sentence = pad_packed_sequence(outputs, padding_value=-2.0)[0].max(0).values
        else:
            sentence = torch.cat([h[0], h[1]], 1)
        return self.head(dropout(sentence, DROPOUT, self.training))


def batches(part, size, generator):
    """Batches of like length, in random order."""
    order = list(range(len(part["texts"])))
    generator.shuffle(order)
    order.sort(key=lambda k: len(part["texts"][k]))
    cuts = [order[at : at + size] for at in range(0, len(order), size)]
    generator.shuffle(cuts)
    for cut in cuts:
        texts = [torch.tensor(part["texts"][k]) for k in cut]
        lengths = torch.tensor([len(text) for text in texts])
        yield pad_sequence(texts), lengths, torch.tensor([part["labels"][k] for k in cut])


@torch.no_grad()
def exam(model, part):
    model.eval()
    loss = right = 0.0
    for ids, lengths, labels in batches(part, 256, random.Random(0)):
        logits = model(ids, lengths)
        loss += cross_entropy(logits, labels, reduction="sum").item()
        right += (logits.argmax(1) == labels).sum().item()
    return loss / len(part["labels"]), right / len(part["labels"])


def run(data, seed_data, pooling):
    torch.manual_seed(seed_data["seed"])
    generator = random.Random(seed_data["seed"])
    model = Classifier(seed_data["vocabulary"], pooling)
    adam = torch.optim.Adam(model.parameters(), lr=RATE)
    began, best = time.perf_counter(), None
    for _ in range(data["epochs"]):
        model.train()
        for ids, lengths, labels in batches(seed_data["train"], data["batch"], generator):
            adam.zero_grad()
            cross_entropy(model(ids, lengths), labels).backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            adam.step()
        loss, _ = exam(model, seed_data["validation"])
        if best is None or loss < best[0]:
            best = loss, {name: value.clone() for name, value in model.state_dict().items()}
    model.load_state_dict(best[1])
    right = exam(model, seed_data["test"])[1]
    print(f"seed {seed_data['seed']}, {pooling}: {100 * right:.1f} % right, {time.perf_counter() - began:.1f} s", flush=True)
    return right


def main():
    with open(sys.argv[1]) as file:
        data = json.load(file)
    for pooling in ("max", "last"):
        accuracies = [run(data, seed_data, pooling) for seed_data in data["runs"]]
        print(f"{pooling}: median {100 * statistics.median(accuracies):.1f} %")


if __name__ == "__main__":
    main()
