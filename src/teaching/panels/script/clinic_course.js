// One course of a patient under doses: states, events and saved times as model/layout.py and model/solver.py make them,
// solved by the model's own text (model.js), read as model/series.py reads it.

import { in_order } from "./clinic_plan.js";
import { per_ul, rest_of } from "./clinic_patient.js";
import { sparse_plan, dependencies } from "./clinic_sparse.js";
import {
  ACTIVITY, ADD, ANTIBODY, AUTOANTIBODY, AUTO_BLOOD, AUTO_LYMPHOID, CAR_T, ENGAGER, LONG_AUTO, MEMORY_BLOOD, MEMORY_LYMPHOID,
  NAIVE_BLOOD, NAIVE_LYMPHOID, NICHE, RAISE, RECORDS, SCALE_NODES, SHORT_AUTO, TOTAL_IGG, VACCINE_ANTIBODY, integrate,
} from "./model.js";

const MASS = { dose_mg: () => 1, dose_mg_per_m2: (v) => v.surface_m2, dose_mg_per_kg: (v) => v.weight_kg };
const KILL_RATES = ["kill_max_per_day", "kill_blood_per_day", "kill_tissue_per_day"]; // they rise with the antigen
const SHORTEST_INFUSION = 1e-6, JUST_BEFORE = 1e-6, BELOW_ZERO = 1e-5;

const instant = (day) => Number(day.toFixed(6));

// --- the numbers of the equations

/** A product's numbers in a patient in whom some of them are multiplied. */
function scaled(product, factors) {
  const expression = product.antigens.map((one) => factors[`antigen_${one}`] ?? 1);
  const density = expression.length ? expression.reduce((sum, one) => sum + one) / expression.length : 1;
  return Object.fromEntries(Object.entries(product.numbers).map(([name, value]) => {
    const factor = (factors[name] ?? 1) * (KILL_RATES.includes(name) ? density : 1);
    return [name, factor === 1 ? value : value * factor];
  }));
}

function body_of(data, patient, rest) {
  const v = patient.values;
  const own = Object.entries(data.body).map(([symbol, name]) => [symbol, v[name] ?? data.conditioning[name] * (patient.factors[name] ?? 1)]);
  const loss = (name) => Math.LN2 / v[name];
  return {
    ...Object.fromEntries(own), m: rest.m, a: rest.a, r_N: rest.r_N, r_M: rest.r_M, Nb0: rest.naive_blood,
    k_G: loss("igg_half_life_days"), k_A: loss("iga_half_life_days"), k_M: loss("igm_half_life_days"), one: 1e-9,
  };
}

function numbers_of(data, product, numbers, start, sizes) {
  const sites = Object.values(data.nodes);
  const record = Object.fromEntries(Object.entries(data.symbols[product.kind]).map(([symbol, name]) => [symbol, numbers[name]]));
  const effect = (site) => (site === "blood" ? 1 : numbers[`effect_${site}`]);
  const kill = Float64Array.from(product.kill, (weight, k) => weight * effect(sites[k]));
  if (product.kind === "antibody") return { ...record, kill };
  const target = Float64Array.from(product.target, (weight, k) => weight * sizes[k]);
  if (product.kind === "car_t") return { ...record, kill, target };
  const inside = target.map((weight, k) => (["lymphoid", "niche"].includes(sites[k]) ? weight : 0));
  return { ...record, B0_target: inside.reduce((sum, weight, k) => sum + weight * start[k], 0) || 1, kill, target: inside };
}

