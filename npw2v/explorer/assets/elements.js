// Building the page's elements. Text goes in as text: nothing here reads markup.

/** Make an element: properties, "on..." listeners, "aria-..." and "data-..." attributes; children or texts. */
function element(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (name in made && name !== "role" && name !== "list") made[name] = value;
    else made.setAttribute(name, value);
  }
  made.append(...children);
  return made;
}

/** A word on its own: its direction of writing does not touch the text around it. */
function bdi(word) {
  return element("bdi", {className: "word", title: shown(word, 400)}, shown(word));
}

function byId(id) {
  return document.getElementById(id);
}

let labelled = 0;

/** A label above a control. */
function field(text, control) {
  control.id ||= `control-${++labelled}`;
  return element("div", {className: "field"}, element("label", {htmlFor: control.id}, text), control);
}
