// Words come from files that anybody may have written. They are only ever shown as text, never as markup, and what
// would turn or hide the text around them is made visible.

const UNSEEN = /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;
const LONE_SURROGATE = /[\ud800-\udfff]/gu; // with the flag u, a pair of them is one sign, which this is not

/** Return what the page shows of a word. */
function shown(word, most = 48) {
  const signs = Array.from(word.replace(UNSEEN, "\u25af").replace(LONE_SURROGATE, "\ufffd"));
  if (!signs.length) return "(empty)";
  return signs.length > most ? signs.slice(0, most - 1).join("") + "\u2026" : signs.join("");
}

/** Return a word so that it can stand in a URL, where half a surrogate pair cannot: it is written as %uD83D first. */
function encoded(word) {
  return encodeURIComponent(
    word.replace(/%/g, "%25").replace(LONE_SURROGATE, (half) => `%u${half.charCodeAt(0).toString(16)}`),
  );
}

/** Return the word that `encoded` was given. */
function decoded(text) {
  const word = decodeURIComponent(text);
  return word.replace(/%u([0-9a-f]{4})|%25/g, (_, code) => (code ? String.fromCharCode(parseInt(code, 16)) : "%"));
}

/**
 * Return how many letters must be put in, left out, replaced or swapped with the next one to make one word of another;
 * a number above `most` if that is more than `most`.
 */
function spellingDistance(one, other, most) {
  if (Math.abs(one.length - other.length) > most) return most + 1;
  let before = [];
  let last = Array.from({length: other.length + 1}, (_, column) => column);
  for (let i = 1; i <= one.length; i++) {
    const row = [i];
    let least = i;
    for (let j = 1; j <= other.length; j++) {
      const same = one[i - 1] === other[j - 1];
      let cost = Math.min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (same ? 0 : 1));
      if (i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1]) {
        cost = Math.min(cost, before[j - 2] + 1);
      }
      row.push(cost);
      least = Math.min(least, cost);
    }
    if (least > most) return most + 1;
    [before, last] = [last, row];
  }
  return last[other.length];
}