/** Start, numbers and places for one patient under some products (`Layout`). */
function layout_of(data, patient, names) {
  const rest = rest_of(patient.values), v = patient.values;
  const numbers = Object.fromEntries(names.map((name) => [name, scaled(data.products[name], patient.factors)]));
  const start = [...rest.nodes, ...Array(data.solver.body - rest.nodes.length).fill(1)];
  start[ACTIVITY] = v.activity_start;
  start[NICHE] = 0;
  const sizes = [...rest.nodes.map(() => 1), ...Array(2).fill(v.plasmablast_cells / 2), ...Array(2).fill(v.long_lived_cells / 2)];
  const place = {}, records = {}, counts = {};
  for (const [kind, { states }] of Object.entries(data.kinds)) {
    const own = names.filter((name) => data.products[name].kind === kind);
    for (const name of own) {
      place[name] = start.length;
      start.push(...Array(states).fill(0));
    }
    records[kind] = own.map((name) => RECORDS[kind](numbers_of(data, data.products[name], numbers[name], start, sizes)));
    counts[kind] = own.length;
  }
  const cars = names.filter((name) => data.products[name].kind === "car_t").map((name) => place[name]);
  return { patient, numbers, start, place, records, cars, body: RECORDS.body(body_of(data, patient, rest)), sparse: plan_for(data, counts) };
}

const plans = new Map();
function plan_for(data, counts) {
  const key = Object.values(counts).join();
  if (!plans.has(key)) plans.set(key, sparse_plan(dependencies(data, counts)));
  return plans.get(key);
}

// --- what a plan does when

/** What a dose does at its instant: [action, place, amount] each. */
function given(data, layout, dose, first) {
  const { kind } = data.products[dose.product], item = layout.numbers[dose.product], at = layout.place[dose.product];
  if (kind === "conditioning") {
    return [[SCALE_NODES, LONG_AUTO, 1 - dose.amount * (1 - item.surviving_fraction)], [RAISE, NICHE, dose.amount]];
  }
  const milligrams = Object.hasOwn(MASS, dose.word) ? dose.amount * MASS[dose.word](layout.patient.values) : 0;
  if (kind === "antibody") {
    const clock = first && item.passing_clearance_l_per_day > 0 ? [[RAISE, at + ANTIBODY.PASSING, 1]] : [];
    return [[ADD, at + ANTIBODY.CENTRAL, milligrams], ...clock];
  }
  if (kind === "engager") {
    if (dose.duration !== null) return [[ADD, at + ENGAGER.INFUSED, dose.amount]];
    const micrograms = 1000 * item.bioavailability * milligrams;
    return [item.absorption_per_day > 0 ? [ADD, at + ENGAGER.DEPOT, micrograms] : [ADD, at + ENGAGER.CONCENTRATION, micrograms / item.volume_l]];
  }
  const cells = dose.word === "mrna_mg" ? item.start_cells_per_ul_per_mg * dose.amount : (item.start_cells_per_ul_per_1e6_per_kg * dose.amount) / 1e6;
  return [[ADD, at + CAR_T.EFFECTORS, cells], [RAISE, NICHE, item.niche_without_conditioning]];
}

/** { instants, events }: beginnings of the segments, and [segment, action, place, amount] in their order. */
function schedule(data, layout, doses, days) {
  const at = new Map([[0, []]]), met = new Set();
  const on = (day) => at.get(day) ?? at.set(day, []).get(day);
  for (const dose of doses) {
    if (dose.amount === 0) continue; // nothing was given: not even a clock starts
    const start = instant(dose.day);
    on(start).push(...given(data, layout, dose, !met.has(dose.product)));
    met.add(dose.product);
    if (dose.duration === null) continue;
    const end = Math.max(instant(dose.day + dose.duration), instant(start + SHORTEST_INFUSION));
    // An infusion stops before the next one starts.
    if (end < days) on(end).unshift([ADD, layout.place[dose.product] + ENGAGER.INFUSED, -dose.amount]);
  }
  const instants = [...at.keys()].sort((a, b) => a - b);
  return { instants, events: instants.flatMap((day, segment) => at.get(day).map((event) => [segment, ...event])) };
}

/** Saved times of one segment, both ends included: close together after a dose, two days apart later. */
function grid_of(start, end) {
  const found = [];
  for (let offset = 0, step = 0.02; offset < end - start; ) {
    if (start + offset < end - 1e-3 * (end - start)) found.push(start + offset);
    offset += step;
    step = Math.min(2, 0.03 + 0.07 * offset);
  }
  return [...found, end];
}

