// The panel of two words: how similar they are, and which neighbours they share.

const AMONG = 30; // neighbours of each word that are looked at

class PairPanel {
  constructor(page) {
    this.page = page;
    const {search} = page.models[0];
    const box = (name) =>
      new Combobox(element("input", {type: "text", id: `pair-${name}`}), search, (word) =>
        page.update({[name]: word}, true),
      );
    this.boxes = {one: box("one"), two: box("two")};
    const labelled = ([name, text]) =>
      element("div", {className: "field"}, element("label", {htmlFor: `pair-${name}`}, text), this.boxes[name].element);
    this.result = element("div", {"aria-live": "polite"});
    this.element = element(
      "div",
      {},
      element(
        "div",
        {className: "columns"},
        ...[
          ["one", "First word"],
          ["two", "Second word"],
        ].map(labelled),
      ),
      this.result,
    );
  }

  show({one, two}) {
    for (const [name, word] of [
      ["one", one],
      ["two", two],
    ]) {
      if (document.activeElement !== this.boxes[name].input) this.boxes[name].input.value = word;
    }
    const {models} = this.page;
    this.result.replaceChildren();
    if (!one || !two) {
      this.result.append(remark("Two words: their cosine, and the neighbours that they share."));
      return models.map(({vectors}) => {
        const row = vectors.rows.get(one || two);
        return row === undefined ? NO_MARKS : {rows: new Map([[row, "chosen"]]), lines: []};
      });
    }
    return models.map(({vectors, search}) => {
      if (models.length > 1) this.result.append(element("h3", {className: "axis-name"}, shown(vectors.name, 40)));
      try {
        return this.compare(vectors, vectors.row(one, search), vectors.row(two, search));
      } catch (error) {
        this.result.append(element("p", {className: "error"}, error.message));
        return NO_MARKS;
      }
    });
  }

  compare(vectors, one, two) {
    const near = [one, two].map((row) => vectors.neighbours(row, AMONG));
    const rows = near.map((found) => new Set(found.map(({row}) => row)));
    const rank = near[0].findIndex(({row}) => row === two);
    const alone = (number) =>
      near[number].filter(({row}) => !rows[1 - number].has(row) && row !== one && row !== two).slice(0, 8);
    const shared = near[0].filter(({row}) => rows[1].has(row)).map(({row}) => ({row}));
    const pick = (word) => this.page.pick(word);
    const list = (text, found) =>
      element(
        "div",
        {},
        element("h3", {}, ...text),
        found.length ? wordList("neighbours", vectors.words, found, pick) : remark("None."),
      );
    this.result.append(
      element(
        "p",
        {className: "figure"},
        element("strong", {}, vectors.cosine(two, vectors.unit(one)).toFixed(3)),
        " cosine",
      ),
      remark(
        rank < 0
          ? `The second is not among the ${AMONG} nearest of the first.`
          : `The second is number ${rank + 1} among the nearest of the first.`,
      ),
      list([`Near both (of ${AMONG} each)`], shared.slice(0, 12)),
      columns([list(["Only ", bdi(vectors.words[one])], alone(0)), list(["Only ", bdi(vectors.words[two])], alone(1))]),
    );
    const others = (number, kind) => alone(number).map(({row}) => [row, kind]);
    return {
      rows: new Map([
        ...shared.map(({row}) => [row, "near"]),
        ...others(0, "near"),
        ...others(1, "near"),
        [one, "chosen"],
        [two, "second"],
      ]),
      lines: [{from: one, to: two, arrow: false}],
    };
  }
}
