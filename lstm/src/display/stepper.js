(function (id) {
  "use strict";

  // Whole numbers and short fractions as they are, the rest with a power of ten: as the page was first written.
  function show(value) {
    if (typeof value !== "number") return value;
    if (!isFinite(value)) return value > 0 ? "∞" : value < 0 ? "−∞" : "NaN";
    const size = Math.abs(value);
    if (value === 0) return "0";
    if (size < 5e-4 || size >= 1e5) {
      const [mantissa, exponent] = value.toExponential(2).split("e");
      const digits = String(Number(exponent)).replace("-", "⁻").replace(/\d/g, (d) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[d]);
      const factor = { 1: "", "-1": "-" }[Number(mantissa)] ?? Number(mantissa) + "×";
      return (factor + "10" + digits).replace("-", "−");
    }
    return value.toFixed(size < 100 ? 3 : size < 1e4 ? 1 : 0).replace("-", "−");
  }

  function controls(steps, units) {
    const button = (go, name, sign) =>
      `<button type="button" data-go="${go}" aria-label="${name}" title="${name}">${sign}</button>`;
    const options = Array.from({ length: units }, (_, k) => `<option>${k}</option>`).join("");
    return `<div class="controls">${button("first", "first step", "|◀")}${button("back", "one step back", "◀")}
      <input type="range" id="${id}-t" min="1" max="${steps}" value="1" step="1" aria-label="time step">
      ${button("next", "one step on", "▶")}${button("last", "last step", "▶|")}
      <output for="${id}-t" aria-live="polite" class="now"></output>
      <label>unit <select id="${id}-u">${options}</select></label>
      <span class="hint" aria-hidden="true">← → Home End</span></div>`;
  }

  // The page shows the diagram as an image; the script needs its parts, which are in the image's own address.
  function unfold(image) {
    const bytes = Uint8Array.from(atob(image.src.split(",")[1]), (c) => c.charCodeAt(0));
    image.outerHTML = new TextDecoder().decode(bytes);
  }

  function start(root) {
    const trace = JSON.parse(root.dataset.trace);
    const steps = trace.x.length;
    const find = (selector) => root.querySelector(selector);
    const all = (selector) => Array.from(root.querySelectorAll(selector));
    find(".static").outerHTML = controls(steps, trace.h0.length);
    unfold(find(".picture img"));
    find(".cursor").style.width = 100 / steps + "%";
    const slider = find("input[type=range]");
    const choice = find("select");
    let step = 0;
    let unit = 0;

    const before = (name, first) => (step === 0 ? trace[first] : trace[name][step - 1]);
    const vector = (name) => {
      if (name === "h_before") return before("h", "h0");
      if (name === "c_before") return before("c", "c0");
      return trace[name][step];
    };
    const number = (name) => {
      if (name === "kept") return Number(vector("f")[unit]) * Number(vector("c_before")[unit]);
      if (name === "stored") return Number(vector("i")[unit]) * Number(vector("candidate")[unit]);
      if (name === "tanh_c") return Math.tanh(Number(vector("c")[unit]));
      return vector(name)[unit];
    };
    const limit = (name) => trace.limit[name === "c_before" ? "c" : name] || 1;
    const share = (name, value) => {
      const part = Number(value) / limit(name);
      return isFinite(part) ? Math.max(-1, Math.min(1, part)) : 0;
    };

    function drawRow(row) {
      const name = row.dataset.row;
      const values = vector(name);
      row.querySelectorAll("td").forEach((cell, k) => {
        const part = share(name, values[k]);
        cell.textContent = show(values[k]);
        cell.style.background =
          Math.abs(part) < 0.01 ? "" : `rgba(${part > 0 ? "213,94,0" : "0,114,178"},${(Math.abs(part) * 0.55).toFixed(2)})`;
      });
    }

    function drawBar(bar) {
      const part = share(bar.dataset.bar, number(bar.dataset.bar));
      const fill = bar.firstElementChild;
      bar.classList.toggle("negative", part < 0);
      if (bar.classList.contains("signed")) {
        fill.style.left = 50 + Math.min(part, 0) * 50 + "%";
        fill.style.width = Math.abs(part) * 50 + "%";
      } else {
        fill.style.left = "0";
        fill.style.width = Math.max(part, 0) * 100 + "%";
      }
    }

    function draw() {
      slider.value = step + 1;
      slider.setAttribute("aria-valuetext", `time step ${step + 1} of ${steps}`);
      find(".now").textContent = `t = ${step + 1} of ${steps}`;
      find(".cursor").style.left = (100 * step) / steps + "%";
      all("[data-slot]").forEach((slot) => (slot.textContent = show(number(slot.dataset.slot))));
      all("[data-row]").forEach(drawRow);
      all("[data-bar]").forEach(drawBar);
      all(".units tr").forEach((row) =>
        Array.from(row.children).forEach((cell, k) => cell.classList.toggle("chosen", k === unit + 1)));
      all("[data-go=first],[data-go=back]").forEach((button) => (button.disabled = step === 0));
      all("[data-go=next],[data-go=last]").forEach((button) => (button.disabled = step === steps - 1));
    }

    function go(to) {
      step = Math.max(0, Math.min(steps - 1, to));
      draw();
    }

    function turn(name) {
      const places = { first: 0, back: step - 1, next: step + 1, last: steps - 1 };
      if (name in places) go(places[name]);
    }

    slider.addEventListener("input", () => go(Number(slider.value) - 1));
    choice.addEventListener("change", () => {
      unit = choice.selectedIndex;
      draw();
    });
    root.addEventListener("click", (event) => {
      const button = event.target.closest("[data-go]");
      if (button) turn(button.dataset.go);
      const cell = event.target.closest(".units td");
      if (cell) {
        unit = cell.cellIndex - 1;
        choice.selectedIndex = unit;
        draw();
      }
      const map = event.target.closest(".map");
      if (map) {
        const box = map.getBoundingClientRect();
        go(Math.floor(((event.clientX - box.left) / box.width) * steps));
      }
    });
    root.addEventListener("keydown", (event) => {
      if (event.target === choice || event.altKey || event.ctrlKey || event.metaKey) return;
      const names = { ArrowLeft: "back", ArrowRight: "next", Home: "first", End: "last" };
      const name = names[event.key];
      if (!name) return;
      event.preventDefault();
      event.stopPropagation();
      turn(name);
    });

    draw();
  }

  // A page may run the script before it has put the element in.
  function wait(left) {
    const root = document.getElementById(id);
    if (root && !root.dataset.started) {
      root.dataset.started = "yes";
      start(root);
    } else if (!root && left > 0) {
      setTimeout(() => wait(left - 1), 50);
    }
  }
  wait(100);
})("__ID__");