// --- the course

/** { times, series } of a patient under doses from day 0 to `days`, without chance; Error when the solver gives up. */
export function solved(data, patient, doses, days) {
  const ordered = in_order(data, doses), names = [...new Set(ordered.map((dose) => dose.product))];
  const layout = layout_of(data, patient, names), n = layout.start.length;
  const { instants, events } = schedule(data, layout, ordered, days);
  const grids = instants.map((start, k) => grid_of(start, instants[k + 1] ?? days));
  const times = Float64Array.from(grids.flat()), parts = [0];
  for (const grid of grids) parts.push(parts.at(-1) + grid.length);
  const { rtol, atol, others } = data.solver;
  const tolerance = Float64Array.from(layout.start, (_, place) => (place < SHORT_AUTO ? atol : others));
  const states = new Float64Array(times.length * n);
  const { antibody, engager, car_t } = layout.records;
  const steps = integrate(
    Float64Array.from(layout.start), [layout.body], antibody, engager, car_t, Float64Array.from(events.flat()), times,
    Uint32Array.from(parts), rtol, tolerance, layout.sparse, states,
  );
  if (steps < 0 || !possible(states, n)) {
    throw new Error("The solver stopped; a number of the patient or the plan is probably far from anything possible.");
  }
  for (const first of parts.slice(1, -1)) times[first - 1] = Math.max(times[first] - JUST_BEFORE, 0.5 * (times[first - 2] + times[first]));
  return { times, series: series_of(layout, states, times.length, n), steps };
}

/** Whether all states are numbers, and none fell below zero by more than rounding. */
function possible(states, n) {
  for (let place = 0; place < n; place++) {
    let low = Infinity, high = 1;
    for (let k = place; k < states.length; k += n) {
      if (!Number.isFinite(states[k])) return false;
      low = Math.min(low, states[k]);
      high = Math.max(high, states[k]);
    }
    if (low < -BELOW_ZERO * high) return false;
  }
  return true;
}

/** The eight series of clinic/following.py, by the names of `Course`. */
function series_of(layout, states, count, n) {
  const [scale, rest] = [per_ul(layout.patient.values), layout.start], v = layout.patient.values;
  const lymphoid = rest[NAIVE_LYMPHOID] + rest[MEMORY_LYMPHOID] + rest[AUTO_LYMPHOID];
  const read = (of) => {
    const found = new Float64Array(count);
    for (let k = 0; k < count; k++) found[k] = of(k * n);
    return found;
  };
  const y = (place) => Math.max(states[place], 0); // the solver keeps to atol: -1e-15 is 0
  return {
    blood_b_cells_per_ul: read((at) => (y(at + NAIVE_BLOOD) + y(at + MEMORY_BLOOD) + y(at + AUTO_BLOOD)) * scale),
    lymphoid_b_cells_percent: read((at) => (100 * (y(at + NAIVE_LYMPHOID) + y(at + MEMORY_LYMPHOID) + y(at + AUTO_LYMPHOID))) / lymphoid),
    autoreactive_memory_cells: read((at) => 1e9 * (y(at + AUTO_LYMPHOID) + y(at + AUTO_BLOOD))),
    autoantibody_percent: read((at) => 100 * y(at + AUTOANTIBODY)),
    vaccine_antibody_percent: read((at) => 100 * y(at + VACCINE_ANTIBODY)),
    total_igg_percent: read((at) => 100 * y(at + TOTAL_IGG)),
    activity_percent: read((at) => (100 * y(at + ACTIVITY)) / v.activity_start),
    car_t_cells_per_ul: read((at) => layout.cars.reduce((sum, car) => sum + y(at + car + CAR_T.EFFECTORS) + y(at + car + CAR_T.PERSISTERS), 0)),
  };
}
