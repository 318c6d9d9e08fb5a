"""The compiled integrator: RODAS4 over the equations, sparse, events and dense output in one piece.

A Rosenbrock method of order 4 with an embedded solution of order 3 (Hairer and Wanner, Solving Ordinary Differential
Equations II, 1996). A step takes one Jacobian and six sparse solves; `SparsePlan` in sparse.py knows which places can
differ from 0. Checked against LSODA and libRoadRunner in the tests.
"""

from __future__ import annotations

import numpy as np

from teaching.model.equations import derivatives
from teaching.model.events import apply_event


def solve_sparse(values, inverse, lower, upper, b):
    """Solves L U x = b in place; `inverse` holds 1/diagonal."""
    for q in range(lower.shape[0]):
        b[lower[q, 0]] -= values[lower[q, 2]] * b[lower[q, 1]]
    for q in range(upper.shape[0]):
        i, j = upper[q, 0], upper[q, 1]
        if i == j:
            b[i] *= inverse[i]
        else:
            b[i] -= values[upper[q, 2]] * b[j]


def integrate(y, bodies, antibodies, engagers, cars, events, grid, first_of_segment, rtol, atol, sparse, out):
    """One course, compiled as a whole: events, steps, dense output at the saved times.

    Arguments: y (n,) start, changed; bodies (1,), antibodies, engagers, cars: records of numbers by symbol
    (parameters.py); events (m, 4): segment, action, place, amount;
    grid (k,) saved times [day], each segment with both its ends; first_of_segment (segments + 1,)
    positions in grid; rtol; atol (n,); sparse, a `SparsePlan`; out (k, n), filled. Returns the
    number of steps, or -1 - position in the grid where the step size became too small.
    """
    columns, groups, jacobian, diagonal, factor, update, lower, upper, size = sparse
    n = y.size
    body = bodies[0]
    J = np.zeros(jacobian.shape[0])
    values = np.empty(size)
    inverse = np.empty(n)
    delta = np.empty(n)
    f0, w, z = np.empty(n), np.empty(n), np.empty(n)
    u1, u2, u3, u4, u5, u6 = np.empty(n), np.empty(n), np.empty(n), np.empty(n), np.empty(n), np.empty(n)
    steps = 0
    event = 0
    for segment in range(first_of_segment.size - 1):
        while event < events.shape[0] and events[event, 0] == segment:
            apply_event(int(events[event, 1]), int(events[event, 2]), events[event, 3], y)
            event += 1
        k = first_of_segment[segment]
        last = first_of_segment[segment + 1] - 1
        t, end = grid[k], grid[last]
        for i in range(n):
            out[k, i] = y[i]
        k += 1
        h = min(1e-3, end - t)
        derivatives(t, y, body, antibodies, engagers, cars, f0)
        fresh = False
        rejected = False
        while t < end:
            if t + 1.0001 * h >= end:
                h = end - t
            if h < 1e-12 * max(1.0, t):
                return -1 - k
            if not fresh:
                for j in range(n):
                    z[j] = y[j]
                for group in range(groups.shape[0] - 1):
                    for c in range(groups[group, 0], groups[group + 1, 0]):
                        j = columns[c]
                        z[j] = y[j] + 1e-7 * max(abs(y[j]), 1e-10)
                        delta[j] = z[j] - y[j]
                    derivatives(t, z, body, antibodies, engagers, cars, w)
                    for q in range(groups[group, 1], groups[group + 1, 1]):
                        i, j = jacobian[q, 1], jacobian[q, 2]
                        J[q] = (w[i] - f0[i]) / delta[j]
                    for c in range(groups[group, 0], groups[group + 1, 0]):
                        z[columns[c]] = y[columns[c]]
                fresh = True
            g = 1.0 / h
            values[:] = 0.0
            for i in range(n):
                values[diagonal[i]] = 4.0 * g
            for q in range(jacobian.shape[0]):
                values[jacobian[q, 0]] -= J[q]
            for q in range(factor.shape[0]):
                ratio = values[factor[q, 0]] / values[diagonal[factor[q, 1]]]
                values[factor[q, 0]] = ratio
                for r in range(factor[q, 2], factor[q, 3]):
                    values[update[r, 0]] -= ratio * values[update[r, 1]]
            for i in range(n):
                inverse[i] = 1.0 / values[diagonal[i]]

            for i in range(n):
                u1[i] = f0[i]
            solve_sparse(values, inverse, lower, upper, u1)
            for i in range(n):
                w[i] = y[i] + 1.544 * u1[i]
            derivatives(t, w, body, antibodies, engagers, cars, u2)
            for i in range(n):
                u2[i] += -5.6688 * g * u1[i]
            solve_sparse(values, inverse, lower, upper, u2)
            for i in range(n):
                w[i] = y[i] + 0.9466785280815826 * u1[i] + 0.2557011698983284 * u2[i]
            derivatives(t, w, body, antibodies, engagers, cars, u3)
            for i in range(n):
                u3[i] += g * (-2.430093356833875 * u1[i] - 0.2063599157091915 * u2[i])
            solve_sparse(values, inverse, lower, upper, u3)
            for i in range(n):
                w[i] = y[i] + 3.314825187068521 * u1[i]
                w[i] += 2.896124015972201 * u2[i] + 0.9986419139977817 * u3[i]
            derivatives(t, w, body, antibodies, engagers, cars, u4)
            for i in range(n):
                u4[i] -= g * (0.1073529058151375 * u1[i] + 9.594562251023355 * u2[i])
                u4[i] -= g * 20.47028614809616 * u3[i]
            solve_sparse(values, inverse, lower, upper, u4)
            for i in range(n):
                w[i] = y[i] + 1.221224509226641 * u1[i] + 6.019134481288629 * u2[i]
                w[i] += 12.53708332932087 * u3[i] - 0.687886036105895 * u4[i]
            derivatives(t, w, body, antibodies, engagers, cars, u5)
            for i in range(n):
                u5[i] += g * (7.496443313967647 * u1[i] - 10.24680431464352 * u2[i])
                u5[i] += g * (11.7089089320616 * u4[i] - 33.99990352819905 * u3[i])
            solve_sparse(values, inverse, lower, upper, u5)
            for i in range(n):
                w[i] += u5[i]
            derivatives(t, w, body, antibodies, engagers, cars, u6)
            for i in range(n):
                u6[i] += g * (8.083246795921522 * u1[i] - 7.981132988064893 * u2[i])
                u6[i] += g * (16.31930543123136 * u4[i] - 31.52159432874371 * u3[i])
                u6[i] -= g * 6.058818238834054 * u5[i]
            solve_sparse(values, inverse, lower, upper, u6)
            error = 0.0
            for i in range(n):
                w[i] += u6[i]
                relative = u6[i] / (atol[i] + rtol * max(abs(y[i]), abs(w[i])))
                error += relative * relative
            error = (error / n) ** 0.5
            steps += 1
            if not error < 1e30:
                error = 1e30
            factor_h = 6.0 if error < 1e-4 else max(0.15, min(6.0, 0.9 * error**-0.25))
            if error > 1.0:
                h *= min(factor_h, 0.9)
                rejected = True
                continue
            while k <= last and grid[k] <= t + h * (1.0 + 1e-12):
                share = min(1.0, (grid[k] - t) / h)
                rest = 1.0 - share
                for i in range(n):
                    c = 10.12623508344586 * u1[i] - 7.487995877610167 * u2[i]
                    c += 1.025137723295662 * u5[i] - 34.80091861555747 * u3[i] - 7.992771707568823 * u4[i]
                    d = 6.087714651680015 * u2[i] - 0.6762803392801253 * u1[i]
                    d += 16.43084320892478 * u3[i] + 24.76722511418386 * u4[i] - 6.594389125716872 * u5[i]
                    out[k, i] = y[i] * rest + share * (w[i] + rest * (c + share * d))
                k += 1
            t += h
            if k > last:
                t = end
            for i in range(n):
                y[i] = w[i]
            derivatives(t, y, body, antibodies, engagers, cars, f0)
            fresh = False
            h *= min(factor_h, 1.0) if rejected else factor_h
            rejected = False
    return steps
