"""The one right-hand side of the model, written once: equations only, no data, no solver.

A student can read it from top to bottom; numba compiles the same text when it is installed. All
parameters come in through one flat vector `p` (layout below), never as globals: a compiled
function would keep an old global for ever. Everything that is compiled stands in this file.

State `y`, in order (units in model terms: 1e9 cells, x start, mg, ng/mL, cells/uL):

====  ====================================================================================
0-11  P, I, Nb, Nt, Mb, Mt, Ab, At, Sa, Sv, La, Lv   (nodes of the lineage, as in lineage.csv)
12    autoantibody     13 vaccine antibody    14 total IgG     (all x start)
15    disease activity (points)
16    Y  cytokine niche opened by lymphodepletion
17-20 J margination, Q priming, T blood T cells (x start), I6 interleukin-6 (pg/mL)
21-   antibodies: A1, A2 [mg] each; then engagers: depot [ug], C [ng/mL], A each;
      then CAR-T products: E, M [cells/uL], Z (primed), R (rejecting) each
====  ====================================================================================
"""

from __future__ import annotations

# Positions in the state vector.
PRE_B, IMMATURE, NAIVE_B, NAIVE_T, MEMORY_B, MEMORY_T, AUTO_B, AUTO_T = range(8)
SHORT_A, SHORT_V, LONG_A, LONG_V = range(8, 12)
N_NODES = 12
AUTOANTIBODY, VACCINE, TOTAL_IGG, ACTIVITY, NICHE = range(12, 17)
MARGINATED, PRIMED, T_CELLS, IL6 = range(17, 21)
N_FIXED = 21
N_ANTIBODY_STATES, N_ENGAGER_STATES, N_CAR_STATES = 2, 3, 4

# Positions in the parameter vector: first the lineage, then one block a product.
LINEAGE_PARAMETERS = (
    "P0 Nt0 At0 Mt0 d_P m e a h r_N d_N h_M r_M d_M d_S d_L g s one f w k_G t_D D0 k_Y "
    "Nb0 n_antibodies n_engagers n_cars"
).split()
ANTIBODY_PARAMETERS = ["V1", "k10", "k12", "k21", "kmax", "EC50"]
ENGAGER_PARAMETERS = (
    "V CL k_abs rate EC ECI kb kl ka kon koff kq tq kx kd Tmax kI tI nI B0_target".split()
)
CAR_PARAMETERS = ["rho", "K_T", "d_E", "f_M", "d_M", "kmax", "K_C", "prime", "mature", "reject"]
# Each block ends with 12 kill coefficients (antigen weight x effect at the site); engagers and
# CAR-T products carry 12 more: what a node counts as target (weight x 1e9 cells per unit of state).
N_LINEAGE = len(LINEAGE_PARAMETERS)
N_ANTIBODY = len(ANTIBODY_PARAMETERS) + N_NODES
N_ENGAGER = len(ENGAGER_PARAMETERS) + 2 * N_NODES
N_CAR = len(CAR_PARAMETERS) + 2 * N_NODES


