"""Writes the grid files of this folder: what PyTorch computes for its recurrent modules, in many configurations.

    python -m venv venv && venv/bin/pip install -r requirements.txt && venv/bin/python make_grid.py

Every file is a safetensors file, `grid_KIND_DTYPE.safetensors`, with one group of tensors for each configuration. The
name of a group is its configuration, such as `l2_bi_bf_nobias_len_p2_state`: two layers, both directions, batch first,
no biases, sequences of different lengths, a projection to 2, random initial states. Parts that are not named are off.
The weights are named as in a `state_dict`; their gradients are in one row, in PyTorch's order.
"""

import itertools
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

FOLDER = Path(__file__).parent
DTYPES = {"f32": torch.float32, "f64": torch.float64}
STEPS, BATCH, INPUTS, HIDDEN, PROJECTED = 4, 3, 3, 3, 2
LENGTHS = [2, 4, 1]


def module(kind, dtype, **options):
    if kind.startswith("rnn"):
        options["nonlinearity"] = kind.removeprefix("rnn_")
    make = {"lstm": torch.nn.LSTM, "gru": torch.nn.GRU}.get(kind, torch.nn.RNN)
    return make(INPUTS, HIDDEN, dtype=dtype, **options)


def leaf(*shape, dtype):
    return torch.randn(*shape, dtype=dtype, requires_grad=True)


def configuration(kind, dtype, layers, both, batch_first, bias, with_lengths, projected, with_state):
    """Outputs, last states and all gradients of a random weighting of them."""
    options = {"num_layers": layers, "bidirectional": both, "batch_first": batch_first, "bias": bias}
    if projected:
        options["proj_size"] = PROJECTED
    net = module(kind, dtype, **options)
    xs = leaf(*((BATCH, STEPS) if batch_first else (STEPS, BATCH)), INPUTS, dtype=dtype)
    rows = layers * (2 if both else 1)
    sizes = [PROJECTED if projected else HIDDEN] + ([HIDDEN] if kind == "lstm" else [])
    starts = [leaf(rows, BATCH, size, dtype=dtype) for size in sizes] if with_state else []
    state = None if not starts else tuple(starts) if kind == "lstm" else starts[0]

    if with_lengths:
        lengths = torch.tensor(LENGTHS)
        packed = pack_padded_sequence(xs, lengths, batch_first=batch_first, enforce_sorted=False)
        outputs, lasts = net(packed, state)
        outputs, _ = pad_packed_sequence(outputs, batch_first=batch_first, total_length=STEPS)
    else:
        outputs, lasts = net(xs, state)
    lasts = lasts if kind == "lstm" else (lasts,)
    loss_outputs = torch.randn_like(outputs)
    loss_lasts = [torch.randn_like(last) for last in lasts]
    loss = (outputs * loss_outputs).sum()
    for last, weight in zip(lasts, loss_lasts):
        loss = loss + (last * weight).sum()
    loss.backward()

    found = {f"net.{name}": value for name, value in net.state_dict().items()}
    found["grad.weights"] = torch.cat([value.grad.flatten() for value in net.parameters()])
    found |= {"xs": xs, "grad.xs": xs.grad, "outputs": outputs, "loss.outputs": loss_outputs}
    for letter, last, weight in zip("hc", lasts, loss_lasts):
        found |= {f"{letter}_n": last, f"loss.{letter}": weight}
    for letter, start in zip("hc", starts):
        found |= {f"{letter}0": start, f"grad.{letter}0": start.grad}
    return found


def group_name(layers, both, batch_first, bias, with_lengths, projected, with_state):
    parts = [f"l{layers}"]
    parts += ["bi"] * both + ["bf"] * batch_first + ["nobias"] * (not bias) + ["len"] * with_lengths
    parts += [f"p{PROJECTED}"] * projected + ["state"] * with_state
    return "_".join(parts)


def grid():
    """All combinations of one and two layers, and a quarter of those of three."""
    off_on = [False, True]
    for layers, both, batch_first, bias, with_lengths in itertools.product([1, 2, 3], *[off_on] * 4):
        if layers < 3 or batch_first == bias == with_lengths:
            yield layers, both, batch_first, bias, with_lengths


def main():
    total = 0
    for kind, (dtype_name, dtype) in itertools.product(["rnn_tanh", "rnn_relu", "gru", "lstm"], DTYPES.items()):
        torch.manual_seed(21)
        found = {}
        for index, cell in enumerate(grid()):
            for projected in [False, True] if kind == "lstm" else [False]:
                # Half of them begin with a state, in every combination of directions and lengths.
                with_state = (index + index // 2 + index // 8 + projected) % 2 == 0
                total += 1
                group = group_name(*cell, projected, with_state)
                for key, value in configuration(kind, dtype, *cell, projected, with_state).items():
                    assert f"{group}.{key}" not in found
                    found[f"{group}.{key}"] = value.detach().contiguous().clone()
        save_file(found, FOLDER / f"grid_{kind}_{dtype_name}.safetensors")
    print(f"{total} configurations")


if __name__ == "__main__":
    main()
