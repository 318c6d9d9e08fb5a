// The exact interval of a share of patients (Clopper and Pearson), as evidence/intervals.py has it from scipy: its ends
// are quantiles of beta distributions. The regularised incomplete beta function is the continued fraction of DLMF 8.17.22
// by Lentz's method, its inverse bisection. tests/browser/test_evidence_rules.py holds it to scipy.

const LANCZOS = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059, 12.507343278686905,
  -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
];
const TINY = 1e-300;
const CLOSE = 1e-15;
const HALVINGS = 60;

/** The natural logarithm of the gamma function for x >= 1 (Lanczos, g = 7). */
function log_gamma(x) {
  const z = x - 1;
  const sum = LANCZOS.reduce((total, factor, k) => (k ? total + factor / (z + k) : factor), 0);
  const t = z + 7.5;
  return 0.5 * Math.log(2 * Math.PI) + (z + 0.5) * Math.log(t) - t + Math.log(sum);
}

function fraction(a, b, x) {
  const away = (value) => (Math.abs(value) < TINY ? TINY : value);
  let c = 1;
  let d = 1 / away(1 - ((a + b) * x) / (a + 1));
  let product = d;
  for (let m = 1; m < 20_000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / away(1 + even * d);
    c = away(1 + even / c);
    product *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / away(1 + odd * d);
    c = away(1 + odd / c);
    product *= d * c;
    if (Math.abs(d * c - 1) < CLOSE) break;
  }
  return product;
}

/** The share of a beta distribution (a, b >= 1) that lies below x. */
export function beta_below(a, b, x) {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  const front = Math.exp(log_gamma(a + b) - log_gamma(a) - log_gamma(b) + a * Math.log(x) + b * Math.log1p(-x));
  return x < (a + 1) / (a + b + 2) ? (front * fraction(a, b, x)) / a : 1 - (front * fraction(b, a, 1 - x)) / b;
}

function beta_quantile(a, b, share) {
  let low = 0;
  let high = 1;
  for (let k = 0; k < HALVINGS; k++) {
    const middle = (low + high) / 2;
    if (beta_below(a, b, middle) < share) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

const known = new Map(); // a filter shows the same studies again and again

/** { share, low, high } of `events` in `n` patients, fractions, with 0 <= events <= n and n >= 1, at 95 %. */
export function exact_interval(events, n) {
  const key = `${events}/${n}`;
  if (!known.has(key)) {
    known.set(key, {
      share: events / n,
      low: events === 0 ? 0 : beta_quantile(events, n - events + 1, 0.025),
      high: events === n ? 1 : beta_quantile(events + 1, n - events, 0.975),
    });
  }
  return known.get(key);
}
