// The panel of analogies: a is to b as c is to what is nearest to b - a + c.

const KNOWN_ANALOGIES = [
  ["man", "king", "woman"],
  ["france", "paris", "italy"],
  ["big", "bigger", "small"],
  ["walk", "walked", "play"],
  ["germany", "berlin", "japan"],
  ["uncle", "aunt", "nephew"],
];

class AnalogyPanel {
  constructor(page) {
    this.page = page;
    const {vectors, search} = page.models[0];
    this.boxes = ["a", "b", "c"].map((name) => {
      const input = element("input", {type: "text", placeholder: {a: "man", b: "king", c: "woman"}[name]});
      return new Combobox(input, search, (word) => page.update({[name]: word}, true));
    });
    const fields = this.boxes.map((box, at) => field(["", "is to", "as"][at] || "Word", box.element));
    fields.forEach((each, at) => {
      this.boxes[at].input.id = `analogy-${"abc"[at]}`;
      each.querySelector("label").htmlFor = this.boxes[at].input.id;
    });
    this.answer = element("div", {"aria-live": "polite"});
    const examples = KNOWN_ANALOGIES.filter((words) => words.every((word) => vectors.rows.has(word))).slice(0, 4);
    this.element = element(
      "div",
      {},
      remark("The first word is to the second as the third is to the answer."),
      element("div", {className: "analogy"}, ...fields),
      element(
        "div",
        {className: "chips"},
        ...examples.map(([a, b, c]) =>
          element("button", {type: "button", onclick: () => page.update({a, b, c}, true)}, `${a} : ${b} = ${c} : ?`),
        ),
      ),
      this.answer,
    );
  }

  show({a, b, c}) {
    [a, b, c].forEach((word, at) => {
      if (document.activeElement !== this.boxes[at].input) this.boxes[at].input.value = word;
    });
    const {models} = this.page;
    if (!a || !b || !c) {
      this.answer.replaceChildren();
      return models.map(() => NO_MARKS);
    }
    const marks = [];
    const lists = models.map(({vectors, search}) => {
      const head = element(
        "h3",
        {},
        models.length > 1 ? shown(vectors.name, 40) : `${shown(b, 20)} \u2212 ${shown(a, 20)} + ${shown(c, 20)}`,
      );
      try {
        const rows = [b, a, c].map((word) => vectors.row(word, search));
        const found = vectors.answers(
          [
            [rows[0], 1],
            [rows[1], -1],
            [rows[2], 1],
          ],
          10,
        );
        marks.push(this.marks(rows, found));
        return element(
          "div",
          {},
          head,
          wordList("answers", vectors.words, found, (word) => this.page.pick(word)),
        );
      } catch (error) {
        marks.push(NO_MARKS);
        return element("div", {}, head, element("p", {className: "error"}, error.message));
      }
    });
    this.answer.replaceChildren(columns(lists));
    return marks;
  }

  marks([b, a, c], found) {
    if (!found.length) return NO_MARKS;
    const answer = found[0].row;
    return {
      rows: new Map([
        [a, "chosen"],
        [b, "chosen"],
        [c, "second"],
        [answer, "second"],
      ]),
      lines: [
        {from: a, to: b, arrow: true},
        {from: c, to: answer, arrow: true},
      ],
    };
  }
}
