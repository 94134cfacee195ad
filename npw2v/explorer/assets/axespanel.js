// The panel of axes: two directions that formulas name, and every word where its cosines with them put it.

const KNOWN_AXES = [
  ["woman - man", "queen - king"],
  ["she - he", "good - bad"],
  ["large - small", "old - new"],
  ["paris - france", "city - country"],
];

class AxesPanel {
  constructor(page) {
    this.page = page;
    const {vectors} = page.models[0];
    this.inputs = {x: this.input("x", "woman - man"), y: this.input("y", "queen - king")};
    this.error = element("p", {className: "error", role: "alert"});
    this.ends = element("div");
    const words = (formula) => formula.split(" - ");
    const examples = KNOWN_AXES.filter((pair) =>
      pair.every((formula) => words(formula).every((word) => vectors.rows.has(word))),
    ).slice(0, 3);
    this.element = element(
      "form",
      {onsubmit: (event) => this.submit(event), noValidate: true},
      remark(
        "Sums of words, such as woman - man, or 2 * paris - france. " +
          "Every word goes where its cosines with the two directions put it.",
      ),
      field("Across", this.inputs.x),
      field("Up", this.inputs.y),
      this.error,
      element(
        "div",
        {className: "actions"},
        element("button", {type: "submit", className: "main"}, "Draw the axes"),
        element("button", {type: "button", onclick: () => this.back()}, "Back to the map"),
      ),
      element(
        "div",
        {className: "chips"},
        ...examples.map(([x, y]) =>
          element("button", {type: "button", onclick: () => page.update({x, y})}, `${x} / ${y}`),
        ),
      ),
      this.ends,
    );
  }

  input(name, placeholder) {
    return element("input", {
      type: "text",
      id: `axis-${name}`,
      placeholder,
      autocomplete: "off",
      spellcheck: false,
      autocapitalize: "none",
    });
  }

  submit(event) {
    event.preventDefault();
    this.page.update({x: this.inputs.x.value.trim(), y: this.inputs.y.value.trim()});
    this.complain();
  }

  back() {
    this.page.update({x: "", y: "", tab: "word"});
  }

  /** After a click on the button, missing words are worth a remark, too. */
  complain() {
    const {x, y} = this.page.state;
    if (!x || !y) this.error.textContent = "Expected two formulas, one for each axis.";
  }

  show({x, y, word}) {
    this.error.textContent = "";
    for (const [name, value] of [
      ["x", x],
      ["y", y],
    ]) {
      if (document.activeElement !== this.inputs[name] || value) this.inputs[name].value = value;
    }
    this.ends.replaceChildren();
    this.axes = this.page.models.map(() => null);
    const chosen = this.page.models.map(({vectors}) => {
      const row = vectors.rows.get(word);
      return row === undefined ? NO_MARKS : {rows: new Map([[row, "chosen"]]), lines: []};
    });
    if (!x || !y) return chosen;
    this.page.models.forEach((model, number) => {
      try {
        this.axes[number] = {x: this.axis(model, x, "Across"), y: this.axis(model, y, "Up")};
      } catch (error) {
        this.error.textContent = error.message;
      }
    });
    if (this.axes[0]) this.ends.replaceChildren(...["x", "y"].map((name) => this.extremes(this.axes[0][name])));
    return chosen;
  }

  /** The cosines of all words with a direction. */
  axis({vectors, search}, formula, label) {
    const terms = vectors.terms(formula, search);
    const direction = vectors.direction(terms);
    if (direction === null)
      throw new Error(`${label}: the words of \u201c${shown(formula)}\u201d cancel each other, which is no direction.`);
    const cosines = Float64Array.from({length: vectors.size}, (_, row) => vectors.cosine(row, direction));
    return {name: shown(formula, 60), cosines, vectors, used: new Set(terms.map(([row]) => row))};
  }

  /** Where the words go: both axes from the lowest to the highest cosine, and zero lines where 0 is. */
  places({x, y}) {
    const spread = (axis, sign) => {
      const low = axis.cosines.reduce((least, value) => Math.min(least, value), Infinity);
      const high = axis.cosines.reduce((most, value) => Math.max(most, value), -Infinity);
      axis.at = (cosine) => {
        const share = (cosine - low) / Math.max(high - low, 1e-9);
        return sign > 0 ? share : 1 - share;
      };
    };
    spread(x, 1);
    spread(y, -1);
    const places = new Float32Array(2 * x.cosines.length);
    for (let row = 0; row < x.cosines.length; row++) {
      places[2 * row] = x.at(x.cosines[row]);
      places[2 * row + 1] = y.at(y.cosines[row]);
    }
    return places;
  }

  extremes({name, cosines, vectors, used}) {
    const rows = Array.from(cosines.keys())
      .filter((row) => !used.has(row))
      .sort((one, other) => cosines[one] - cosines[other]);
    const list = (label, some) =>
      element(
        "div",
        {},
        element("h3", {}, label),
        wordList(
          label,
          vectors.words,
          some.map((row) => ({row, cosine: cosines[row]})),
          (word) => this.page.update({word}),
        ),
      );
    return element(
      "div",
      {},
      element("h3", {className: "axis-name"}, name),
      columns([list("lowest", rows.slice(0, 6)), list("highest", rows.slice(-6).reverse())]),
    );
  }
}
