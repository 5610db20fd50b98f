// An animated WebP from still ones (RIFF container: developers.google.com/speed/webp/docs/riff_container).
//
// It owns the container alone: a browser encodes the frames. It refuses frames of odd offsets, which the format cannot have.

/** A chunk: its name, its length, and its content, padded to an even length. */
function chunk(name, content) {
  const head = Buffer.alloc(8);
  head.write(name, "latin1");
  head.writeUInt32LE(content.length, 4);
  return Buffer.concat([head, content, Buffer.alloc(content.length & 1)]);
}

/** Numbers of three bytes. */
function triples(...numbers) {
  const bytes = Buffer.alloc(3 * numbers.length);
  numbers.forEach((number, at) => bytes.writeUIntLE(number, 3 * at, 3));
  return bytes;
}

/** The chunks with the picture of a still WebP, without those that only describe it. */
function picture(webp) {
  if (webp.toString("latin1", 0, 4) !== "RIFF" || webp.toString("latin1", 8, 12) !== "WEBP") throw new Error("a frame is no WebP");
  const parts = [];
  for (let at = 12; at + 8 <= webp.length; ) {
    const end = at + 8 + webp.readUInt32LE(at + 4);
    if (/^(ALPH|VP8 |VP8L)$/.test(webp.toString("latin1", at, at + 4))) parts.push(webp.subarray(at, end), Buffer.alloc(end & 1));
    at = end + (end & 1);
  }
  return Buffer.concat(parts);
}

/**
 * The animation, which repeats for ever.
 * @param {{ width: number, height: number }} size
 * @param {{ webp: Buffer, x: number, y: number, width: number, height: number, ms: number }[]} frames Each is drawn over those before it.
 */
export function animate({ width, height }, frames) {
  const frame = ({ webp, x, y, width, height, ms }) => {
    if (x % 2 || y % 2) throw new Error(`a frame begins at ${x}, ${y}; both must be even`);
    // The last byte: not blended, and not taken away afterwards.
    return chunk("ANMF", Buffer.concat([triples(x / 2, y / 2, width - 1, height - 1, ms), Buffer.from([2]), picture(webp)]));
  };
  const ANIMATION = 2;
  const body = Buffer.concat([
    Buffer.from("WEBP", "latin1"),
    chunk("VP8X", Buffer.concat([Buffer.from([ANIMATION, 0, 0, 0]), triples(width - 1, height - 1)])),
    chunk("ANIM", Buffer.alloc(6)),
    ...frames.map(frame),
  ]);
  return chunk("RIFF", body);
}
