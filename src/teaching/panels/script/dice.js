// The dice of the virtual trial, the same as evidence/dice.py: Threefry-2x32 with 20 rounds, whole numbers only, so
// that every machine throws alike. A throw depends on two keys and two counters and on nothing thrown before.

export const SIDES = 2 ** 32; // one more than the largest throw

const ROTATIONS = [[13, 15, 26, 6], [17, 29, 16, 24]];
const PARITY = 0x1bd11bda;

/** Two throws, each a whole number from 0 to 2³² - 1, for two keys and two counters. */
export function throw_dice(key0, key1, counter0, counter1) {
  const keys = [key0 | 0, key1 | 0, key0 ^ key1 ^ PARITY];
  let one = (counter0 + keys[0]) | 0, two = (counter1 + keys[1]) | 0;
  for (let group = 0; group < 5; group++) {
    for (const turn of ROTATIONS[group % 2]) {
      one = (one + two) | 0;
      two = ((two << turn) | (two >>> (32 - turn))) ^ one;
    }
    one = (one + keys[(group + 1) % 3]) | 0;
    two = (two + keys[(group + 2) % 3] + group + 1) | 0;
  }
  return [one >>> 0, two >>> 0];
}
