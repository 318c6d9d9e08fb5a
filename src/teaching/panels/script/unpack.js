// Pictures and words that panels/packing.py has packed.

async function inflated(text) {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  return new Response(stream);
}

/** Plain data that was packed as text. */
export async function unpack_words(text) {
  return (await inflated(text)).json();
}

/** The numbers of the rows: `row(number)` gives a row as Float32Array. */
export async function unpack_rows({ rows, groups, blocks, bytes }) {
  const data = new Uint8Array(await (await inflated(bytes)).arrayBuffer());
  let at = 0;
  /** Numbers whose lowest bytes stand together, then the next ones; small ones of either sign were folded. */
  const unfold = (number) => (number & 1 ? -((number + 1) >>> 1) : number >>> 1);
  const steps = groups.map(([length, count]) => {
    const size = length * count;
    const found = new Int16Array(size);
    for (let i = 0; i < size; i++) found[i] = unfold(data[at + i] | (data[at + size + i] << 8)); // wraps round
    at += 2 * size;
    for (let i = 0; i < size; i++) if (i % length) found[i] += found[i - 1];
    for (let i = length; i < size; i++) found[i] += found[i - length];
    return found;
  });
  const size = blocks.length * rows;
  const which = new Int32Array(size);
  for (let i = 0; i < size; i++) {
    which[i] = unfold(data[at + i] | (data[at + size + i] << 8) | (data[at + 2 * size + i] << 16));
    if (i % rows) which[i] += which[i - 1];
  }
  const width = blocks.reduce((sum, [group]) => sum + groups[group][0], 0);
  return (row) => {
    const numbers = new Float32Array(width);
    let place = 0;
    blocks.forEach(([group, scale], block) => {
      const length = groups[group][0];
      const start = which[block * rows + row] * length;
      for (let k = 0; k < length; k++) numbers[place++] = steps[group][start + k] / scale;
    });
    return numbers;
  };
}
