// Harm in the clinic, the same as clinic/harm.py: serious infection by a rate that follows the hidden course.

import { between } from "./clinic_following.js";

const DAYS_A_YEAR = 365.25;

/** Risk of a serious infection that has been run by each saved time; `what` is all that was chosen (`given`). */
export function risk(data, followed, what) {
  const number = data.infection, { times, series } = followed;
  const igg = with_replacement(data, followed, what.replaced_from);
  const conditioned = what.doses.filter((dose) => data.products[dose.product].kind === "conditioning" && dose.amount > 0);
  const off = what.steroids_until === null ? Infinity : what.steroids_until + number.steroids_off_days;
  const rate = times.map((day, k) => {
    let found = number.serious_per_year / DAYS_A_YEAR;
    if (series.blood_b_cells_per_ul[k] < data.depleted_per_ul) found *= number.depleted_fold;
    if (igg[k] < number.low_igg) found *= number.low_igg_fold;
    for (const dose of conditioned) {
      if (day >= dose.day && day < dose.day + number.conditioning_days) found *= 1 + dose.amount * (number.conditioning_fold - 1);
    }
    return day >= off ? found * number.steroids_off_fold : found;
  });
  const run = new Float64Array(times.length);
  for (let k = 1; k < run.length; k++) run[k] = run[k - 1] + ((times[k] - times[k - 1]) * (rate[k] + rate[k - 1])) / 2;
  return run;
}

/** Total IgG when it is replaced from a day on: from then it does not fall below a level. */
export function with_replacement(data, { times, series }, replaced_from) {
  const own = series.total_igg_percent;
  return replaced_from === null ? own : own.map((value, k) => (times[k] >= replaced_from ? Math.max(value, data.game.igg_level) : value));
}

/** The day of a serious infection between two days, or null; `share` is an even throw. */
export function infection_day(followed, run, start, end, share) {
  const before = between(start, followed.times, run), after = between(end, followed.times, run);
  const wanted = -Math.log1p(-share); // at this much risk it happens
  return wanted >= after - before ? null : between(before + wanted, run, followed.times);
}
