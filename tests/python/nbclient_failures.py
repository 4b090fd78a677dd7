"""Runs each case of a JSON file through nbclient on one kernel; each must raise CellExecutionError, good cells must not."""

import json
import sys

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

cases = json.load(open(sys.argv[1], encoding="utf-8"))
cells = []
for case in cases:
    cells.append(nbformat.v4.new_code_cell(case.get("before", "1 + 1")))
    cells.append(nbformat.v4.new_code_cell(case["code"]))
notebook = nbformat.v4.new_notebook(cells=cells)
notebook.metadata["kernelspec"] = {"name": "lstm", "display_name": "LSTM (Rust)", "language": "rust"}
client = NotebookClient(notebook, timeout=120, kernel_name="lstm")
red, wrong = 0, []
with client.setup_kernel():
    for index, case in enumerate(cases):
        client.execute_cell(cells[2 * index], 2 * index)
        try:
            client.execute_cell(cells[2 * index + 1], 2 * index + 1)
        except CellExecutionError as error:
            red += error.ename == case["ename"]
            if error.ename != case["ename"]:
                wrong.append(f"{case['name']}: {error.ename}, expected {case['ename']}")
        else:
            wrong.append(f"{case['name']}: green")
print("\n".join(wrong))
print(f"{red} of {len(cases)} red")
sys.exit(bool(wrong))
