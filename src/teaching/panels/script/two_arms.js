// Shares and differences of two arms, the same as evidence/intervals.py and evidence/difference.py, which have them from
// scipy; tests compare the two.

const Z = 1.959963984540054; // 95 % of a normal distribution lie within so many standard deviations
const LEVEL = 0.95;
const HALVINGS = 60;

const log_factorials = [0];
function log_factorial(n) {
  for (let k = log_factorials.length; k <= n; k++) log_factorials.push(log_factorials[k - 1] + Math.log(k));
  return log_factorials[n];
}
function log_choose(n, k) {
  return log_factorial(n) - log_factorial(k) - log_factorial(n - k);
}

/** The chance of at most `most` events in n patients with this share. */
function at_most(most, n, share) {
  if (share <= 0) return 1;
  if (share >= 1) return most >= n ? 1 : 0;
  let sum = 0;
  for (let k = 0; k <= most; k++) sum += Math.exp(log_choose(n, k) + k * Math.log(share) + (n - k) * Math.log1p(-share));
  return Math.min(1, sum);
}

/** Where a falling function of a share from 0 to 1 meets a value. */
function meets(falling, value) {
  let low = 0, high = 1;
  for (let k = 0; k < HALVINGS; k++) {
    const middle = (low + high) / 2;
    if (falling(middle) > value) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** A share with its exact interval (Clopper and Pearson), as fractions. */
export function exact_interval(events, n) {
  const rest = (1 - LEVEL) / 2;
  return {
    share: events / n,
    low: events === 0 ? 0 : meets((share) => at_most(events - 1, n, share), 1 - rest),
    high: events === n ? 1 : meets((share) => at_most(events, n, share), rest),
  };
}

/** Wilson's interval of a share. */
function wilson(events, n) {
  const share = events / n, z2 = Z * Z;
  const middle = share + z2 / (2 * n), half = Z * Math.sqrt((share * (1 - share)) / n + z2 / (4 * n * n));
  return { share, low: (middle - half) / (1 + z2 / n), high: (middle + half) / (1 + z2 / n) };
}

/** Share of the first arm less that of the second, with Newcombe's interval (fractions). */
export function difference(events, n, control_events, control_n) {
  const one = wilson(events, n), two = wilson(control_events, control_n);
  const gap = one.share - two.share;
  return {
    difference: gap,
    low: gap - Math.hypot(one.share - one.low, two.high - two.share),
    high: gap + Math.hypot(one.high - one.share, two.share - two.low),
  };
}

/** Fisher's exact P, two-sided: all tables that are no likelier than this one. */
export function fisher(events, n, control_events, control_n) {
  const all = n + control_n, seen = events + control_events;
  const chance = (k) => Math.exp(log_choose(n, k) + log_choose(control_n, seen - k) - log_choose(all, seen));
  const here = chance(events) * (1 + 1e-7);
  let sum = 0;
  for (let k = Math.max(0, seen - control_n); k <= Math.min(n, seen); k++) if (chance(k) <= here) sum += chance(k);
  return Math.min(1, sum);
}
