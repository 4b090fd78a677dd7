"""The course in JupyterLab, in a real browser: curves that move, an interrupt, completion, documentation, both themes.

Needs Chromium (Debian's `chromium`, or the program that CHROMIUM names). Pictures of what was seen go to the folder that
LSTM_SCREENSHOTS names, if it is set.
"""

import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import time

import pypdf
import pytest
from playwright.sync_api import sync_playwright

CHROMIUM = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, ["chromium", "chromium-browser", "google-chrome"])), None)
CELLS = [
    """
use lstm::candle_nn;
let parameters = Parameters::seeded(1, DType::F32, &Device::Cpu);
let layer = Lstm::new(2, 32, Options::default(), parameters.builder().pp("lstm"))?;
let head = candle_nn::linear(32, 1, parameters.builder().pp("head"))?;
let before = head.weight().flatten_all()?.to_vec1::<f32>()?;
let mut trainer = Trainer::new(&parameters, Settings::default())?;
let mut task = tasks::AddingProblem::seeded(1, 50)?;
""",
    """
trainer.fit(&Plan::updates(1_000_000), |_| {
    let batch = task.batch(20, &Device::Cpu)?;
    let outputs = layer.forward(&batch.xs, None)?.0;
    Ok((head.forward(&outputs.get(49)?)? - &batch.targets)?.sqr()?.mean_all()?)
})?;
""",
    """
let after = head.weight().flatten_all()?.to_vec1::<f32>()?;
assert_ne!(before, after);
println!("{} updates are kept", trainer.updates());
""",
    "Lstm",
]


class Lab:
    """JupyterLab as `lstm-kernel lab` opens it, and a page on one notebook."""

    def __init__(self, page, address, file):
        self.page, self.address, self.file = page, address, file

    def open(self, name):
        server, token = self.address.split("?")
        self.page.goto(f"{server.split('/lab')[0]}/lab/tree/{name}?{token}", wait_until="domcontentloaded")
        self.page.wait_for_selector(".jp-NotebookPanel .jp-Cell", timeout=120_000)
        # JupyterLab takes a cell back that is run before it has a kernel.
        bar = self.page.locator("#jp-main-statusbar")
        self.until(lambda: "| Idle" in bar.inner_text(), 120)

    def cell(self, index):
        return self.page.locator(".jp-Notebook .jp-CodeCell").nth(index)

    def run(self, index):
        prompt = self.cell(index).locator(".jp-InputPrompt").first
        before = prompt.inner_text()

        def runs():
            # A page that is still being laid out may lose a key.
            self.cell(index).locator(".cm-content").click()
            self.page.keyboard.press("Shift+Enter")
            time.sleep(1)
            return prompt.inner_text() != before

        self.until(runs, 30)

    def ran(self, index, seconds=120):
        """Waits until a cell has its number."""
        prompt = self.cell(index).locator(".jp-InputPrompt").first
        self.until(lambda: re.fullmatch(r"\[\d+\]:", prompt.inner_text().strip()), seconds)

    def outputs(self, index):
        return self.cell(index).locator(".jp-OutputArea-output")

    def until(self, condition, seconds):
        deadline = time.time() + seconds
        while not (value := condition()):
            assert time.time() < deadline, f"not so after {seconds} s: {self.text()}"
            time.sleep(0.1)
        return value

    def text(self):
        return self.page.locator(".jp-Notebook").inner_text()

    def menu(self, name, *items):
        self.page.click(f'.lm-MenuBar-itemLabel:text-is("{name}")')
        for item in items:
            place = self.page.locator(f'.lm-Menu-item:has(.lm-Menu-itemLabel:text-is("{item}"))').last
            place.hover()
            time.sleep(0.3)
        place.click()

    def picture(self, name, page=None):
        if folder := os.environ.get("LSTM_SCREENSHOTS"):
            pathlib.Path(folder).mkdir(parents=True, exist_ok=True)
            (page or self.page).screenshot(path=f"{folder}/{name}.png")


# Of the colours of a cell's code, the contrast of the faintest with its ground, by WCAG's formula.
LEAST_CONTRAST = r"""cell => {
    const numbers = colour => colour.match(/[\d.]+/g).map(Number);
    const light = colour => numbers(colour).slice(0, 3)
        .map(v => v / 255).map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
        .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
    const ground = element => {
        const colour = getComputedStyle(element).backgroundColor, parts = numbers(colour);
        return parts.length < 4 || parts[3] > 0.5 ? colour : ground(element.parentElement);
    };
    const contrast = element => {
        const pair = [light(getComputedStyle(element).color), light(ground(element))].sort((a, b) => b - a);
        return (pair[0] + 0.05) / (pair[1] + 0.05);
    };
    return Math.min(...[...cell.querySelectorAll('.cm-line span')].map(contrast));
}"""


def notebook(cells):
    usual = {"cell_type": "code", "metadata": {}, "execution_count": None, "outputs": []}
    kernelspec = {"name": "lstm", "display_name": "LSTM (Rust)", "language": "rust"}
    return json.dumps({
        "nbformat": 4, "nbformat_minor": 5, "metadata": {"kernelspec": kernelspec},
        "cells": [{**usual, "id": f"c{n}", "source": source.strip()} for n, source in enumerate(cells)],
    })


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    assert CHROMIUM, "no Chromium found: install it (Debian: chromium), or let CHROMIUM name the program"
    folder = tmp_path_factory.mktemp("lab")
    (folder / "live.ipynb").write_text(notebook(CELLS))
    log = folder / "log"
    command = [os.environ["LSTM_KERNEL"], "lab", str(folder), "--no-browser"]
    with log.open("w") as told:
        server = subprocess.Popen(command, stdout=told, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL)
    try:
        deadline = time.time() + 300
        while not (found := re.search(r"http://(?:127\.0\.0\.1|localhost):\d+/\S*token=\w+", log.read_text())):
            assert server.poll() is None and time.time() < deadline, log.read_text()
            time.sleep(0.2)
        with sync_playwright() as playwright:
            arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
            page = browser.new_page(viewport={"width": 1300, "height": 1000})
            lab = Lab(page, found[0], folder / "live.ipynb")
            lab.open("live.ipynb")
            yield lab
            browser.close()
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(60)


