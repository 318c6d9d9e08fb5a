// Everything that chance decides in the clinic, the same as clinic/luck.py: throws of the kit's dice, each with a place
// of its own, and the normal number of a throw.

import { SIDES, throw_dice } from "./dice.js";

export const PATIENT = 0;
export const TEST = 1;
export const INFECTION = 2;
export const CLONE = 3;
export const CYTOKINE = 4;
const PURPOSES = 16; // purposes of one person stand next to each other in the second key

/** An even throw, at least 0 and below 1: `number` says which throw of that purpose. */
export function share_of_throw(seed, purpose, number, future = 0, person = 0) {
  return throw_dice(seed, purpose + PURPOSES * person, number, future)[0] / SIDES;
}

// Wichura 1988, algorithm AS 241, as Python's statistics.NormalDist has it: numbers of three quotients.
const MIDDLE = [
  2509.0809287301227, 33430.57558358813, 67265.7709270087, 45921.95393154987,
  13731.69376550946, 1971.5909503065513, 133.14166789178438, 3.3871328727963665,
];
const MIDDLE_BELOW = [
  5226.495278852854, 28729.085735721943, 39307.89580009271, 21213.794301586597,
  5394.196021424751, 687.1870074920579, 42.31333070160091, 1,
];
const SIDE = [
  0.0007745450142783414, 0.022723844989269184, 0.2417807251774506, 1.2704582524523684,
  3.6478483247632045, 5.769497221460691, 4.630337846156546, 1.4234371107496835,
];
const SIDE_BELOW = [
  1.0507500716444169e-9, 0.0005475938084995345, 0.015198666563616457, 0.14810397642748008,
  0.6897673349851, 1.6763848301838038, 2.053191626637759, 1,
];
const TAIL = [
  2.0103343992922881e-7, 2.7115555687434876e-5, 0.0012426609473880784, 0.026532189526576124,
  0.29656057182850487, 1.7848265399172913, 5.463784911164114, 6.657904643501103,
];
const TAIL_BELOW = [
  2.0442631033899397e-15, 1.421511758316446e-7, 1.8463183175100548e-5, 0.0007868691311456133,
  0.014875361290850615, 0.1369298809227358, 0.599832206555888, 1,
];

const quotient = (over, under, r) => over.reduce((sum, one) => sum * r + one) / under.reduce((sum, one) => sum * r + one);

/** The standard normal number below which that share of all lies. */
export function normal(share) {
  const p = share + 0.5 / SIDES; // half a side up: below 0 of all lies no number
  const q = p - 0.5;
  if (Math.abs(q) <= 0.425) {
    const r = 0.180625 - q * q;
    return (MIDDLE.reduce((sum, one) => sum * r + one) * q) / MIDDLE_BELOW.reduce((sum, one) => sum * r + one);
  }
  const r = Math.sqrt(-Math.log(q <= 0 ? p : 1 - p));
  const x = r <= 5 ? quotient(SIDE, SIDE_BELOW, r - 1.6) : quotient(TAIL, TAIL_BELOW, r - 5);
  return q < 0 ? -x : x;
}
