"""How linear and convolution layers begin: as candle-nn's do, so that both sides train the same model.

Their weights come from a normal distribution of variance 2 / inputs (He et al., 2015), where PyTorch's come from a uniform one
of variance 1 / (3 inputs). In a short training that is seen. With `--own-start` on the command line PyTorch's start stays.
"""

import sys

from torch import nn

OWN_START = "--own-start" in sys.argv
if OWN_START:
    sys.argv.remove("--own-start")


def as_candle(module):
    """Draws the weights of all such layers of the module anew; the module."""
    for layer in module.modules():
        if isinstance(layer, (nn.Linear, nn.Conv2d)) and not OWN_START:
            nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
    return module
