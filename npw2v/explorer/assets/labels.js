// Which labels are shown: those that do not cover others, asked in the order of their importance.

const CELL = 4; // pixels: room is kept in cells of this size

class LabelRoom {
  constructor(width, height) {
    this.columns = Math.ceil(width / CELL) + 1;
    this.lines = Math.ceil(height / CELL) + 1;
    this.taken = new Uint8Array(this.columns * this.lines);
  }

  /** Whether something is at a spot; outside, nothing is. */
  isTaken(x, y) {
    return (
      x >= 0 && x / CELL < this.columns && this.taken[Math.floor(y / CELL) * this.columns + Math.floor(x / CELL)] === 1
    );
  }

  /** Take the room of a box, unless something is there already or it lies outside; tells whether it did. */
  take(left, top, width, height) {
    const [first, last] = [Math.floor(left / CELL), Math.floor((left + width) / CELL)];
    const [upper, lower] = [Math.floor(top / CELL), Math.floor((top + height) / CELL)];
    if (last < 0 || lower < 0 || first >= this.columns || upper >= this.lines) return false;
    const columns = [Math.max(first, 0), Math.min(last, this.columns - 1)];
    const lines = [Math.max(upper, 0), Math.min(lower, this.lines - 1)];
    for (let line = lines[0]; line <= lines[1]; line++) {
      for (let at = line * this.columns + columns[0]; at <= line * this.columns + columns[1]; at++) {
        if (this.taken[at]) return false;
      }
    }
    for (let line = lines[0]; line <= lines[1]; line++) {
      this.taken.fill(1, line * this.columns + columns[0], line * this.columns + columns[1] + 1);
    }
    return true;
  }
}
