"""Writes the golden files of this folder: what PyTorch computes for the cells, and NumPy for the spectra.

    python -m venv venv && venv/bin/pip install -r requirements.txt && venv/bin/python make_goldens.py

Every file is a safetensors file. Those of the cells hold one group of tensors for each size, prefixed
`t3b4d10h5.` for T = 3, B = 4, D = 10, H = 5; the weights in it are named as in a `state_dict`.
"""

from pathlib import Path

import numpy as np
import safetensors.numpy
import torch
from safetensors.torch import save_file

FOLDER = Path(__file__).parent
# T, B, D, H: the smallest there is, the lecture's, more steps than units, more units than inputs.
SIZES = [(1, 1, 1, 1), (3, 4, 10, 5), (25, 2, 3, 4), (12, 3, 6, 20)]
DTYPES = {"f32": torch.float32, "f64": torch.float64}


def sequence(kind, size, dtype):
    """Outputs, last states and all gradients of a random weighting of them, for random states before the sequence."""
    steps, batch, inputs, hidden = size
    if kind == "lstm":
        net = torch.nn.LSTM(inputs, hidden, dtype=dtype)
    else:
        net = torch.nn.RNN(inputs, hidden, nonlinearity=kind.removeprefix("rnn_"), dtype=dtype)
    xs = torch.randn(steps, batch, inputs, dtype=dtype, requires_grad=True)
    starts = [torch.randn(1, batch, hidden, dtype=dtype, requires_grad=True)]
    if kind == "lstm":
        starts.append(torch.randn(1, batch, hidden, dtype=dtype, requires_grad=True))
        outputs, lasts = net(xs, tuple(starts))
    else:
        outputs, last = net(xs, starts[0])
        lasts = (last,)
    loss_outputs = torch.randn_like(outputs)
    loss_lasts = [torch.randn_like(last[0]) for last in lasts]
    loss = (outputs * loss_outputs).sum()
    for last, weight in zip(lasts, loss_lasts):
        loss = loss + (last[0] * weight).sum()
    loss.backward()

    found = {f"net.{name}": value for name, value in net.state_dict().items()}
    found |= {f"grad.{name}": value.grad for name, value in net.named_parameters()}
    found |= {"xs": xs, "grad.xs": xs.grad, "outputs": outputs, "loss.outputs": loss_outputs}
    for letter, start, last, weight in zip("hc", starts, lasts, loss_lasts):
        found |= {
            f"{letter}0": start[0],
            f"grad.{letter}0": start.grad[0],
            f"{letter}_n": last[0],
            f"loss.{letter}": weight,
        }
    found |= through_time(kind, net, xs.detach())
    return found


def through_time(kind, net, xs):
    """The gradient of the sum of the last hidden state with respect to every state, from zeros."""
    steps, batch, inputs = xs.shape
    hidden = net.hidden_size
    if kind == "lstm":
        cell = torch.nn.LSTMCell(inputs, hidden, dtype=xs.dtype)
    else:
        cell = torch.nn.RNNCell(inputs, hidden, nonlinearity=kind.removeprefix("rnn_"), dtype=xs.dtype)
    cell.load_state_dict({name.removesuffix("_l0"): value for name, value in net.state_dict().items()})
    state = [torch.zeros(batch, hidden, dtype=xs.dtype, requires_grad=True)]
    if kind == "lstm":
        state.append(torch.zeros(batch, hidden, dtype=xs.dtype, requires_grad=True))
    states = [state]
    for x in xs:
        state = list(cell(x, tuple(state))) if kind == "lstm" else [cell(x, state[0])]
        for part in state:
            part.retain_grad()
        states.append(state)
    states[-1][0].sum().backward()
    norms = {}
    for letter, *parts in zip("hc", *states):
        gradients = [torch.zeros_like(part) if part.grad is None else part.grad for part in parts]
        norms[f"norms.{letter}"] = torch.stack([gradient.norm() for gradient in gradients])
    return norms


def cells():
    for kind in ["lstm", "rnn_tanh", "rnn_relu"]:
        for name, dtype in DTYPES.items():
            torch.manual_seed(20)
            found = {}
            for size in SIZES:
                group = "t{}b{}d{}h{}.".format(*size)
                for key, value in sequence(kind, size, dtype).items():
                    found[group + key] = value.detach().contiguous().clone()
            save_file(found, FOLDER / f"{kind}_{name}.safetensors")


