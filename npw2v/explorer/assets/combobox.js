// A field for a word, with suggestions: after the ARIA pattern of a combobox with a list.

let boxes = 0;

class Combobox {
  /**
   * @param input the field
   * @param search where suggestions come from
   * @param choose called with the word when one is chosen
   */
  constructor(input, search, choose) {
    Object.assign(this, {input, search, choose, rows: [], active: -1});
    this.list = element("ul", {
      id: `suggestions-${++boxes}`,
      role: "listbox",
      className: "suggestions",
      hidden: true,
      "aria-label": "suggestions",
    });
    this.element = element("div", {className: "combobox"}, input, this.list);
    const roles = {
      role: "combobox",
      "aria-expanded": "false",
      "aria-controls": this.list.id,
      "aria-autocomplete": "list",
    };
    for (const [name, value] of Object.entries(roles)) input.setAttribute(name, value);
    Object.assign(input, {autocomplete: "off", spellcheck: false, autocapitalize: "none"});
    input.addEventListener("input", () => this.suggest());
    input.addEventListener("focus", () => input.select());
    input.addEventListener("blur", () => this.close());
    input.addEventListener("keydown", (event) => this.key(event));
  }

  suggest() {
    this.rows = this.search.suggestions(this.input.value, 8);
    this.active = -1;
    const typed = this.input.value.trim().toLowerCase();
    const known = this.rows.some((row) => this.search.folded[row].includes(typed));
    const options = this.rows.map((row, at) =>
      element(
        "li",
        {
          role: "option",
          id: `${this.list.id}-${at}`,
          "aria-selected": "false",
          onpointerdown: (event) => {
            event.preventDefault(); // the field keeps the focus
            this.take(row);
          },
        },
        bdi(this.search.words[row]),
      ),
    );
    if (typed && !known) {
      const text = options.length ? "No such word. Did you mean" : "No word is spelled like that.";
      options.unshift(element("li", {className: "remark", role: "presentation"}, text));
    }
    this.list.replaceChildren(...options);
    this.list.hidden = !options.length;
    this.input.setAttribute("aria-expanded", String(Boolean(options.length)));
    this.input.removeAttribute("aria-activedescendant");
  }

  key(event) {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (this.list.hidden) this.suggest();
      if (this.rows.length)
        this.activate(
          (this.active + (event.key === "ArrowDown" ? 1 : this.active < 0 ? 0 : -1) + this.rows.length) %
            this.rows.length,
        );
      event.preventDefault();
    } else if (event.key === "Enter") {
      if (this.list.hidden) this.suggest();
      if (this.rows.length) this.take(this.rows[Math.max(this.active, 0)]);
      event.preventDefault();
    } else if (event.key === "Escape" && !this.list.hidden) {
      this.close();
      event.stopPropagation();
    }
  }

  activate(at) {
    this.active = at;
    [...this.list.querySelectorAll("[role=option]")].forEach((option, number) => {
      option.setAttribute("aria-selected", String(number === at));
      if (number === at) option.scrollIntoView({block: "nearest"});
    });
    this.input.setAttribute("aria-activedescendant", `${this.list.id}-${at}`);
  }

  take(row) {
    const word = this.search.words[row];
    this.input.value = word;
    this.close();
    this.choose(word);
  }

  close() {
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }
}
