// Thousands of points, mixed into the pixels by hand: a canvas takes ten times as long to draw as many discs.

const PLACES = 4; // a disc may be centred on so many places along a pixel, so that it moves smoothly

class PointPainter {
  constructor() {
    this.masks = new Map();
    this.image = null;
  }

  /** Begin a picture of some pixels, all of one colour. */
  begin(width, height, ground) {
    if (this.image === null || this.image.width !== width || this.image.height !== height) {
      this.image = new ImageData(width, height);
    }
    const [red, green, blue] = rgb(ground);
    new Uint32Array(this.image.data.buffer).fill((255 << 24) | (blue << 16) | (green << 8) | red);
  }

  /** Lay a disc over what is there; all lengths are in pixels of the picture. */
  disc(x, y, radius, [red, green, blue], opacity) {
    const [left, top] = [Math.floor(x), Math.floor(y)];
    const mask = this.mask(radius, Math.floor((x - left) * PLACES), Math.floor((y - top) * PLACES));
    const {width, height, data} = this.image;
    const first = left - mask.reach;
    for (let row = 0; row < mask.size; row++) {
      const line = top - mask.reach + row;
      if (line < 0 || line >= height) continue;
      for (let column = 0; column < mask.size; column++) {
        const share = mask.shares[row * mask.size + column] * opacity;
        const at = first + column;
        if (share === 0 || at < 0 || at >= width) continue;
        const i = 4 * (line * width + at);
        data[i] += (red - data[i]) * share;
        data[i + 1] += (green - data[i + 1]) * share;
        data[i + 2] += (blue - data[i + 2]) * share;
      }
    }
  }

  /** How much of each pixel a disc covers, whose centre lies at some place in the middle pixel. */
  mask(radius, across, down) {
    const key = Math.round(radius * 8) * PLACES * PLACES + across * PLACES + down;
    let mask = this.masks.get(key);
    if (mask) return mask;
    const reach = Math.ceil(radius + 0.5);
    const size = 2 * reach + 1;
    mask = {reach, size, shares: new Float32Array(size * size)};
    const [x, y] = [reach + (across + 0.5) / PLACES - 0.5, reach + (down + 0.5) / PLACES - 0.5];
    for (let row = 0; row < size; row++) {
      for (let column = 0; column < size; column++) {
        mask.shares[row * size + column] = clamp(radius + 0.5 - Math.hypot(column - x, row - y), 0, 1);
      }
    }
    this.masks.set(key, mask);
    return mask;
  }

  end(context) {
    context.putImageData(this.image, 0, 0);
  }
}

/** The parts of a colour such as #1b1f24. */
function rgb(colour) {
  return [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));
}
