// The map of one model: points and labels on a canvas, which is moved by wheel, drag, pinch and keys.

const [LEAST_ZOOM, MOST_ZOOM] = [0.6, 300];
const WHOLE = {x: 0.5, y: 0.5, zoom: 1}; // what is in the middle, and how large; at zoom 1 all words are in view
const NAMES_UNTIL = 4; // zoom up to which the parts of the map are named
const REACH = 14; // pixels around a point that count as the point
const FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif";

class WordMap {
  /**
   * @param canvas where it is drawn
   * @param model as `npw2v.explorer.page` describes it
   * @param on {pick(row), view(), region(polygon)}: who is told what happens on the map
   */
  constructor(canvas, model, on) {
    this.canvas = canvas;
    this.model = model;
    this.view = {...WHOLE};
    this.on = on;
    this.texts = model.words.map((word) => shown(word, 32));
    this.widths = new Map();
    this.home = Float32Array.from(new Uint16Array(bytesOf(model.places).buffer), (value) => value / 65535);
    this.places = this.home;
    [this.xs, this.ys] = [new Float32Array(this.texts.length), new Float32Array(this.texts.length)];
    this.extent = [0, 1].map((axis) => extentOf(this.home, axis));
    this.regions = bytesOf(model.regions);
    this.colours = Uint8Array.from(this.regions, (region) => model.colours[region]);
    this.marks = NO_MARKS;
    this.axes = null;
    this.outline = null; // a polygon in the map's coordinates
    this.only = null; // a Set of the rows that are drawn, if not all are
    this.hovered = null;
    this.reserved = []; // boxes of the screen that no label may cover: what lies over the map
    this.inOutline = null;
    this.drawing = null; // the lasso's line, while it is drawn
    this.lasso = false;
    this.pointers = new Map();
    this.painter = new PointPainter();
    this.boxes = []; // of the labels drawn last: a click on a label is one on its word
    this.waiting = false;
    this.measure();
    this.listen();
  }

  // ---- coordinates

  /** Look how large the canvas is: asked once, as the answer takes a browser long. */
  measure() {
    [this.width, this.height] = [this.canvas.clientWidth, this.canvas.clientHeight];
  }

  /** Pixels for a unit of the map's coordinates, which go from 0 to 1. */
  get scale() {
    const [across, up] = this.axes ? [1.06, 1.12] : this.extent;
    return this.view.zoom * Math.max(60, Math.min((this.width * 0.92) / across, (this.height * 0.9) / up));
  }

  onScreen(x, y) {
    return [(x - this.view.x) * this.scale + this.width / 2, (y - this.view.y) * this.scale + this.height / 2];
  }

  onMap(left, top) {
    return [(left - this.width / 2) / this.scale + this.view.x, (top - this.height / 2) / this.scale + this.view.y];
  }

  place(row) {
    return this.onScreen(this.places[2 * row], this.places[2 * row + 1]);
  }

  // ---- moving

  move(x, y, zoom) {
    Object.assign(this.view, {
      x: clamp(x, -0.5, 1.5),
      y: clamp(y, -0.5, 1.5),
      zoom: clamp(zoom, LEAST_ZOOM, MOST_ZOOM),
    });
    this.draw();
    this.on.view();
  }

  /** Show [x, y, zoom] at once. */
  see(view) {
    stopAnimation(this);
    this.move(...view);
  }

  /** Zoom so that what is under a spot of the screen stays there. */
  zoomAt(left, top, factor) {
    const [x, y] = this.onMap(left, top);
    this.view.zoom = clamp(this.view.zoom * factor, LEAST_ZOOM, MOST_ZOOM);
    const [newX, newY] = this.onMap(left, top);
    this.move(this.view.x + x - newX, this.view.y + y - newY, this.view.zoom);
  }

  zoomBy(factor) {
    this.glide({...this.view, zoom: this.view.zoom * factor});
  }

