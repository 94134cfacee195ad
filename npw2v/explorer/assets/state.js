// What the page shows, kept in the fragment of its URL: a link is a view.

/** Fields of the state, in the order in which they stand in the fragment; an empty text is "not there". */
const FIELDS = ["tab", "word", "a", "b", "c", "x", "y", "one", "two", "region", "on", "only", "view", "theme"];

/** The state as a fragment, without what is empty. */
function asFragment(state) {
  const filled = FIELDS.filter((name) => state[name]);
  return filled.map((name) => `${name}=${encoded(state[name])}`).join("&");
}

/** The state that a fragment says; what cannot be read counts as not there. */
function fromFragment(fragment) {
  const state = Object.fromEntries(FIELDS.map((name) => [name, ""]));
  for (const part of fragment.replace(/^#/, "").split("&")) {
    const [name, value = ""] = part.split("=", 2);
    if (!FIELDS.includes(name)) continue;
    try {
      state[name] = decoded(value);
    } catch (error) {
      if (!(error instanceof URIError)) throw error;
    }
  }
  return state;
}

/** Numbers of a text such as "0.5,0.25,800"; null if not all are finite. */
function numbersIn(text) {
  const numbers = text.split(",").map(Number);
  return text && numbers.every(Number.isFinite) ? numbers : null;
}
