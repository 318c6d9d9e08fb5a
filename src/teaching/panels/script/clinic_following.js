// The hidden course of one patient with the fate of the clone as the dice say it: the same as clinic/following.py.

import { solved } from "./clinic_course.js";

const KEPT = 64; // courses; what is asked for again and again is solved once
const courses_of = new WeakMap();

/** A course without chance, kept when `keep` says so. */
function course_of(data, patient, doses, keep) {
  if (!courses_of.has(data)) courses_of.set(data, new Map());
  const courses = courses_of.get(data), key = `${patient.key} ${JSON.stringify(doses)}`;
  const known = courses.get(key);
  if (known) return known;
  const found = solved(data, patient, doses, data.game.end);
  if (keep) {
    courses.set(key, found);
    if (courses.size > KEPT) courses.delete(courses.keys().next().value);
  }
  return found;
}

/** { times, series, turns }: the course to the end, the clone's fate thrown for all that is past on the day `until`.
 * `luck(number)`: the even throw for the first, second ... time that hardly a cell was left. */
export function follow(data, patient, doses, until, luck, keep = true) {
  const { times, series } = course_of(data, patient, doses, keep);
  const turns = [];
  for (const [day, cells] of lows(data, times, series.autoreactive_memory_cells, until)) {
    const regrowth = patient.values.autoreactive_regrowth_per_day;
    const chance = (100 * Math.exp((-cells * regrowth) / data.fate.division_per_day)) / 100; // model/fate.py
    const died_out = luck(turns.length) < chance;
    turns.push({ day, cells, chance, died_out });
    if (died_out) return { times, series: without_the_clone(times, series, day), turns };
  }
  return { times, series, turns };
}

/** [day, cells] of each low point of the clone, 1 to 100 cells, from which it has turned by the day `until`. */
function lows(data, times, clone, until) {
  const { turn, most_cells } = data.fate, found = [];
  let falling = true, lowest = 0, highest = 0;
  for (let place = 0; place < times.length && times[place] <= until; place++) {
    if (falling) {
      if (clone[place] <= clone[lowest]) lowest = place;
      else if (clone[place] > turn * clone[lowest]) {
        if (clone[lowest] >= 1 && clone[lowest] < most_cells) found.push([times[lowest], clone[lowest]]);
        falling = false;
        highest = place;
      }
    } else if (clone[place] >= clone[highest]) highest = place;
    else if (turn * clone[place] < clone[highest]) {
      falling = true;
      lowest = place;
    }
  }
  return found;
}

/** The series of a patient whose clone died out on that day: autoantibody and activity only fall from then on. */
function without_the_clone(times, series, day) {
  const changed = { ...series };
  for (const name of ["autoantibody_percent", "activity_percent"]) {
    let lowest = Infinity;
    changed[name] = series[name].map((value, k) => {
      if (times[k] < day) return value;
      lowest = Math.min(lowest, value);
      return lowest;
    });
  }
  changed.autoreactive_memory_cells = series.autoreactive_memory_cells.map((value, k) => (times[k] >= day ? 0 : value));
  return changed;
}

/** What stands at `x` between values at rising places; at the ends, the first and the last one. */
export function between(x, places, values) {
  const last = places.length - 1;
  if (x <= places[0]) return values[0];
  if (x >= places[last]) return values[last];
  let low = 0, high = last;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (places[middle] <= x) low = middle;
    else high = middle;
  }
  if (x === places[low]) return values[low];
  return ((values[low + 1] - values[low]) / (places[low + 1] - places[low])) * (x - places[low]) + values[low];
}

/** A series' value on a day. */
export const value_on = (followed, day, name) => between(day, followed.times, followed.series[name]);