  /** Show rows: all of them in view, with some room around. */
  frame(rows, most = 14) {
    let [left, top, right, bottom] = [1, 1, 0, 0];
    for (const row of rows) {
      const [x, y] = [this.places[2 * row], this.places[2 * row + 1]];
      [left, right] = [Math.min(left, x), Math.max(right, x)];
      [top, bottom] = [Math.min(top, y), Math.max(bottom, y)];
    }
    const zoom = Math.min(most, 0.6 / Math.max(right - left, bottom - top, 1e-6));
    this.glide({x: (left + right) / 2, y: (top + bottom) / 2, zoom: Math.max(zoom, 1)});
  }

  /** Move to a view within a moment, or at once for those who want no motion. */
  glide(target) {
    const from = {...this.view};
    animate((share) => {
      if (share === 1) {
        this.move(target.x, target.y, target.zoom);
        return;
      }
      const zoom = from.zoom * (target.zoom / from.zoom) ** share;
      // In step with the zoom, or the target would leave the screen on the way.
      const way =
        Math.abs(target.zoom / from.zoom - 1) < 0.01
          ? share
          : (1 / from.zoom - 1 / zoom) / (1 / from.zoom - 1 / target.zoom);
      this.move(from.x + way * (target.x - from.x), from.y + way * (target.y - from.y), zoom);
    }, this);
  }

  /** Put the words elsewhere: `places` as `home` is. */
  arrange(places, axes) {
    this.axes = axes;
    if (places === this.goal) return;
    this.goal = places;
    const from = this.places;
    const between = new Float32Array(from.length);
    animate((share) => {
      for (let i = 0; i < between.length; i++) between[i] = from[i] + share * (places[i] - from[i]);
      this.places = share === 1 ? places : between;
      this.draw();
    }, this.home);
  }

  // ---- pointers and keys

  listen() {
    const canvas = this.canvas;
    new ResizeObserver(() => {
      this.measure();
      this.draw();
    }).observe(canvas);
    canvas.addEventListener(
      "wheel",
      (event) => {
        event.preventDefault();
        const pixels = event.deltaY * (event.deltaMode === 1 ? 16 : 1);
        this.zoomAt(event.offsetX, event.offsetY, Math.exp(-pixels * (event.ctrlKey ? 0.01 : 0.0016)));
      },
      {passive: false},
    );
    canvas.addEventListener("pointerdown", (event) => this.press(event));
    canvas.addEventListener("pointermove", (event) => this.drag(event));
    canvas.addEventListener("pointerup", (event) => this.release(event));
    canvas.addEventListener("pointercancel", (event) => this.release(event, false));
    canvas.addEventListener("pointerleave", () => this.hover(null));
    canvas.addEventListener("keydown", (event) => this.key(event));
    for (const name of ["focus", "blur"]) canvas.addEventListener(name, () => this.draw());
  }

  press(event) {
    stopAnimation(this);
    this.canvas.setPointerCapture(event.pointerId);
    this.pointers.set(event.pointerId, [event.offsetX, event.offsetY]);
    this.moved = this.pointers.size > 1;
    if (this.pointers.size > 1) this.drawing = null;
    else if (this.lasso || event.shiftKey) this.drawing = [this.onMap(event.offsetX, event.offsetY)];
  }

  drag(event) {
    const before = this.pointers.get(event.pointerId);
    if (before === undefined) {
      if (event.pointerType === "mouse") this.hover(this.wordAt(event.offsetX, event.offsetY));
      return;
    }
    const now = [event.offsetX, event.offsetY];
    if (!this.moved && Math.hypot(now[0] - before[0], now[1] - before[1]) < 4) return;
    this.moved = true;
    if (this.drawing) {
      this.drawing.push(this.onMap(...now));
      this.pointers.set(event.pointerId, now);
      this.draw();
      return;
    }
    const fingers = (points) => {
      const [[x1, y1], [x2, y2]] = [points[0], points[points.length - 1]];
      return {x: (x1 + x2) / 2, y: (y1 + y2) / 2, apart: Math.hypot(x1 - x2, y1 - y2)};
    };
    const old = fingers([...this.pointers.values()]);
    this.pointers.set(event.pointerId, now);
    const current = fingers([...this.pointers.values()]);
    this.view.x -= (current.x - old.x) / this.scale;
    this.view.y -= (current.y - old.y) / this.scale;
    this.zoomAt(current.x, current.y, old.apart > 0 && current.apart > 0 ? current.apart / old.apart : 1);
  }

