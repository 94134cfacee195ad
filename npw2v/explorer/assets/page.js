// The page as a whole: one state, which the URL keeps, and from which everything is shown.

class Page {
  constructor({title, models}) {
    this.title = title;
    document.body.classList.toggle("compared", models.length > 1);
    const on = (number) => ({
      pick: (row) => this.pick(this.models[number].vectors.words[row], false),
      view: () => this.viewMoved(),
      region: (polygon) => this.takeRegion(polygon, number),
    });
    this.models = models.map((model, number) => {
      const vectors = new Vectors(model);
      const canvas = this.addCanvas(vectors, models.length);
      return {vectors, search: new Search(model.words), map: new WordMap(canvas, model, on(number))};
    });
    this.addTabs();
    this.addControls();
    this.addKeys();
    addEventListener("hashchange", () => this.read());
    addEventListener("resize", () => this.render());
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.render(true));
    this.read();
  }

  // ---- state

  /** Take the state from the URL. */
  read() {
    this.state = fromFragment(location.hash);
    if (!(this.state.tab in this.panels)) this.state.tab = "word";
    const views = numbersIn(this.state.view);
    const known = views !== null && views.length === 3 * this.models.length;
    this.models.forEach(({map}, number) =>
      map.see(known ? views.slice(3 * number, 3 * number + 3) : Object.values(WHOLE)),
    );
    this.render(known);
    if (!known) this.bring();
  }

  /** Change the state; with `bring`, what it is about comes into view. */
  update(changes, bring = false) {
    Object.assign(this.state, changes);
    this.write();
    this.render();
    if (bring) this.bring();
  }

  write() {
    history.replaceState(null, "", `#${asFragment(this.state)}`);
  }

  /** Browsers allow only so many changes of the URL: while the map moves, one now and then. */
  viewMoved() {
    clearTimeout(this.viewTimer);
    this.viewTimer = setTimeout(() => {
      const views = this.models.map(
        ({
          map: {
            view: {x, y, zoom},
          },
        }) => [x.toFixed(4), y.toFixed(4), zoom.toFixed(3)].map(Number),
      );
      const isWhole = views.every((view) => String(view) === String(Object.values(WHOLE)));
      this.state.view = isWhole ? "" : views.flat().join(",");
      this.write();
    }, 250);
  }

  /** Show the state; with `still`, maps stay where they are even if their words move. */
  render(still = false) {
    const {tab, theme, only} = this.state;
    setTheme(theme);
    const palette = currentPalette();
    for (const [name, {button, pane}] of Object.entries(this.tabs)) {
      button.setAttribute("aria-selected", String(name === tab));
      button.tabIndex = name === tab ? 0 : -1;
      pane.hidden = name !== tab;
    }
    const marks = this.panels[tab].show(this.state);
    const region = this.region();
    const axes = tab === "axes" ? this.panels.axes.axes : this.models.map(() => null);
    document.querySelector(".note").hidden = tab === "axes" && axes.some(Boolean); // where distances are cosines
    const over = [document.querySelector(".zoom"), document.querySelector(".note")];
    this.models.forEach(({map}, number) => {
      map.reserved = over.map((each) => boxWithin(each, map.canvas));
      Object.assign(map, {palette, marks: marks[number]});
      const outlined = region && !only && tab === "region";
      map.outline = outlined && region.source.map === map ? region.polygon : null;
      map.inOutline = outlined ? region.inside[number] : null;
      map.only = only && region ? region.inside[number] : null;
      const moved = Boolean(axes[number]) !== Boolean(map.axes);
      if (axes[number]) map.arrange(this.panels.axes.places(axes[number]), axes[number]);
      else map.arrange(map.home, null);
      if (moved && !still) map.glide(WHOLE);
      map.draw();
    });
    this.themeButton.textContent = isDark() ? "Light" : "Dark";
    const input = byId("search");
    if (document.activeElement !== input) input.value = this.state.word;
  }

  // ---- what can be done

  /** Choose a word; one that was found elsewhere is brought into view. */
  pick(word, bring = true) {
    const tab = this.state.tab === "axes" ? "axes" : "word";
    this.update({word, tab}, bring);
    const rows = this.models[0].vectors.rows;
    byId("said").textContent = rows.has(word)
      ? `${shown(word)}. Nearest: ${this.models[0].vectors
          .neighbours(rows.get(word), 5)
          .map(({row}) => shown(this.models[0].vectors.words[row]))
          .join(", ")}`
      : shown(word);
  }

  /** Bring what is asked about into view: a word with its neighbours, an analogy, a pair. */
  bring() {
    const {tab, word} = this.state;
    if (tab === "word" && word) this.showWord(word);
    if (tab !== "analogy" && tab !== "pair") return;
    for (const {map} of this.models) {
      const rows = [...map.marks.rows].filter(([, kind]) => kind !== "near").map(([row]) => row);
      if (rows.length > 1) map.frame(rows);
    }
  }

  /** Bring a word and most of its neighbours into view, on every map that has it. */
  showWord(word) {
    for (const {vectors, map} of this.models) {
      const row = vectors.rows.get(word);
      if (row === undefined) continue;
      const far = (other) =>
        Math.hypot(map.home[2 * other] - map.home[2 * row], map.home[2 * other + 1] - map.home[2 * row + 1]);
      const near = vectors
        .neighbours(row, 12)
        .map(({row: other}) => other)
        .sort((one, other) => far(one) - far(other));
      map.frame([row, ...near.slice(0, 8)]);
    }
  }

  /**
   * The region of the state: its polygon, the model on whose map it was drawn, and for every model the rows of the
   * words inside. Null if there is none.
   */
  region() {
    const polygon = polygonOf(this.state.region);
    if (!polygon) return null;
    const source = this.models[this.state.on === "2" && this.models.length > 1 ? 1 : 0];
    const rows = source.map.inside(polygon);
    const words = rows.map((row) => source.vectors.words[row]);
    const inside = this.models.map(
      (model) =>
        new Set(
          model === source
            ? rows
            : words.map((word) => model.vectors.rows.get(word)).filter((row) => row !== undefined),
        ),
    );
    return {polygon, source, inside};
  }

  startLasso() {
    this.update({tab: "region", only: ""});
    this.setLasso(true);
  }

  setLasso(on) {
    this.lassoButton.setAttribute("aria-pressed", String(on));
    byId("maps").classList.toggle("lasso", on);
    this.models.forEach(({map}) => (map.lasso = on));
  }

  takeRegion(polygon, number) {
    this.setLasso(false);
    this.update({tab: "region", region: polygonText(polygon), on: number ? "2" : "", only: ""});
  }

  takeView() {
    const {map} = this.models[0];
    const [[left, top], [right, bottom]] = [map.onMap(0, 0), map.onMap(map.width, map.height)];
    this.takeRegion(
      [
        [left, top],
        [right, top],
        [right, bottom],
        [left, bottom],
      ],
      0,
    );
  }

  // ---- what there is on the page

  addCanvas(vectors, several) {
    const words = vectors.size.toLocaleString("en");
    const canvas = element("canvas", {
      tabIndex: 0,
      role: "application",
      "aria-roledescription": "map of words",
      "aria-label":
        `${shown(vectors.name)}: ${words} words. Arrow keys move, plus and minus zoom, 0 shows all, ` +
        "Enter takes the word in the middle. The search finds every word.",
    });
    const figure = element("figure", {className: "map"}, canvas);
    if (several > 1) figure.append(element("figcaption", {}, shown(vectors.name, 60)));
    byId("maps").append(figure);
    return canvas;
  }

  addTabs() {
    this.panels = {
      word: new WordPanel(this),
      analogy: new AnalogyPanel(this),
      axes: new AxesPanel(this),
      pair: new PairPanel(this),
      region: new RegionPanel(this),
    };
    const texts = {word: "Word", analogy: "Analogy", axes: "Axes", pair: "Two words", region: "Region"};
    this.tabs = {};
    for (const [name, panel] of Object.entries(this.panels)) {
      const button = element(
        "button",
        {
          type: "button",
          role: "tab",
          id: `tab-${name}`,
          "aria-controls": `pane-${name}`,
          onclick: () => this.update({tab: name}),
        },
        texts[name],
      );
      const pane = element(
        "section",
        {role: "tabpanel", id: `pane-${name}`, "aria-labelledby": `tab-${name}`},
        panel.element,
      );
      this.tabs[name] = {button, pane};
      byId("tabs").append(button);
      byId("panes").append(pane);
    }
    byId("tabs").addEventListener("keydown", (event) => {
      const names = Object.keys(this.tabs);
      const at = names.indexOf(this.state.tab);
      const goal = {ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: names.length - 1}[event.key];
      if (goal === undefined) return;
      const name = names[(goal + names.length) % names.length];
      this.update({tab: name});
      this.tabs[name].button.focus();
      event.preventDefault();
    });
  }

  addControls() {
    const {vectors, search} = this.models[0];
    const onMaps = (act) => () => this.models.forEach(({map}) => act(map));
    byId("title").textContent = shown(this.title, 60);
    const sizes = this.models.map(
      (model) => `${model.vectors.size.toLocaleString("en")} words \u00b7 ${model.vectors.dimensions} dimensions`,
    );
    byId("about").textContent = [...new Set(sizes)].join(" / ");
    const input = byId("search");
    const place = input.parentElement;
    const words =
      this.models.length > 1 ? [...new Set(this.models.flatMap((model) => model.vectors.words))] : vectors.words;
    const box = new Combobox(input, words === vectors.words ? search : new Search(words), (word) => this.pick(word));
    place.append(box.element);
    this.lassoButton = byId("lasso");
    this.themeButton = byId("theme");
    const actions = {
      "zoom-in": onMaps((map) => map.zoomBy(1.6)),
      "zoom-out": onMaps((map) => map.zoomBy(1 / 1.6)),
      whole: onMaps((map) => map.glide(WHOLE)),
      lasso: () => (this.models[0].map.lasso ? this.setLasso(false) : this.startLasso()),
      png: () =>
        this.models.forEach((model, number) => downloadPng(number ? `map-${number + 1}.png` : "map.png", model.map)),
      theme: () => this.update({theme: isDark() ? "light" : "dark"}),
      help: () => byId("helping").showModal(),
      note: () => byId("helping").showModal(),
      close: () => byId("helping").close(),
    };
    for (const [id, action] of Object.entries(actions)) byId(id).addEventListener("click", action);
  }

  addKeys() {
    addEventListener("keydown", (event) => {
      const typing = event.target instanceof HTMLInputElement;
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.key === "Escape" && !byId("helping").open) {
        if (this.models[0].map.lasso) this.setLasso(false);
        else if (this.state.word && !typing) this.update({word: ""});
      } else if (typing) return;
      else if (event.key === "/") byId("search").focus();
      else if (event.key === "?") byId("helping").showModal();
      else return;
      event.preventDefault();
    });
  }
}

/** The box of an element as [left, top, width, height], seen from another one. */
function boxWithin(of, other) {
  const [box, origin] = [of.getBoundingClientRect(), other.getBoundingClientRect()];
  return [box.left - origin.left, box.top - origin.top, box.width, box.height];
}

// For the console, and for whoever tests the page: `explorer.models[0].vectors.neighbours(0, 5)`.
window.explorer = Object.assign(new Page(JSON.parse(byId("data").textContent)), {parseFormula});
