// The page as a whole: one state, which the URL keeps, and from which everything is shown.

class Page {
  constructor({title, models}) {
    this.title = title;
    this.view = {...WHOLE};
    const on = (number) => ({
      pick: (row) => this.pick(this.models[number].vectors.words[row], false),
      view: () => this.viewMoved(),
      region: (polygon) => this.takeRegion(polygon),
    });
    this.models = models.map((model, number) => {
      const vectors = new Vectors(model);
      const canvas = this.addCanvas(vectors, models.length);
      return {vectors, search: new Search(model.words), map: new WordMap(canvas, model, this.view, on(number))};
    });
    this.addTabs();
    this.addControls();
    this.addKeys();
    addEventListener("hashchange", () => this.read());
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.render());
    this.read();
  }

  // ---- state

  /** Take the state from the URL. */
  read() {
    this.state = fromFragment(location.hash);
    if (!(this.state.tab in this.panels)) this.state.tab = "word";
    const view = numbersIn(this.state.view, 3);
    if (view) this.models[0].map.move(...view);
    else Object.assign(this.view, WHOLE);
    this.render();
    if (!view && this.state.tab === "word" && this.state.word) this.showWord(this.state.word);
  }

  update(changes) {
    Object.assign(this.state, changes);
    this.write();
    this.render();
  }

  write() {
    history.replaceState(null, "", `#${asFragment(this.state)}`);
  }

  /** Browsers allow only so many changes of the URL: while the map moves, one now and then. */
  viewMoved() {
    this.models.forEach(({map}) => map.draw());
    clearTimeout(this.viewTimer);
    this.viewTimer = setTimeout(() => {
      const {x, y, zoom} = this.view;
      const isWhole = x === WHOLE.x && y === WHOLE.y && zoom === WHOLE.zoom;
      this.state.view = isWhole ? "" : `${x.toFixed(4)},${y.toFixed(4)},${zoom.toFixed(3)}`;
      this.write();
    }, 250);
  }

  render() {
    const {tab, theme, region, only} = this.state;
    setTheme(theme);
    const palette = currentPalette();
    for (const [name, {button, pane}] of Object.entries(this.tabs)) {
      button.setAttribute("aria-selected", String(name === tab));
      button.tabIndex = name === tab ? 0 : -1;
      pane.hidden = name !== tab;
    }
    const marks = this.panels[tab].show(this.state);
    const polygon = polygonOf(region);
    const axes = tab === "axes" ? this.panels.axes.axes : this.models.map(() => null);
    const over = [document.querySelector(".zoom"), document.querySelector(".note")];
    this.models.forEach(({map}, number) => {
      map.reserved = over.map((each) => boxWithin(each, map.canvas));
      const inside = polygon && new Set(map.inside(polygon));
      Object.assign(map, {palette, marks: marks[number]});
      map.outline = polygon && !only && tab === "region" ? polygon : null;
      map.inOutline = map.outline ? inside : null;
      map.only = only && polygon ? inside : null;
      if (axes[number]) map.arrange(this.panels.axes.places(axes[number]), axes[number]);
      else map.arrange(map.home, null);
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
    this.update({word, tab});
    const rows = this.models[0].vectors.rows;
    byId("said").textContent = rows.has(word) ? `${shown(word)}. Nearest: ${this.models[0].vectors.neighbours(rows.get(word), 5).map(({row}) => shown(this.models[0].vectors.words[row])).join(", ")}` : shown(word);
    if (bring && tab === "word") this.showWord(word);
  }

  /** Bring a word and most of its neighbours into view. */
  showWord(word) {
    const {vectors, map} = this.models.find((model) => model.vectors.rows.has(word)) ?? {};
    if (!vectors) return;
    const row = vectors.rows.get(word);
    const far = (other) => Math.hypot(map.home[2 * other] - map.home[2 * row], map.home[2 * other + 1] - map.home[2 * row + 1]);
    const near = vectors.neighbours(row, 12).map(({row: other}) => other).sort((one, other) => far(one) - far(other));
    map.frame([row, ...near.slice(0, 8)]);
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

  takeRegion(polygon) {
    this.setLasso(false);
    this.update({tab: "region", region: polygonText(polygon), only: ""});
  }

  takeView() {
    const {map} = this.models[0];
    const [[left, top], [right, bottom]] = [map.onMap(0, 0), map.onMap(map.width, map.height)];
    this.takeRegion([[left, top], [right, top], [right, bottom], [left, bottom]]);
  }

  // ---- what there is on the page

  addCanvas(vectors, several) {
    const words = vectors.size.toLocaleString("en");
    const canvas = element("canvas", {
      tabIndex: 0, role: "application", "aria-roledescription": "map of words",
      "aria-label": `${shown(vectors.name)}: ${words} words. Arrow keys move, plus and minus zoom, 0 shows all, Enter takes the word in the middle. The search finds every word.`,
    });
    const figure = element("figure", {className: "map"}, canvas);
    if (several > 1) figure.append(element("figcaption", {}, shown(vectors.name, 60)));
    byId("maps").append(figure);
    return canvas;
  }

  addTabs() {
    this.panels = {
      word: new WordPanel(this), analogy: new AnalogyPanel(this), axes: new AxesPanel(this), pair: new PairPanel(this), region: new RegionPanel(this),
    };
    const texts = {word: "Word", analogy: "Analogy", axes: "Axes", pair: "Two words", region: "Region"};
    this.tabs = {};
    for (const [name, panel] of Object.entries(this.panels)) {
      const button = element("button", {type: "button", role: "tab", id: `tab-${name}`, "aria-controls": `pane-${name}`, onclick: () => this.update({tab: name})}, texts[name]);
      const pane = element("section", {role: "tabpanel", id: `pane-${name}`, "aria-labelledby": `tab-${name}`}, panel.element);
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
    const {vectors, search, map} = this.models[0];
    byId("title").textContent = shown(this.title, 60);
    const sizes = this.models.map((model) => `${model.vectors.size.toLocaleString("en")} words \u00b7 ${model.vectors.dimensions} dimensions`);
    byId("about").textContent = [...new Set(sizes)].join(" / ");
    const input = byId("search");
    const place = input.parentElement;
    const words = this.models.length > 1 ? [...new Set(this.models.flatMap((model) => model.vectors.words))] : vectors.words;
    const box = new Combobox(input, words === vectors.words ? search : new Search(words), (word) => this.pick(word));
    place.append(box.element);
    this.lassoButton = byId("lasso");
    this.themeButton = byId("theme");
    const actions = {
      "zoom-in": () => map.zoomBy(1.6),
      "zoom-out": () => map.zoomBy(1 / 1.6),
      whole: () => map.glide(WHOLE),
      lasso: () => (map.lasso ? this.setLasso(false) : this.startLasso()),
      png: () => this.models.forEach((model, number) => downloadPng(number ? `map-${number + 1}.png` : "map.png", model.map)),
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
window.explorer = new Page(JSON.parse(byId("data").textContent));
