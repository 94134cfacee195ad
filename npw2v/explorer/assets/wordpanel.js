// The panel of one word: its neighbours, in every model.

class WordPanel {
  constructor(page) {
    this.page = page;
    this.element = element("div");
    this.count = 12;
  }

  /** Show the word of the state; returns what stands out on each map. */
  show({word}) {
    const {models} = this.page;
    if (!word) {
      this.element.replaceChildren(this.welcome());
      return models.map(() => NO_MARKS);
    }
    const found = models.map(({vectors}) => {
      const row = vectors.rows.get(word);
      return row === undefined ? null : vectors.neighbours(row, this.count);
    });
    this.element.replaceChildren(
      element("h2", {className: "chosen"}, bdi(word)),
      this.about(word),
      columns(models.map(({vectors}, number) => this.list(word, vectors, found, number))),
      element(
        "div",
        {className: "actions"},
        element("button", {type: "button", onclick: () => this.more()}, this.count > 12 ? "Fewer" : "More"),
        element(
          "button",
          {type: "button", onclick: () => this.page.update({tab: "pair", one: word, two: ""})},
          "Compare with another",
        ),
        element("button", {type: "button", onclick: () => this.save(word, found)}, "CSV"),
      ),
    );
    return models.map(({vectors}, number) => {
      const row = vectors.rows.get(word);
      if (row === undefined) return NO_MARKS;
      const near = found[number].map(({row: other}) => other);
      return {
        rows: new Map([[row, "chosen"], ...near.map((other) => [other, "near"])]),
        lines: near.map((other) => ({from: row, to: other})),
      };
    });
  }

  welcome() {
    const {vectors} = this.page.models[0];
    const some = ["king", "music", "water", "paris", "computer", "river", "three", "blue"].filter((word) =>
      vectors.rows.has(word),
    );
    const words = some.length > 3 ? some : vectors.words.slice(0, 8);
    return element(
      "div",
      {className: "welcome"},
      element(
        "p",
        {},
        "Each point is a word. Words that occur among the same words have similar vectors, and lie together.",
      ),
      element("p", {}, "Click one, search, or start with"),
      element(
        "div",
        {className: "chips"},
        ...words.map((word) => element("button", {type: "button", onclick: () => this.page.pick(word)}, bdi(word))),
      ),
    );
  }

  about(word) {
    const {vectors} = this.page.models[0];
    const row = vectors.rows.get(word);
    if (row === undefined) return remark("Not in the first model.");
    const seen = vectors.counts ? `, seen ${vectors.counts[row].toLocaleString("en")} times` : "";
    return remark(`Word ${(row + 1).toLocaleString("en")} of ${vectors.size.toLocaleString("en")}${seen}`);
  }

  list(word, vectors, found, number) {
    const several = found.length > 1;
    const head = element("h3", {}, several ? shown(vectors.name, 40) : "Nearest by cosine");
    if (found[number] === null) return element("div", {}, head, remark("The word is not in this model."));
    const others =
      several && found[1 - number]
        ? new Set(found[1 - number].map(({row}) => this.page.models[1 - number].vectors.words[row]))
        : new Set();
    return element(
      "div",
      {},
      head,
      wordList(`nearest to ${shown(word)}`, vectors.words, found[number], (other) => this.page.pick(other), others),
    );
  }

  more() {
    this.count = this.count > 12 ? 12 : 50;
    this.page.render();
  }

  save(word, found) {
    const rows = this.page.models.flatMap(({vectors}, number) =>
      (found[number] ?? []).map(({row, cosine}, at) => [
        vectors.name,
        at + 1,
        vectors.words[row],
        Number(cosine.toFixed(6)),
      ]),
    );
    downloadCsv("neighbours.csv", ["model", "rank", "word", "cosine"], rows);
  }
}
