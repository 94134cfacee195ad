// The panel of a part of the map: the words that a line encloses, alone, as a list, and as a file.

class RegionPanel {
  constructor(page) {
    this.page = page;
    this.element = element("div");
    this.listed = 100;
  }

  show({only}) {
    const {models} = this.page;
    const region = this.page.region();
    const choose = element(
      "div",
      {className: "actions"},
      element(
        "button",
        {type: "button", className: region ? "" : "main", onclick: () => this.page.startLasso()},
        region ? "Draw another" : "Draw a line around words",
      ),
      element("button", {type: "button", onclick: () => this.page.takeView()}, "Take what is in view"),
    );
    if (!region) {
      this.element.replaceChildren(
        remark("Choose a part of the map: to list its words, to see them alone, to save them."),
        choose,
      );
      return models.map(() => NO_MARKS);
    }
    const {source} = region;
    const rows = [...region.inside[models.indexOf(source)]];
    const number = rows.length;
    this.element.replaceChildren(
      element(
        "p",
        {className: "figure"},
        element("strong", {}, number.toLocaleString("en")),
        number === 1 ? " word" : " words",
      ),
      element(
        "div",
        {className: "actions"},
        element(
          "button",
          {
            type: "button",
            className: "main",
            "aria-pressed": String(Boolean(only)),
            onclick: () => this.isolate(region, only),
          },
          only ? "Show all words" : "Show these alone",
        ),
        element("button", {type: "button", onclick: () => this.save(region)}, "CSV"),
        element("button", {type: "button", onclick: () => this.page.update({region: "", only: ""})}, "Let go"),
      ),
      choose,
      wordList(
        "words inside",
        source.vectors.words,
        rows.slice(0, this.listed).map((row) => ({row})),
        (word) => this.page.pick(word),
      ),
      number > this.listed ? remark(`The ${this.listed} most frequent of them; the CSV has all.`) : "",
    );
    return models.map(() => NO_MARKS);
  }

  isolate({inside}, only) {
    this.page.update({only: only ? "" : "1"});
    if (only) return;
    this.page.models.forEach(({map}, number) => inside[number].size && map.frame(inside[number], 100));
  }

  save({inside}) {
    const rows = this.page.models.flatMap(({vectors, map}, number) =>
      [...inside[number]].map((row) => [
        vectors.name,
        vectors.words[row],
        row + 1,
        vectors.counts ? vectors.counts[row] : "",
        Number(map.home[2 * row].toFixed(5)),
        Number(map.home[2 * row + 1].toFixed(5)),
      ]),
    );
    downloadCsv("region.csv", ["model", "word", "rank", "count", "x", "y"], rows);
  }
}

/** The polygon that a text such as "0.1,0.2,0.3,..." names; null if it is none. */
function polygonOf(text) {
  const numbers = numbersIn(text);
  if (numbers === null || numbers.length < 6 || numbers.length % 2) return null;
  return Array.from({length: numbers.length / 2}, (_, at) => [numbers[2 * at], numbers[2 * at + 1]]);
}

/** A polygon as text, of at most 60 corners, so that a link with it stays short. */
function polygonText(polygon) {
  const step = Math.max(1, polygon.length / 60);
  const corners = [];
  for (let at = 0; at < polygon.length; at += step) corners.push(polygon[Math.floor(at)]);
  return corners
    .flat()
    .map((value) => Number(value.toFixed(4)))
    .join(",");
}