  release(event, counts = true) {
    const known = this.pointers.delete(event.pointerId);
    if (!known || this.pointers.size) return;
    if (this.drawing) {
      const polygon = this.drawing;
      this.drawing = null;
      if (counts && polygon.length > 2) this.on.region(polygon);
    } else if (counts && !this.moved) {
      const row = this.wordAt(event.offsetX, event.offsetY);
      if (row !== null) this.on.pick(row);
    }
    this.draw();
  }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const step = 60 / this.scale;
    const ways = {ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step]};
    if (event.key in ways)
      this.move(this.view.x + ways[event.key][0], this.view.y + ways[event.key][1], this.view.zoom);
    else if (event.key === "+" || event.key === "=") this.zoomBy(1.5);
    else if (event.key === "-") this.zoomBy(1 / 1.5);
    else if (event.key === "0") this.glide(WHOLE);
    else if (event.key === "Enter") {
      const row = this.wordAt(this.width / 2, this.height / 2, Infinity);
      if (row !== null) this.on.pick(row);
    } else return;
    event.preventDefault();
  }

  hover(row) {
    if (row === this.hovered) return;
    this.hovered = row;
    this.canvas.style.cursor = this.lasso ? "crosshair" : row === null ? "grab" : "pointer";
    this.draw();
  }

  /** The row of the word at a spot of the screen, by its label or its point; null if there is none. */
  wordAt(left, top, reach = REACH) {
    const label = this.boxes.find(
      (box) => left >= box.left && left <= box.right && top >= box.top && top <= box.bottom,
    );
    if (label && reach === REACH) return label.row;
    let [best, least] = [null, reach * reach];
    for (let row = 0; row < this.texts.length; row++) {
      if (!this.isDrawn(row)) continue;
      const [x, y] = this.place(row);
      const distance = (x - left) ** 2 + (y - top) ** 2;
      if (distance < least) [best, least] = [row, distance];
    }
    return best;
  }

  isDrawn(row) {
    return this.only === null || this.only.has(row);
  }

  /** The rows inside a polygon of the map. */
  inside(polygon) {
    const rows = [];
    for (let row = 0; row < this.texts.length; row++) {
      if (isInside(this.home[2 * row], this.home[2 * row + 1], polygon)) rows.push(row);
    }
    return rows;
  }

  // ---- drawing

  /** Draw before the next frame, once, however often it is asked for. */
  draw() {
    if (this.waiting) return;
    this.waiting = true;
    requestAnimationFrame(() => {
      this.waiting = false;
      if (!this.width || !this.height) return;
      this.paint(this.canvas, window.devicePixelRatio || 1);
    });
  }

  /** Paint what is in view on any canvas, so many of whose pixels are one of the screen's. */
  paint(canvas, ratio) {
    const [width, height] = [Math.round(this.width * ratio), Math.round(this.height * ratio)];
    if (canvas.width !== width || canvas.height !== height) [canvas.width, canvas.height] = [width, height];
    const context = canvas.getContext("2d");
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    this.locate();
    this.paintPoints(context, ratio, width, height);
    if (this.axes) this.paintAxes(context);
    this.paintMarks(context);
    this.paintLines(context);
    this.paintOutline(context);
    this.paintLabels(context);
    if (canvas === this.canvas && canvas.matches(":focus-visible")) this.paintAim(context);
  }

  /** Pixels: the more room a point has, the larger it is. */
  get radius() {
    const whole = clamp(0.16 * Math.sqrt((this.width * this.height) / this.texts.length), 0.8, 2.4);
    return clamp(whole * this.view.zoom ** 0.4, 0.8, 5);
  }

  /** Find out where on the screen the words are that are drawn; the others, and those out of view, are nowhere. */
  locate() {
    const {scale, places, width, height} = this;
    const [left, top] = [width / 2 - this.view.x * scale, height / 2 - this.view.y * scale];
    for (let row = 0; row < this.xs.length; row++) {
      const x = places[2 * row] * scale + left;
      const y = places[2 * row + 1] * scale + top;
      const inView = x > -8 && y > -8 && x < width + 8 && y < height + 8 && this.isDrawn(row);
      this.xs[row] = inView ? x : NaN;
      this.ys[row] = y;
    }
  }

  paintPoints(context, ratio, width, height) {
    const marked = this.marks.rows.size > 1; // one word alone is found without making the others pale
    const colours = this.palette.regions.map(rgb);
    const radius = this.radius * ratio;
    const frequent = [0.02 * this.texts.length, 0.12 * this.texts.length]; // these words are a little larger
    this.painter.begin(width, height, this.palette.map);
    for (let row = this.texts.length - 1; row >= 0; row--) {
      if (Number.isNaN(this.xs[row])) continue;
      const quiet = this.inOutline ? !this.inOutline.has(row) : marked && !this.marks.rows.has(row);
      const size = row < frequent[0] ? 1.6 : row < frequent[1] ? 1.25 : 1;
      this.painter.disc(
        this.xs[row] * ratio,
        this.ys[row] * ratio,
        size * radius,
        colours[this.colours[row]],
        quiet ? 0.28 : 0.85,
      );
    }
    this.painter.end(context);
  }

  paintMarks(context) {
    for (const [row, kind] of [...this.marks.rows].sort(([one], [other]) => this.weight(one) - this.weight(other))) {
      if (!this.isDrawn(row)) continue;
      const [x, y] = this.place(row);
      context.beginPath();
      context.arc(x, y, this.radius + (kind === "near" ? 1 : 4), 0, 2 * Math.PI);
      context.fillStyle = kind === "second" ? this.palette.second : this.palette.accent;
      context.fill();
      context.lineWidth = 1.5;
      context.strokeStyle = this.palette.map;
      context.stroke();
    }
  }

  paintLines(context) {
    context.lineWidth = 1.2;
    context.strokeStyle = context.fillStyle = this.palette.accent;
    for (const {from, to, arrow} of this.marks.lines) {
      const [[x1, y1], [x2, y2]] = [this.place(from), this.place(to)];
      context.globalAlpha = arrow ? 0.95 : 0.35;
      context.lineWidth = arrow ? 2 : 1.2;
      context.beginPath();
      context.moveTo(x1, y1);
      context.lineTo(x2, y2);
      context.stroke();
      if (!arrow) continue;
      const angle = Math.atan2(y2 - y1, x2 - x1);
      const tip = [x2 - 9 * Math.cos(angle), y2 - 9 * Math.sin(angle)];
      context.beginPath();
      context.moveTo(...tip);
      for (const turn of [2.7, -2.7])
        context.lineTo(tip[0] + 11 * Math.cos(angle + turn), tip[1] + 11 * Math.sin(angle + turn));
      context.fill();
    }
    context.globalAlpha = 1;
  }

  paintOutline(context) {
    const polygon = this.drawing ?? this.outline;
    if (!polygon) return;
    context.beginPath();
    polygon.forEach(([x, y], at) =>
      at ? context.lineTo(...this.onScreen(x, y)) : context.moveTo(...this.onScreen(x, y)),
    );
    context.closePath();
    context.globalAlpha = 0.08;
    context.fillStyle = this.palette.accent;
    context.fill();
    context.globalAlpha = 1;
    context.setLineDash([5, 4]);
    context.lineWidth = 1.5;
    context.strokeStyle = this.palette.accent;
    context.stroke();
    context.setLineDash([]);
  }

  /** A cross in the middle, for those who move the map by keys: Enter takes the word there. */
  paintAim(context) {
    const [x, y] = [this.width / 2, this.height / 2];
    context.strokeStyle = this.palette.ink;
    context.lineWidth = 1.5;
    context.beginPath();
    for (const [dx, dy] of [
      [1, 0],
      [-1, 0],
      [0, 1],
      [0, -1],
    ]) {
      context.moveTo(x + 4 * dx, y + 4 * dy);
      context.lineTo(x + 11 * dx, y + 11 * dy);
    }
    context.stroke();
  }

  paintAxes(context) {
    const {x, y} = this.axes;
    context.strokeStyle = this.palette.line;
    context.fillStyle = this.palette.soft;
    context.lineWidth = 1;
    context.font = `11px ${FONT}`;
    context.textBaseline = "alphabetic";
    for (const [axis, across] of [
      [x, true],
      [y, false],
    ]) {
      for (let tenth = -10; tenth <= 10; tenth += this.view.zoom > 3 ? 1 : 2) {
        const [left, top] = this.onScreen(axis.at(tenth / 10), axis.at(tenth / 10));
        context.globalAlpha = tenth ? 0.6 : 1;
        context.lineWidth = tenth ? 1 : 2;
        context.beginPath();
        if (across) [context.moveTo(left, 0), context.lineTo(left, this.height)];
        else [context.moveTo(0, top), context.lineTo(this.width, top)];
        context.stroke();
        context.globalAlpha = 1;
        context.textAlign = across ? "center" : "left";
        context.fillText((tenth / 10).toFixed(1), across ? left : this.width - 28, across ? this.height - 34 : top - 4);
      }
    }
  }

  paintLabels(context) {
    const room = new LabelRoom(this.width, this.height);
    for (const box of this.reserved) room.take(...box);
    this.boxes = [];
    if (this.axes) this.nameAxes(context, room);
    const important = [...this.marks.rows.keys(), ...(this.hovered === null ? [] : [this.hovered])];
    important.sort((one, other) => this.weight(other) - this.weight(one));
    for (const row of important) this.markedLabel(context, room, row);
    if (this.view.zoom < NAMES_UNTIL && !this.axes && this.only === null) this.paintNames(context, room);
    this.paintWords(context, room);
  }

  /** The labels of words that are not marked: the frequent ones first, as long as there is room. */
  paintWords(context, room) {
    const marked = this.marks.rows.size > 1;
    const padding = clamp(16 / this.view.zoom ** 0.5, 3, 16) + (marked ? 6 : 0);
    const style = {size: 12, gap: this.radius + 3, padding, widths: this.setFont(context, `400 12px ${FONT}`)};
    const {width, height} = this;
    let left = Math.ceil((width * height) / 3500); // more of them would be noise
    for (let row = 0; row < this.texts.length && left > 0; row++) {
      const [x, y] = [this.xs[row], this.ys[row]];
      if (!(x >= 0 && y >= 0 && x <= width && y <= height) || this.weight(row)) continue;
      if (room.isTaken(x + style.gap, y) && room.isTaken(x - style.gap, y)) continue; // most end here
      const quiet = marked || (this.inOutline && !this.inOutline.has(row));
      style.colour = quiet ? this.palette.soft : this.palette.ink;
      if (this.label(context, room, row, [x, y], style)) left--;
    }
  }

  markedLabel(context, room, row) {
    const [x, y] = this.place(row);
    if (!this.isDrawn(row) || x < -50 || y < -10 || x > this.width + 50 || y > this.height + 10) return;
    const kind = this.marks.rows.get(row);
    const forced = kind !== "near";
    const size = forced ? 16 : 13;
    const widths = this.setFont(context, `${forced ? 650 : 550} ${size}px ${FONT}`);
    const colour =
      {second: this.palette.second, chosen: this.palette.accent, near: this.palette.accent}[kind] ?? this.palette.ink;
    this.label(context, room, row, [x, y], {
      size,
      gap: this.radius + 6,
      padding: 2,
      colour,
      widths,
      forced,
      around: true,
    });
  }

  nameAxes(context, room) {
    context.font = `600 14px ${FONT}`;
    const right = `${this.axes.x.name} \u2192`;
    const width = context.measureText(right).width;
    const up = `\u2191 ${this.axes.y.name}`;
    for (const [text, left, middle] of [
      [right, this.width - 12 - width, this.height - 16],
      [up, 84, 22],
    ]) {
      room.take(left - 4, middle - 12, context.measureText(text).width + 8, 24);
      this.write(context, text, left, middle, this.palette.accent);
    }
  }

  /** How important a label is, from 0 for a word that is not marked. */
  weight(row) {
    if (row === this.hovered) return 3;
    const kind = this.marks.rows.get(row);
    return kind === undefined ? 0 : kind === "near" ? 1 : 2;
  }

  paintNames(context, room) {
    const size = this.width < 500 ? 13 : 15;
    context.font = `600 ${size}px ${FONT}`;
    this.model.tops.forEach(([x, y], region) => {
      const text = this.model.names[region].map((word) => shown(word, 20)).join(" \u00b7 ");
      const width = context.measureText(text).width;
      const [middle, top] = this.onScreen(x, y);
      if (middle < 0 || middle > this.width) return;
      const left = clamp(middle - width / 2, 8, this.width - width - 8);
      if (room.take(left - 6, top - 13, width + 12, 26)) this.write(context, text, left, top, this.palette.ink, 4);
    });
  }

  /** Write the label of a word beside its point, or above or below it, if there is room; tells whether it did. */
  label(context, room, row, [x, y], {size, gap, padding, colour, widths, forced = false, around = false}) {
    const width = (widths[row] ||= context.measureText(this.texts[row]).width);
    const spots = [
      [x + gap, y],
      [x - gap - width, y],
    ];
    if (around) spots.push([x - width / 2, y - gap - size / 2], [x - width / 2, y + gap + size / 2]);
    const fits = ([left, middle]) =>
      room.take(left - padding, middle - size / 2 - padding / 2, width + 2 * padding, size + 2 + padding);
    const spot = spots.find(fits) ?? (forced ? spots[0] : null);
    if (spot === null) return false;
    this.write(context, this.texts[row], ...spot, colour);
    this.boxes.push({
      row,
      left: spot[0],
      right: spot[0] + width,
      top: spot[1] - size / 2 - 2,
      bottom: spot[1] + size / 2 + 2,
    });
    return true;
  }

  /** Choose a font; returns the widths of the words in it, as far as they were measured. */
  setFont(context, font) {
    context.font = font;
    if (!this.widths.has(font)) this.widths.set(font, new Float32Array(this.texts.length));
    return this.widths.get(font);
  }

  write(context, text, left, middle, colour, halo = 3) {
    context.textAlign = "left";
    context.textBaseline = "middle";
    context.lineJoin = "round";
    context.lineWidth = halo;
    context.strokeStyle = this.palette.halo;
    context.strokeText(text, left, middle);
    context.fillStyle = colour;
    context.fillText(text, left, middle);
  }
}

