// The vectors of one model, and what can be asked of them: the arithmetic of npw2v's `most_similar`.

/** Return the bytes of base64 text. */
function bytesOf(text) {
  const signs = atob(text);
  const bytes = new Uint8Array(signs.length);
  for (let i = 0; i < signs.length; i++) bytes[i] = signs.charCodeAt(i);
  return bytes;
}

class Vectors {
  /** Unpack a model as `npw2v.explorer.page` describes it. */
  constructor(model) {
    this.name = model.name;
    this.words = model.words;
    this.dimensions = model.dimensions;
    this.counts = model.counts === null ? null : new Uint32Array(bytesOf(model.counts).buffer);
    this.rows = new Map();
    this.words.forEach((word, row) => this.rows.has(word) || this.rows.set(word, row));
    this.units = this.unpack(model);
  }

  get size() {
    return this.words.length;
  }

  /** Rows of length 1, from whole numbers and a scale a row: scale * (coarse + fine / 254). */
  unpack(model) {
    const scales = new Float32Array(bytesOf(model.scales).buffer);
    const coarse = new Int8Array(bytesOf(model.coarse).buffer);
    const fine = new Int8Array(bytesOf(model.fine).buffer);
    const d = this.dimensions;
    const units = new Float32Array(coarse.length);
    for (let row = 0; row < scales.length; row++) {
      for (let at = row * d; at < (row + 1) * d; at++) units[at] = scales[row] * (coarse[at] + fine[at] / 254);
    }
    return units;
  }

  unit(row) {
    return this.units.subarray(row * this.dimensions, (row + 1) * this.dimensions);
  }

  /** The cosine of a row with a vector of length 1. */
  cosine(row, query) {
    const d = this.dimensions;
    const start = row * d;
    let sum = 0;
    for (let j = 0; j < d; j++) sum += this.units[start + j] * query[j];
    return sum;
  }

  /** The sum of [row, weight] terms, scaled to length 1; null if nothing is left of it. */
  direction(terms) {
    const sum = new Float64Array(this.dimensions);
    let most = 0;
    for (const [row, weight] of terms) {
      const unit = this.unit(row);
      for (let j = 0; j < sum.length; j++) sum[j] += weight * unit[j];
      most = Math.max(most, Math.abs(weight));
    }
    const length = Math.hypot(...sum);
    if (length <= 1e-4 * most) return null; // rounding is all that is left of `king - king`
    return sum.map((value) => value / length);
  }

  /** The `count` words with the highest cosines, as {row, cosine}: the lower row first among equals. */
  nearest(query, count, without = new Set()) {
    const best = [];
    for (let row = 0; row < this.size; row++) {
      const cosine = this.cosine(row, query);
      if (best.length === count && cosine <= best[count - 1].cosine) continue;
      if (without.has(row)) continue;
      let at = best.length;
      while (at > 0 && best[at - 1].cosine < cosine) at--;
      best.splice(at, 0, {row, cosine});
      if (best.length > count) best.pop();
    }
    return best;
  }

  neighbours(row, count) {
    return this.nearest(this.unit(row), count, new Set([row]));
  }

  /** What `most_similar` finds for a sum of words, which are not among the answers. */
  answers(terms, count) {
    const query = this.direction(terms);
    return query === null ? [] : this.nearest(query, count, new Set(terms.map(([row]) => row)));
  }

  /** Read a formula into [row, weight] terms; throws an Error that names a word which is not here. */
  terms(formula, search) {
    return parseFormula(formula).map(([word, weight]) => [this.row(word, search), weight]);
  }

  row(word, search) {
    const row = this.rows.get(word);
    if (row !== undefined) return row;
    const [meant] = search ? search.suggestions(word, 1) : [];
    const hint = meant === undefined ? "" : ` Did you mean \u201c${shown(this.words[meant])}\u201d?`;
    throw new Error(`\u201c${shown(word)}\u201d is not among the ${this.size.toLocaleString("en")} words.${hint}`);
  }
}
