"""Makes the students' exercise sheets out of the solutions in `source/`, with nbgrader's own preprocessors.

    $(cargo run --release -- python --test) notebooks/exercises/make.py [FOLDER]

Writes the sheets beside this file, or into FOLDER.
"""

import os
import sys
import tempfile
from pathlib import Path

import nbformat
from nbgrader.preprocessors import (
    CheckCellMetadata,
    ClearHiddenTests,
    ClearMarkScheme,
    ClearOutput,
    ClearSolutions,
    ComputeChecksums,
    LockCells,
)
from traitlets.config import Config

HERE = Path(__file__).resolve().parent

# What takes the place of a solution. In Rust it must be an expression of type `Option`.
CONFIG = Config(
    ClearSolutions={
        "code_stub": {"rust": "// YOUR ANSWER HERE: Some(…)\nNone"},
        "text_stub": "*Your answer here.*",
    }
)

# The steps of `nbgrader generate_assignment`, in its order, without its database.
STEPS = [
    LockCells,
    ClearSolutions,
    ClearOutput,
    CheckCellMetadata,
    ComputeChecksums,
    ClearHiddenTests,
    ClearMarkScheme,
    ComputeChecksums,
    CheckCellMetadata,
]


def student_version(source: Path) -> str:
    """The sheet without its solutions, as the text of a notebook file."""
    notebook = nbformat.read(source, as_version=4)
    resources = {"metadata": {"name": source.stem, "path": str(source.parent)}}
    for step in STEPS:
        notebook, resources = step(config=CONFIG).preprocess(notebook, resources)
    nbformat.validate(notebook)
    return nbformat.writes(notebook, version=nbformat.NO_CONVERT, indent=1, ensure_ascii=False) + "\n"


def write(path: Path, text: str) -> None:
    """Puts the whole text in place at once."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
    os.chmod(temporary, 0o644)
    os.replace(temporary, path)


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else HERE
    for source in sorted((HERE / "source").glob("*.ipynb")):
        write(folder / source.name, student_version(source))
        print(folder / source.name)


if __name__ == "__main__":
    main()
