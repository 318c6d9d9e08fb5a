// Which derivative depends on which state, and what that saves the integrator: the same as model/sparse.py.

/** For each derivative the places of the states it depends on, under so many products of each kind. */
export function dependencies(data, counts) {
  const { body, blocks } = data.dependencies, first = data.solver.body;
  const rows = body.map((row) => new Set(row));
  let at = first;
  for (const [kind, { states }] of Object.entries(data.kinds)) {
    const block = blocks[kind], start = at;
    for (let number = 0; number < counts[kind]; number++, at += states) {
      block.body.forEach((row, place) => row.forEach((one) => rows[place].add(at + one)));
      for (let place = 0; place < states; place++) {
        const row = new Set(block.own[place].map((one) => (one < first ? one : at + one - first)));
        for (let other = 0; other < counts[kind]; other++) {
          if (other !== number) block.others[place].forEach((one) => row.add(start + other * states + one));
        }
        rows.push(row);
      }
    }
  }
  return rows;
}

/** What `integrate` needs to build, factorise and solve 4/h I - J: the parts of `SparsePlan` in their order. */
export function sparse_plan(depends) {
  const n = depends.length, all = depends.map((_, place) => place);
  const rows = depends.map((row, place) => new Set(row).add(place));
  for (const k of all) {
    for (let i = k + 1; i < n; i++) {
      if (rows[i].has(k)) rows[k].forEach((j) => j > k && rows[i].add(j));
    }
  }
  const entries = all.flatMap((i) => [...rows[i]].sort((a, b) => a - b).map((j) => [i, j]));
  const place = new Map(entries.map(([i, j], number) => [i * n + j, number]));
  const at = (i, j) => place.get(i * n + j);
  const factor = [], update = [];
  for (const k of all) {
    for (let i = k + 1; i < n; i++) {
      if (!rows[i].has(k)) continue;
      const first = update.length;
      update.push(...[...rows[k]].filter((j) => j > k).sort((a, b) => a - b).map((j) => [at(i, j), at(k, j)]));
      factor.push([at(i, k), k, first, update.length]);
    }
  }
  const lower = entries.filter(([i, j]) => j < i), upper = entries.filter(([i, j]) => j >= i).reverse();
  const group = groups_of(depends);
  const columns = [...all].sort((a, b) => group[a] - group[b] || a - b);
  const jacobian = columns.flatMap((j) => all.filter((i) => depends[i].has(j)).map((i) => [at(i, j), i, j]));
  const groups = Array.from({ length: Math.max(...group) + 2 }, (_, k) => [
    group.filter((one) => one < k).length, jacobian.filter(([, , j]) => group[j] < k).length,
  ]);
  const placed = (pairs) => pairs.map(([i, j]) => [i, j, at(i, j)]);
  const diagonal = all.map((i) => at(i, i));
  return [columns, groups, jacobian, diagonal, factor, update, placed(lower), placed(upper)].map((one) => Uint32Array.from(one.flat())).concat(place.size);
}

/** A number for each column, so that columns of one number share no row and take one difference together. */
function groups_of(depends) {
  const taken = [];
  return depends.map((_, column) => {
    const touched = depends.flatMap((row, i) => (row.has(column) ? [i] : []));
    let number = taken.findIndex((rows) => !touched.some((i) => rows.has(i)));
    if (number < 0) number = taken.push(new Set()) - 1;
    touched.forEach((i) => taken[number].add(i));
    return number;
  });
}
