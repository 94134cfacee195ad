// Sums of words, as `king - man + woman` or `2 * paris - france`: the grammar of `npw2v analogy`, read by hand. Nothing
// is evaluated, and there is nothing that a word could start.
//
//   formula = [sign] term (sign term)*
//   term    = [number "*"] word
//   word    = characters without white space | "..." | '...'
//
// Signs stand by themselves between spaces, so that `rock-and-roll` and `c++` are words.

const SIGNS = {"+": 1, "-": -1, "\u2212": -1, "\u2013": -1};
const NUMBER = /^(?:\d+(?:\.\d*)?|\.\d+)$/;
const WEIGHTED = /^(\d+(?:\.\d*)?|\.\d+)\*(\S+)$/;
const TOKEN = /\s*(?:"([^"]*)"(?=\s|$)|'([^']*)'(?=\s|$)|(\S+))/y;

/** Split a formula into {text, quoted}. */
function tokensOf(formula) {
  const text = formula.replace(/^(\s*[+\-\u2212])(?=\S)/, "$1 ").trimEnd();
  const tokens = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const [, double, single, plain] = TOKEN.exec(text);
    const quoted = plain === undefined;
    tokens.push({text: quoted ? (double ?? single) : plain, quoted});
  }
  return tokens;
}

/** Return the [word, weight] pairs of a formula; throws an Error that says what was expected. */
function parseFormula(formula) {
  const tokens = tokensOf(formula);
  const is = (token, texts) => token !== undefined && !token.quoted && texts.includes(token.text);
  const signs = Object.keys(SIGNS);
  const terms = [];
  while (tokens.length) {
    let weight = 1;
    if (is(tokens[0], signs)) weight = SIGNS[tokens.shift().text];
    else if (terms.length) throw new Error(`Expected + or - before \u201c${shown(tokens[0].text)}\u201d.`);
    let token = tokens.shift();
    if (token && !token.quoted && NUMBER.test(token.text) && is(tokens[0], ["*"])) {
      weight *= Number(token.text);
      tokens.shift();
      token = tokens.shift();
    } else if (token && !token.quoted) {
      const found = WEIGHTED.exec(token.text);
      if (found) {
        weight *= Number(found[1]);
        token = {text: found[2], quoted: false};
      }
    }
    if (!token) throw new Error("Expected a word at the end.");
    if (is(token, [...signs, "*"])) throw new Error(`Expected a word, got \u201c${token.text}\u201d.`);
    terms.push([token.text, weight]);
  }
  if (!terms.length) throw new Error("Expected words and signs, such as woman - man.");
  return terms;
}