/** Rows that stand out, each "chosen", "second" or "near", and lines between rows. */
const NO_MARKS = {rows: new Map(), lines: []};

function clamp(value, least, most) {
  return Math.min(Math.max(value, least), most);
}

/** From the lowest to the highest coordinate along an axis. */
function extentOf(places, axis) {
  let [low, high] = [1, 0];
  for (let i = axis; i < places.length; i += 2) [low, high] = [Math.min(low, places[i]), Math.max(high, places[i])];
  return Math.max(high - low, 0.05);
}

/** Whether a spot lies inside a polygon: a line from it to the right crosses the edge an odd number of times. */
function isInside(x, y, polygon) {
  let inside = false;
  polygon.forEach(([x1, y1], at) => {
    const [x2, y2] = polygon[(at + 1) % polygon.length];
    if (y1 > y !== y2 > y && x < x1 + ((y - y1) / (y2 - y1)) * (x2 - x1)) inside = !inside;
  });
  return inside;
}

const running = new Map();

function stopAnimation(of) {
  running.set(of, (running.get(of) ?? 0) + 1);
}

/** Call `step` with shares from 0 to 1 over a third of a second; a later animation of the same thing ends this one. */
function animate(step, of) {
  stopAnimation(of);
  const number = running.get(of);
  if (matchMedia("(prefers-reduced-motion: reduce)").matches || document.hidden) {
    step(1);
    return;
  }
  const began = performance.now();
  const next = (now) => {
    if (running.get(of) !== number) return;
    const share = clamp((now - began) / 350, 0, 1);
    step(share === 1 ? 1 : share * share * (3 - 2 * share));
    if (share < 1) requestAnimationFrame(next);
  };
  requestAnimationFrame(next);
}
