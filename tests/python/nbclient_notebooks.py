"""Executes notebooks with nbclient, as graders' tools do, each in its own folder; the first failed cell is an error."""

import pathlib
import sys
import time

import nbformat
from nbclient import NotebookClient

for name in sys.argv[1:]:
    path = pathlib.Path(name)
    started = time.time()
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    client = NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(path.parent)}})
    client.execute()
    print(f"{path.name}: {time.time() - started:.0f} s", flush=True)
