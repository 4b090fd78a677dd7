"""The Python environment of the comparisons: PyTorch, installed once, under the target folder."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
TORCH = "torch==2.15.0"


def target():
    """The folder that cargo builds into."""
    return Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))


def interpreter():
    """A Python interpreter that has PyTorch and NumPy; the first call installs them."""
    python = target() / "compare-venv" / "bin" / "python"
    installed = python.parents[1] / "installed"
    if not installed.exists():
        print(f"installing {TORCH}, once", file=sys.stderr)
        subprocess.run([sys.executable, "-m", "venv", "--clear", python.parents[1]], check=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", TORCH, "numpy"], check=True)
        installed.touch()
    return python


def enter():
    """Goes on in that interpreter, with the same script and arguments: call it before `import torch`."""
    try:
        import torch  # noqa: F401
    except ImportError:
        python = interpreter()
        os.execv(python, [python, *sys.argv])