def layer_norm():
    """The cell of Ba, Kiros and Hinton (2016), equations 20 to 22, of PyTorch's operations: it has no such cell. With all
    gradients of a random weighting of the outputs and of the last cell state."""
    torch.manual_seed(20)
    found = {}
    for size in SIZES[1:]:  # a unit alone is normalised to 0
        steps, batch, inputs, hidden = size
        shapes = {
            "weight_ih_l0": (4 * hidden, inputs),
            "weight_hh_l0": (4 * hidden, hidden),
            "bias_l0": (4 * hidden,),
            "norm_ih_l0.weight": (4 * hidden,),
            "norm_ih_l0.bias": (4 * hidden,),
            "norm_hh_l0.weight": (4 * hidden,),
            "norm_hh_l0.bias": (4 * hidden,),
            "norm_c_l0.weight": (hidden,),
            "norm_c_l0.bias": (hidden,),
        }
        net = {name: torch.randn(shape, dtype=torch.float64, requires_grad=True) for name, shape in shapes.items()}
        xs = torch.randn(steps, batch, inputs, dtype=torch.float64, requires_grad=True)
        starts = [torch.randn(batch, hidden, dtype=torch.float64, requires_grad=True) for _ in "hc"]

        def norm(name, z):
            weight, bias = net[f"norm_{name}_l0.weight"], net[f"norm_{name}_l0.bias"]
            return torch.nn.functional.layer_norm(z, z.shape[-1:], weight, bias)

        (h, c), outputs = starts, []
        for x in xs:
            a = norm("ih", x @ net["weight_ih_l0"].T) + norm("hh", h @ net["weight_hh_l0"].T) + net["bias_l0"]
            i, f, g, o = a.chunk(4, dim=1)
            c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
            h = torch.sigmoid(o) * torch.tanh(norm("c", c))
            outputs.append(h)
        outputs = torch.stack(outputs)
        loss_outputs, loss_c = torch.randn_like(outputs), torch.randn_like(c)
        ((outputs * loss_outputs).sum() + (c * loss_c).sum()).backward()
        group = {f"net.{name}": value for name, value in net.items()}
        group |= {"xs": xs, "h0": starts[0], "c0": starts[1]}
        group |= {f"grad.{name}": value.grad for name, value in (net | {"xs": xs}).items()}
        group |= {"grad.h0": starts[0].grad, "grad.c0": starts[1].grad}
        group |= {"outputs": outputs, "c_n": c, "loss.outputs": loss_outputs, "loss.c": loss_c}
        for key, value in group.items():
            found["t{}b{}d{}h{}.".format(*size) + key] = value.detach().contiguous().clone()
    save_file(found, FOLDER / "layer_norm_f64.safetensors")


def spectra():
    random = np.random.default_rng(20)
    turn = np.array([[np.cos(1.0), -np.sin(1.0)], [np.sin(1.0), np.cos(1.0)]])
    symmetric = random.normal(size=(12, 12))
    matrices = {
        "normal_5": random.normal(size=(5, 5)),
        "normal_20": random.normal(size=(20, 20)),
        "normal_50": random.normal(size=(50, 50)) / np.sqrt(50),
        "uniform_32": random.uniform(-1, 1, size=(32, 32)) / np.sqrt(32),
        "symmetric_12": symmetric + symmetric.T,
        "turn": 0.9 * turn,
        "opposite": np.diag([-2.0, 2.0, 1.0]),
        "jordan": 1.1 * np.eye(4) + np.eye(4, k=1),
        "nilpotent": np.eye(6, k=1) * 5,
        "zero": np.zeros((3, 3)),
        "one": np.array([[-3.5]]),
        "tiny": 1e-200 * random.normal(size=(6, 6)),
        "huge": 1e200 * random.normal(size=(6, 6)),
    }
    found = {}
    for name, matrix in matrices.items():
        found[f"{name}.matrix"] = matrix
        found[f"{name}.radius"] = np.array(np.abs(np.linalg.eigvals(matrix)).max())
        found[f"{name}.norm"] = np.array(np.linalg.norm(matrix, 2))
    safetensors.numpy.save_file(found, FOLDER / "spectra.safetensors")


if __name__ == "__main__":
    cells()
    layer_norm()
    spectra()
