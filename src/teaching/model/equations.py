"""The one right-hand side of the model, written once, and the integrator that is compiled with it.

A student can read `derivatives` from top to bottom; numba compiles the same text when it is
installed. All parameters come in through one flat vector `p` (layout below), never as globals: a
compiled function would keep an old global for ever. Everything that is compiled stands in this
file, because numba's cache notices a change in this file only. No data, no tables.

State `y`, in order (units in model terms: 1e9 cells, x start, mg, ng/mL, cells/uL):

====  ====================================================================================
0-11  P, I, Nb, Nt, Mb, Mt, Ab, At, Sa, Sv, La, Lv   (nodes of the lineage, as in lineage.csv)
12    autoantibody     13 vaccine antibody    14 total IgG     (all x start)
15    disease activity (points)
16    Y  cytokine niche opened by lymphodepletion
17-   antibodies: A1, A2 [mg], X (share of the passing clearance) each; then engagers: depot [ug],
      C [ng/mL], A (activation) and its own part of what all share: J margination, Q priming,
      T1 blood T cells gained (x start), I6 interleukin-6 (pg/mL) each;
      then CAR-T products: E, M [cells/uL], Z (primed), R (rejecting) each
====  ====================================================================================
"""

from __future__ import annotations

import types

import numpy as np

# Positions in the state vector.
PRE_B, IMMATURE, NAIVE_B, NAIVE_T, MEMORY_B, MEMORY_T, AUTO_B, AUTO_T = range(8)
SHORT_A, SHORT_V, LONG_A, LONG_V = range(8, 12)
N_NODES = 12
AUTOANTIBODY, VACCINE, TOTAL_IGG, ACTIVITY, NICHE = range(12, 17)
N_FIXED = 17
N_ANTIBODY_STATES, N_ENGAGER_STATES, N_CAR_STATES = 3, 7, 4
# Positions within an engager's states: what it adds to the patient's margination, T cells and IL-6.
MARGINATED, PRIMED, T_GAINED, IL6 = range(3, 7)

# Positions in the parameter vector: first the lineage, then one block a product.
LINEAGE_PARAMETERS = (
    "P0 Nt0 At0 Mt0 d_P m e a h r_N d_N h_M r_M d_M d_S d_L g s one f w k_G t_D D0 k_Y "
    "Nb0 refill n_antibodies n_engagers n_cars"
).split()
ANTIBODY_PARAMETERS = ["V1", "k10", "k12", "k21", "kmax", "EC50", "k_T", "k_des"]
ENGAGER_PARAMETERS = "V CL k_abs rate EC ECI kb kl ka kon koff kq tq kx kd Tmax kI tI nI B0_target".split()
CAR_PARAMETERS = ["rho", "K_T", "d_E", "f_M", "d_M", "kmax", "K_C", "prime", "mature", "reject", "alone"]
# Each block ends with 12 kill coefficients (antigen weight x effect at the site); engagers and
# CAR-T products carry 12 more: what a node counts as target (weight x 1e9 cells per unit of state).
N_LINEAGE = len(LINEAGE_PARAMETERS)
N_ANTIBODY = len(ANTIBODY_PARAMETERS) + N_NODES
N_ENGAGER = len(ENGAGER_PARAMETERS) + 2 * N_NODES
N_CAR = len(CAR_PARAMETERS) + 2 * N_NODES