def test_curves_move_while_a_cell_trains_and_an_interrupt_keeps_the_variables(lab):
    lab.run(0)
    lab.ran(0)
    lab.run(1)
    curves = lab.outputs(1).locator("svg, img")
    lab.until(lambda: curves.count() and lab.outputs(1).locator("progress").count(), 60)
    states, deadline = set(), time.time() + 30
    while len(states) < 4 and time.time() < deadline:
        states.add(lab.outputs(1).inner_html())
        time.sleep(0.3)
    assert len(states) >= 4, "the picture does not move"
    assert lab.cell(1).locator(".jp-InputPrompt").inner_text().strip() == "[*]:"
    lab.picture("training")
    lab.menu("Kernel", "Interrupt Kernel")
    lab.ran(1, 30)
    assert "Interrupted" in lab.cell(1).inner_text()
    assert "kept" in lab.cell(1).inner_text()
    lab.picture("interrupted")
    lab.run(2)
    lab.ran(2)
    updates = re.search(r"(\d+) updates are kept", lab.cell(2).inner_text())
    assert updates and int(updates[1]) > 10


def test_code_is_coloured_completed_and_documented(lab):
    colours = "cell => [...new Set([...cell.querySelectorAll('.cm-line span')].map(s => getComputedStyle(s).color))]"
    assert len(lab.cell(0).evaluate(colours)) >= 3
    editor = lab.cell(3).locator(".cm-content")
    editor.click()
    lab.page.keyboard.press("End")
    lab.page.keyboard.type("Cell::from_py")
    lab.page.keyboard.press("Tab")
    offered = lab.page.locator(".jp-Completer, .cm-tooltip-autocomplete")
    lab.until(lambda: "from_pytorch" in editor.inner_text() or "from_pytorch" in " ".join(offered.all_inner_texts()), 30)
    lab.picture("completion")
    lab.page.keyboard.press("Escape")
    lab.page.keyboard.press("Control+a")
    lab.page.keyboard.type("LstmCell")
    lab.page.keyboard.press("Shift+Tab")
    tooltip = lab.page.locator(".jp-Tooltip")
    lab.until(lambda: tooltip.count() and "LstmCell" in tooltip.inner_text(), 30)
    lab.picture("documentation")
    lab.page.keyboard.press("Escape")


def test_after_a_restart_cells_run_anew_and_both_themes_are_readable(lab):
    lab.cell(1).locator(".cm-content").click()
    lab.page.keyboard.press("Control+a")
    lab.page.keyboard.type('figure::gradient_decay(&[("RNN", &[1.0, 0.1, 0.01][..])])?')
    lab.menu("Kernel", "Restart Kernel and Run All Cells…")
    lab.page.click('.jp-Dialog .jp-mod-accept:has-text("Restart")')
    figure = lab.outputs(1).locator("svg, img")
    lab.until(lambda: figure.count() and not lab.outputs(1).locator("progress").count(), 120)
    for theme in ["JupyterLab Dark", "JupyterLab Light"]:
        lab.menu("Settings", "Theme", theme)
        lab.until(lambda: lab.page.evaluate("document.body.dataset.jpThemeName") == theme, 30)
        time.sleep(1)
        lab.picture(theme.split()[-1].lower())
        assert lab.cell(0).evaluate(LEAST_CONTRAST) >= 3, theme


def test_a_saved_notebook_becomes_a_page_and_a_pdf_with_its_figures(lab, tmp_path):
    """Comes after the figure of the test before."""
    lab.page.keyboard.press("Control+s")
    lab.until(lambda: "image/svg+xml" in lab.file.read_text(), 30)
    export = [sys.executable, "-m", "nbconvert", lab.file, "--output-dir", tmp_path, "--log-level", "WARN", "--to"]
    subprocess.run([*export, "html"], check=True)
    page = lab.page.context.browser.new_page()
    page.goto((tmp_path / "live.html").as_uri())
    figure = page.locator(".jp-OutputArea-output svg, .jp-OutputArea-output img").last.bounding_box()
    assert figure["width"] > 400 and figure["height"] > 200, figure
    lab.picture("exported", page)
    page.close()

    # nbconvert prints with a Chromium of Playwright's own, which is asked for by its place.
    browsers = {**os.environ, "PLAYWRIGHT_BROWSERS_PATH": str(tmp_path / "browsers")}
    convert = [*export, "webpdf", "--WebPDFExporter.disable_sandbox=True"]
    missing = subprocess.run(convert, env=browsers, stderr=subprocess.PIPE, text=True).stderr
    program = pathlib.Path(re.search(r"Executable doesn't exist at (\S+)", missing)[1])
    program.parent.mkdir(parents=True)
    program.symlink_to(CHROMIUM)
    subprocess.run(convert, env=browsers, check=True)
    text = "".join(page.extract_text() for page in pypdf.PdfReader(tmp_path / "live.pdf").pages)
    assert "gradient norm" in text, text