def derivatives(t, y, p, dy):
    """Writes dy/dt [per day] into `dy` and returns it.

    Arguments: t [day] (unused: dosing lives in the segments of simulation.py), y and dy (n,) in the
    order above, p (see `LINEAGE_PARAMETERS` and the blocks). Equations: model.md sections 2 and 3.
    """
    P0, Nt0, At0, Mt0 = p[0], p[1], p[2], p[3]
    d_P, m, e, a, h, r_N, d_N = p[4], p[5], p[6], p[7], p[8], p[9], p[10]
    h_M, r_M, d_M, d_S, d_L, g, s, one = p[11], p[12], p[13], p[14], p[15], p[16], p[17], p[18]
    f, w, k_G, t_D, D0, k_Y, Nb0 = p[19], p[20], p[21], p[22], p[23], p[24], p[25]
    n_antibodies, n_engagers, n_cars = int(p[26]), int(p[27]), int(p[28])

    # Kill rates [1/day] on the twelve nodes, summed over products; dy holds them for the moment.
    for i in range(12):
        dy[i] = 0.0
    state = 21
    block = 29

    for _ in range(n_antibodies):  # A1, A2: two compartments; kill saturates with concentration
        V1, k10, k12, k21 = p[block], p[block + 1], p[block + 2], p[block + 3]
        kmax, EC50 = p[block + 4], p[block + 5]
        A1, A2 = y[state], y[state + 1]
        concentration = A1 / V1
        kill = kmax * concentration / (concentration + EC50)
        for i in range(12):
            dy[i] += kill * p[block + 6 + i]
        dy[state] = -(k10 + k12) * A1 + k21 * A2
        dy[state + 1] = k12 * A1 - k21 * A2
        state += 2
        block += 18

    J, Q, T = y[17], y[18], y[19]
    margination = 0.0
    priming = 0.0
    expansion = 0.0
    cytokine = 0.0
    kon = koff = tq = kd = 0.0
    Tmax, tI = 1.0, 1.0
    for _ in range(n_engagers):  # C drug, A activated T cells; J, Q, T, IL-6 belong to the patient
        V, CL, k_abs, rate = p[block], p[block + 1], p[block + 2], p[block + 3]
        EC, ECI, kb, kl, ka = p[block + 4], p[block + 5], p[block + 6], p[block + 7], p[block + 8]
        kon, koff, kq, tq = p[block + 9], p[block + 10], p[block + 11], p[block + 12]
        kx, kd, Tmax = p[block + 13], p[block + 14], p[block + 15]
        kI, tI, nI, B0_target = p[block + 16], p[block + 17], p[block + 18], p[block + 19]
        depot, C, A = y[state], y[state + 1], y[state + 2]
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
        margination += kon * bound * (1.0 - Q) ** 3
        priming += kq * bound
        expansion += kx * A * target * T * (1.0 - T / Tmax)
        cytokine += kI * C / (C + ECI) * (1.0 - Q) ** nI * A * target
        dy[state] = -k_abs * depot
        dy[state + 1] = (rate + k_abs * depot) / V - CL / V * C
        dy[state + 2] = ka * (bound - A)
        state += 3
        block += 44
    if n_engagers > 0:
        dy[17] = margination * (1.0 - J) - koff * J
        dy[18] = priming * (1.0 - Q) - Q / tq
        dy[19] = expansion - kd * (T - 1.0)
        dy[20] = cytokine - y[20] / tI
    else:
        dy[17] = dy[18] = dy[19] = dy[20] = 0.0

    Y = y[16]
    dy[16] = -k_Y * Y
    for _ in range(n_cars):  # E effectors, M persisting cells, Z and R immunity against the product
        rho, K_T, d_E, f_M, d_M_car = p[block], p[block + 1], p[block + 2], p[block + 3], p[block + 4]
        kmax, K_C = p[block + 5], p[block + 6]
        prime, mature, reject = p[block + 7], p[block + 8], p[block + 9]
        E, M, Z, R = y[state], y[state + 1], y[state + 2], y[state + 3]
        target = 0.0
        for i in range(12):
            target += p[block + 22 + i] * y[i]
        kill = kmax * (E + M) / (E + M + K_C)
        for i in range(12):
            dy[i] += kill * p[block + 10 + i]
        dy[state] = (rho * target / (target + K_T) * Y - d_E) * E - reject * R * E
        dy[state + 1] = f_M * E - d_M_car * M - reject * R * M
        dy[state + 2] = prime * E / (E + 1.0) * (1.0 - Z)
        dy[state + 3] = mature * Z * y[2] / Nb0 * (1.0 - R)
        state += 4
        block += 34

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
    dy[10] = d_L * At / At0 - (d_L + dy[10]) * La
    dy[11] = d_L * Mt / Mt0 - (d_L + dy[11]) * Lv

    # Serum and disease.
    x = y[12]
    dy[12] = k_G * ((1.0 - f) * Sa + f * La - x)
    dy[13] = k_G * (Lv - y[13])
    dy[14] = k_G * (w * Lv + (1.0 - w) * Sv - y[14])
    dy[15] = (2.0 * D0 * x * x / (x * x + 1.0) - y[15]) / t_D
    return dy
