// Finding words by what somebody types: beginnings first, then middles, then other spellings.

class Search {
  constructor(words) {
    this.words = words;
    this.folded = words.map((word) => word.toLowerCase());
  }

  /** Rows of up to `count` words, the more frequent ones first among those that fit equally well. */
  suggestions(text, count) {
    const wanted = text.trim().toLowerCase();
    if (!wanted) return [];
    const exact = [];
    const beginning = [];
    const within = [];
    for (let row = 0; row < this.folded.length; row++) {
      const at = this.folded[row].indexOf(wanted);
      if (at === 0) (this.folded[row] === wanted ? exact : beginning).push(row);
      else if (at > 0) within.push(row);
    }
    const found = [...exact, ...beginning, ...within].slice(0, count);
    return found.length < Math.min(count, 3)
      ? [...found, ...this.respelled(wanted, count - found.length, found)]
      : found;
  }

  /** Rows of words that are one or two mistakes away, the nearer ones first. */
  respelled(wanted, count, known) {
    const most = wanted.length < 3 ? 0 : wanted.length < 5 ? 1 : 2;
    const found = [];
    for (let row = 0; row < this.folded.length && most; row++) {
      const distance = spellingDistance(wanted, this.folded[row], most);
      if (distance <= most && distance > 0 && !known.includes(row)) found.push([distance, row]);
    }
    found.sort((one, other) => one[0] - other[0] || one[1] - other[1]);
    return found.slice(0, count).map(([, row]) => row);
  }
}
