// Lists of words with their cosines. Arrow keys go from word to word, and Tab passes the list in one step.

/**
 * @param found [{row, cosine}], or {row} without a number
 * @param both rows of words that stand in the list beside this one, too
 */
function wordList(label, words, found, pick, both = new Set()) {
  const items = found.map(({row, cosine}, at) => {
    const parts = [bdi(words[row])];
    if (both.has(words[row]))
      parts.push(element("span", {className: "both", title: "in both lists", "aria-label": "in both lists"}, "\u2022"));
    if (cosine !== undefined) {
      const bar = element("span", {className: "bar", "aria-hidden": "true"});
      bar.style.setProperty("--share", String(clamp(cosine, 0, 1)));
      parts.push(bar, element("span", {className: "number"}, cosine.toFixed(3)));
    }
    return element(
      "li",
      {},
      element(
        "button",
        {type: "button", className: "row", tabIndex: at ? -1 : 0, onclick: () => pick(words[row])},
        ...parts,
      ),
    );
  });
  const list = element("ol", {className: "words", "aria-label": label}, ...items);
  list.addEventListener("keydown", (event) => {
    const buttons = [...list.querySelectorAll("button")];
    const at = buttons.indexOf(document.activeElement);
    const goal = {ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: buttons.length - 1}[event.key];
    if (goal === undefined || !buttons[goal]) return;
    buttons[at].tabIndex = -1;
    buttons[goal].tabIndex = 0;
    buttons[goal].focus();
    event.preventDefault();
  });
  return list;
}

/** Lists side by side, one a model, each under the model's name where there are two. */
function columns(lists) {
  return element("div", {className: lists.length > 1 ? "columns" : ""}, ...lists);
}

function remark(text) {
  return element("p", {className: "remark"}, text);
}