def derivatives(t, y, p, dy):
    """Writes dy/dt [per day] into `dy` and returns it.

    Arguments: t [day] (unused: layout.py turns doses into segments and events), y and dy (n,) in the
    order above, p (see `LINEAGE_PARAMETERS` and the blocks). Equations: model.md sections 2 and 3.
    """
    P0, Nt0, At0, Mt0 = p[0], p[1], p[2], p[3]
    d_P, m, e, a, h, r_N, d_N = p[4], p[5], p[6], p[7], p[8], p[9], p[10]
    h_M, r_M, d_M, d_S, d_L, g, s, one = p[11], p[12], p[13], p[14], p[15], p[16], p[17], p[18]
    f, w, k_G, t_D, D0, k_Y, Nb0 = p[19], p[20], p[21], p[22], p[23], p[24], p[25]
    refill = p[26]
    n_antibodies, n_engagers, n_cars = int(p[27]), int(p[28]), int(p[29])

    # Kill rates [1/day] on the twelve nodes, summed over products; dy holds them for the moment.
    for i in range(12):
        dy[i] = 0.0
    state = 17
    block = 30

    for _ in range(n_antibodies):  # A1, A2: two compartments; X: clearance that passes; kill saturates
        V1, k10, k12, k21 = p[block], p[block + 1], p[block + 2], p[block + 3]
        kmax, EC50, k_T, k_des = p[block + 4], p[block + 5], p[block + 6], p[block + 7]
        A1, A2, X = y[state], y[state + 1], y[state + 2]
        concentration = A1 / V1
        kill = kmax * concentration / (concentration + EC50)
        for i in range(12):
            dy[i] += kill * p[block + 8 + i]
        dy[state] = -(k10 + k12) * A1 + k21 * A2 - k_T * X * A1
        dy[state + 1] = k12 * A1 - k21 * A2
        dy[state + 2] = -k_des * X
        state += 3
        block += 20

    # Margination J, priming Q and T cells T belong to the patient. Each engager adds its own part, which
    # fades at its own rate: so their order means nothing, and one that was not given changes nothing.
    J = 0.0
    Q = 0.0
    T = 1.0
    place = state
    for _ in range(n_engagers):
        J += y[place + 3]
        Q += y[place + 4]
        T += y[place + 5]
        place += 7
    for _ in range(n_engagers):  # C drug, A activated T cells
        V, CL, k_abs, rate = p[block], p[block + 1], p[block + 2], p[block + 3]
        EC, ECI, kb, kl, ka = p[block + 4], p[block + 5], p[block + 6], p[block + 7], p[block + 8]
        kon, koff, kq, tq = p[block + 9], p[block + 10], p[block + 11], p[block + 12]
        kx, kd, Tmax = p[block + 13], p[block + 14], p[block + 15]
        kI, tI, nI, B0_target = p[block + 16], p[block + 17], p[block + 18], p[block + 19]
        depot, C, A = y[state], y[state + 1], y[state + 2]
        J1, Q1, T1, I6 = y[state + 3], y[state + 4], y[state + 5], y[state + 6]
        bound = C / (C + EC)
        target = 0.0
        for i in range(12):
            target += p[block + 32 + i] * y[i]
        target /= B0_target
        kill_blood = kb * bound * (0.3 + 0.7 * min(1.0, A / 0.5))
        kill_tissue = kl * A
        for i in range(12):
            in_blood = i == 2 or i == 4 or i == 6
            dy[i] += (kill_blood if in_blood else kill_tissue) * p[block + 20 + i]
        dy[state] = -k_abs * depot
        dy[state + 1] = (rate + k_abs * depot) / V - CL / V * C
        dy[state + 2] = ka * (bound - A)
        dy[state + 3] = kon * bound * (1.0 - Q) ** 3 * (1.0 - J) - koff * J1
        dy[state + 4] = kq * bound * (1.0 - Q) - Q1 / tq
        dy[state + 5] = kx * A * target * T * (1.0 - T / Tmax) - kd * T1
        dy[state + 6] = kI * C / (C + ECI) * (1.0 - Q) ** nI * A * target - I6 / tI
        state += 7
        block += 44

    Y = y[16]
    dy[16] = -k_Y * Y
    for _ in range(n_cars):  # E effectors, M persisting cells, Z and R immunity against the product
        rho, K_T, d_E, f_M, d_M_car = p[block], p[block + 1], p[block + 2], p[block + 3], p[block + 4]
        kmax, K_C = p[block + 5], p[block + 6]
        prime, mature, reject, alone = p[block + 7], p[block + 8], p[block + 9], p[block + 10]
        E, M, Z, R = y[state], y[state + 1], y[state + 2], y[state + 3]
        target = 0.0
        for i in range(12):
            target += p[block + 23 + i] * y[i]
        kill = kmax * (E + M) / (E + M + K_C)
        for i in range(12):
            dy[i] += kill * p[block + 11 + i]
        dy[state] = (rho * target / (target + K_T) * Y - d_E) * E - reject * R * E
        dy[state + 1] = f_M * E - d_M_car * M - reject * R * M
        dy[state + 2] = prime * E / (E + 1.0) * (1.0 - Z)
        dy[state + 3] = (mature * Z * y[2] / Nb0 + alone * Z) * (1.0 - R)
        state += 4
        block += 35

    # The lineage: source - loss, with the kill rates gathered above.
    P, I, Nb, Nt, Mb, Mt, Ab, At = y[0], y[1], y[2], y[3], y[4], y[5], y[6], y[7]
    Sa, Sv, La, Lv = y[8], y[9], y[10], y[11]
    dy[0] = (d_P + m) * (P0 - P) - dy[0] * P
    dy[1] = m * P - (e + dy[1]) * I
    dy[2] = e * I + r_N * Nt - (h + dy[2]) * Nb
    dy[3] = h * Nb - (r_N + d_N + a + dy[3]) * Nt
    dy[4] = r_M * Mt - (h_M + dy[4]) * Mb
    dy[5] = h_M * Mb + a * Nt - (r_M + d_M + dy[5]) * Mt
    dy[6] = r_M * At - (h_M + dy[6]) * Ab
    regrowth = g * At * (1.0 - At / At0) * (At - one) / (At + one)
    dy[7] = h_M * Ab + s * Nt + regrowth - (r_M + s * Nt0 / At0 + dy[7]) * At
    dy[8] = d_S * At / At0 - (d_S + dy[8]) * Sa
    dy[9] = d_S * Mt / Mt0 - (d_S + dy[9]) * Sv
    dy[10] = d_L * At / At0 + refill * Sa * (1.0 - La) - (d_L + dy[10]) * La
    dy[11] = d_L * Mt / Mt0 + refill * Sv * (1.0 - Lv) - (d_L + dy[11]) * Lv

    # Serum and disease.
    x = y[12]
    dy[12] = k_G * ((1.0 - f) * Sa + f * La - x)
    dy[13] = k_G * (Lv - y[13])
    dy[14] = k_G * (w * Lv + (1.0 - w) * Sv - y[14])
    dy[15] = (2.0 * D0 * x * x / (x * x + 1.0) - y[15]) / t_D
    return dy


# What a dose does at its instant: (segment, action, index, amount).
ADD_STATE, ADD_PARAMETER, SCALE_NODES, RAISE_STATE = range(4)


def apply_event(action, index, amount, y, p):
    """Changes state or parameters at the instant of a dose."""
    if action == 0:
        y[index] += amount
    elif action == 1:
        p[index] += amount
        if p[index] < 1e-12:
            p[index] = 0.0
    elif action == 2:
        for i in range(index):  # all nodes before this one
            y[i] *= amount
    else:
        y[index] = max(y[index], amount)


# --- the compiled integrator ---------------------------------------------------------------------
# RODAS4, a Rosenbrock method of order 4 with an embedded solution of order 3 (Hairer and Wanner,
# Solving Ordinary Differential Equations II, 1996). A step takes one Jacobian and six
# sparse solves; `SparsePlan` in sparse.py knows which places can differ from 0. Checked against
# LSODA and libRoadRunner in the tests.


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


def integrate(y, p, events, grid, first_of_segment, rtol, atol, sparse, out):
    """One course, compiled as a whole: events, steps, dense output at the saved times.

    Arguments: y (n,) start, changed; p, changed; events (m, 4): segment, action, index, amount;
    grid (k,) saved times [day], each segment with both its ends; first_of_segment (segments + 1,)
    positions in grid; rtol; atol (n,); sparse, a `SparsePlan`; out (k, n), filled. Returns the
    number of steps, or -1 - position in the grid where the step size became too small.
    """
    members, jacobian, diagonal, factor, update, lower, upper, size = sparse
    n = y.size
    n_groups = 0
    for j in range(n):
        n_groups = max(n_groups, members[j] + 1)
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
            apply_event(int(events[event, 1]), int(events[event, 2]), events[event, 3], y, p)
            event += 1
        k = first_of_segment[segment]
        last = first_of_segment[segment + 1] - 1
        t, end = grid[k], grid[last]
        for i in range(n):
            out[k, i] = y[i]
        k += 1
        h = min(1e-3, end - t)
        derivatives(t, y, p, f0)
        fresh = False
        rejected = False
        while t < end:
            if t + 1.0001 * h >= end:
                h = end - t
            if h < 1e-12 * max(1.0, t):
                return -1 - k
            if not fresh:
                for group in range(n_groups):
                    for j in range(n):
                        z[j] = y[j]
                        if members[j] == group:
                            z[j] += 1e-7 * max(abs(y[j]), 1e-10)
                            delta[j] = z[j] - y[j]
                    derivatives(t, z, p, w)
                    for q in range(jacobian.shape[0]):
                        j = jacobian[q, 2]
                        if members[j] == group:
                            i = jacobian[q, 1]
                            J[q] = (w[i] - f0[i]) / delta[j]
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
            derivatives(t, w, p, u2)
            for i in range(n):
                u2[i] += -5.6688 * g * u1[i]
            solve_sparse(values, inverse, lower, upper, u2)
            for i in range(n):
                w[i] = y[i] + 0.9466785280815826 * u1[i] + 0.2557011698983284 * u2[i]
            derivatives(t, w, p, u3)
            for i in range(n):
                u3[i] += g * (-2.430093356833875 * u1[i] - 0.2063599157091915 * u2[i])
            solve_sparse(values, inverse, lower, upper, u3)
            for i in range(n):
                w[i] = y[i] + 3.314825187068521 * u1[i]
                w[i] += 2.896124015972201 * u2[i] + 0.9986419139977817 * u3[i]
            derivatives(t, w, p, u4)
            for i in range(n):
                u4[i] -= g * (0.1073529058151375 * u1[i] + 9.594562251023355 * u2[i])
                u4[i] -= g * 20.47028614809616 * u3[i]
            solve_sparse(values, inverse, lower, upper, u4)
            for i in range(n):
                w[i] = y[i] + 1.221224509226641 * u1[i] + 6.019134481288629 * u2[i]
                w[i] += 12.53708332932087 * u3[i] - 0.687886036105895 * u4[i]
            derivatives(t, w, p, u5)
            for i in range(n):
                u5[i] += g * (7.496443313967647 * u1[i] - 10.24680431464352 * u2[i])
                u5[i] += g * (11.7089089320616 * u4[i] - 33.99990352819905 * u3[i])
            solve_sparse(values, inverse, lower, upper, u5)
            for i in range(n):
                w[i] += u5[i]
            derivatives(t, w, p, u6)
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
            derivatives(t, y, p, f0)
            fresh = False
            h *= min(factor_h, 1.0) if rejected else factor_h
            rejected = False
    return steps


def compiled(jit):
    """`derivatives` and `integrate` compiled by `jit`, a decorator such as `numba.njit(cache=True)`.

    The functions call one another by name, so the compiled ones are put in the place of the plain.
    """
    scope = dict(globals())
    for name in ("derivatives", "apply_event", "solve_sparse"):
        scope[name] = jit(globals()[name])
    return scope["derivatives"], jit(types.FunctionType(integrate.__code__, scope, "integrate"))
