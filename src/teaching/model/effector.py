"""Effector cells at work: Fc receptor genotype, antigen shaving, T-cell exhaustion. Reads tables only.

Small teaching functions beside the model, each with a closed form. The first two are multipliers that
a lesson puts on the `kmax` of an antibody, the third on the kill rate of an engager. The fitted kill
rates describe treated patients, so they already hold the average of all three: compare with and
without a factor, and read the difference, not the level.

Immunity against CAR-T cells needs no function of its own: it stands in equations.py. Z (primed)
rises while effectors are there, Z' = prime E/(E + 1) (1 - Z); R (rejecting) matures with the help of
returning B cells, R' = mature Z (Nb/Nb0) (1 - R); effectors and persisting cells are lost at
reject R. While B cells are gone R cannot mature, so a first course runs undisturbed; once they are
back, a second infusion of the same product does not expand. One patient shows it (mueller2025); the
form is an assumption of this kit.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import inf

import numpy as np

from teaching import tables
from teaching.inputs import number, numbers, one_of, plain, refusal

GENOTYPES = ("FF", "VF", "VV")
SHAVED_ANTIGENS = ("CD20", "CD19")
#: Days or hours; later than this nobody asks, and no product of two numbers overflows.
LONGEST = 1e9


def fc_receptor_factor(genotype: str) -> float:
    """Multiplier on an antibody's kmax for the FcgRIIIa-158 genotype: an assumption of this kit.

    factor = step^(number of V alleles - 1)

    Arguments: genotype, 'FF', 'VF' or 'VV' (V158 binds IgG1 more tightly than F158).
    Returns: factor [-], 1 for VF.
    Raises: ValueError for another genotype.
    Holds: as a what-if, not as a prediction. No kill rate by genotype was found. The step makes VV
    over FF about as different as the ratio of affinity, which is recalled. That pooled odds of a
    response rise by the same factor a V allele (lee2023) is no support: an odds ratio is not a ratio
    of rates. And one cohort found heterozygotes best and VV worst (kastbom2012), which no factor that
    rises with V can show.
    References: lee2023, kastbom2012 (rows of owner `effector` in data/parameters.csv; how many
    patients: data/observations.csv).
    """
    one_of("genotype", genotype, GENOTYPES)
    return _parameter("fc_receptor_step_per_v_allele") ** (genotype.count("V") - 1)


# --- shaving -------------------------------------------------------------------------------------


def shaved_fraction(
    antigen: str = "CD20",
    *,
    activity: float = 1.0,
    shaving_per_hour: float | None = None,
    reexpression_per_hour: float | None = None,
) -> float:
    """Share of an antigen that is missing once shaving and re-expression balance.

    shaved = ks u / (ks u + kr)

    Arguments: antigen, 'CD20' or 'CD19' (lost together with the rituximab-CD20 complex); activity
    (u) [0 to 1], the share of antigen that carries antibody and meets an effector cell;
    shaving_per_hour (ks), reexpression_per_hour (kr) [1/h], from the table unless given.
    Returns: share [0 to 1] of the antigen that a living cell no longer shows.
    Raises: ValueError for an unknown antigen, an activity outside 0 to 1, rates outside 0 to 1e6.
    Holds: while drug and effector cells last. CD19 is set to the drop of CD19 counts in healthy cells in
    vitro, with no B cell dead; taking that drop as the balance is our reading.
    References: jones2012, beum2011, jilani2003 (rows jones2012_cd19, beum2011_shaving, jilani2003_return
    of data/observations.csv).
    """
    ks, kr = _shaving_rates(antigen, activity, shaving_per_hour, reexpression_per_hour)
    return ks / (ks + kr) if ks > 0 else 0.0


def antigen_after_shaving(
    hours,
    antigen: str = "CD20",
    *,
    drug_hours: float = inf,
    activity: float = 1.0,
    shaving_per_hour: float | None = None,
    reexpression_per_hour: float | None = None,
):
    """Share of an antigen that a living B cell still shows, by time since the antibody came.

    v' = kr (1 - v) - ks u v, v(0) = 1, u = 0 once the antibody is gone
    v(t) = v_end + (v_start - v_end) exp(-(ks u + kr) t), v_end = kr/(ks u + kr), stretch by stretch

    Arguments: hours [h], number or array, from 0; antigen, activity and rates as in
    `shaved_fraction`; drug_hours [h], how long antibody is there (default: always).
    Returns: v [0 to 1], in the shape of hours. A count by flow cytometry sees living cells x v: at
    v = 0.5 half of the cells look gone although none has died. As multiplier on kmax it says that
    shaved cells are bound by less antibody.
    Raises: ValueError as `shaved_fraction`, and for negative or endless hours.
    Holds: for the speed of CD20 loss in leukaemia (within an hour) and its return in culture (within
    a day); in autoimmune disease neither was found.
    References: beum2011, jilani2003, jones2012; valgardsdottir2017 (rituximab shaves, obinutuzumab
    hardly: activity near 0).
    """
    time = _numbers("hours", hours, "h")
    until = number("drug_hours", drug_hours, 0, inf, "h")
    ks, kr = _shaving_rates(antigen, activity, shaving_per_hour, reexpression_per_hour)
    return plain(1.0 - _two_states(time, [(0.0, until, ks, kr), (until, inf, 0.0, kr)]))


def _shaving_rates(antigen, activity, shaving_per_hour, reexpression_per_hour):
    """Checked rates ks u and kr [1/h]."""
    one_of("antigen", antigen, SHAVED_ANTIGENS)
    ks = _rate("shaving_per_hour", shaving_per_hour, f"{antigen.lower()}_shaving_per_hour", "1/h")
    kr = _rate("reexpression_per_hour", reexpression_per_hour, "reexpression_per_hour", "1/h")
    return ks * number("activity", activity, 0, 1, "(share)"), kr


# --- exhaustion ----------------------------------------------------------------------------------


def exhausted_fraction(
    days,
    schedule: str | Sequence[tuple[float, float]] = "continuous",
    *,
    saturation: float = 1.0,
    exhaustion_per_day: float | None = None,
    recovery_per_day: float | None = None,
):
    """Exhaustion of T cells under an engager; killing is multiplied by one minus it.

    e' = ke s (1 - e) - kr (1 - s) e, e(0) = 0

    Arguments: days [day], number or array, from 0; schedule, 'continuous' or pairs (start, stop)
    [day] with engager, rising and apart, such as [(0, 7), (14, 21)]; saturation (s) [0 to 1] while
    the engager is there, 0 between; exhaustion_per_day (ke), recovery_per_day (kr) [1/day], from
    the table unless given.
    Returns: e [0 to 1], in the shape of days.
    Raises: ValueError for negative or endless days, a schedule of another form, s outside 0 to 1,
    rates outside 0 to 1e6.
    Holds: in vitro, T cells with target cells, over four weeks (philipp2022). In the course of a
    patient it is a what-if.
    References: philipp2022.
    """
    time = _numbers("days", days, "day")
    s = number("saturation", saturation, 0, 1, "(share)")
    ke = _rate("exhaustion_per_day", exhaustion_per_day, "exhaustion_per_day", "1/day")
    kr = _rate("recovery_per_day", recovery_per_day, "exhaustion_recovery_per_day", "1/day")
    stretches, now = [], 0.0
    for start, stop in _pairs(schedule):
        stretches += [(now, start, 0.0, kr), (start, stop, ke * s, kr * (1.0 - s))]
        now = stop
    return plain(_two_states(time, [*stretches, (now, inf, 0.0, kr)]))


def lysis_under_exposure(
    days,
    schedule: str | Sequence[tuple[float, float]] = "continuous",
    *,
    saturation: float = 1.0,
    exhaustion_per_day: float | None = None,
    recovery_per_day: float | None = None,
    assay_kill: float | None = None,
):
    """Share of target cells that T cells lyse in a test on a given day of an engager schedule.

    lysis = 100 (1 - exp(-kappa (1 - e)));  e from `exhausted_fraction`

    Arguments: days, schedule, saturation and rates as in `exhausted_fraction`; assay_kill (kappa)
    [-], kill rate of fresh T cells x length of the test, from the table unless given.
    Returns: specific lysis [%], in the shape of days.
    Raises: ValueError as `exhausted_fraction`.
    Holds: as `exhausted_fraction`. The exponential is there because a test that runs long is full:
    fresh T cells lyse nearly all targets and lose much before it shows. A lysis that is simply
    proportional to (1 - e) misses what was measured (rows philipp2022_... of data/observations.csv)
    by 17 points at best; this form by 5. Weak spot: kr rests on one number, for a pause whose days
    are our reading, and even kr = 0 stays within 10 points of it.
    References: philipp2022.
    """
    e = exhausted_fraction(
        days,
        schedule,
        saturation=saturation,
        exhaustion_per_day=exhaustion_per_day,
        recovery_per_day=recovery_per_day,
    )
    kappa = _rate("assay_kill", assay_kill, "exhaustion_assay_kill", "(rate x time)")
    return plain(-100.0 * np.expm1(-kappa * (1.0 - np.asarray(e))))


def _pairs(schedule):
    """Checked (start, stop) pairs of a schedule."""
    if isinstance(schedule, str) and schedule == "continuous":
        return [(0.0, inf)]
    wish = "use 'continuous' or pairs (start, stop) in days, rising and apart, such as [(0, 7), (14, 21)]"
    try:
        if isinstance(schedule, str):
            raise TypeError
        pairs = [(number("", start, 0, inf, ""), number("", stop, 0, inf, "")) for start, stop in schedule]
    except Exception:  # not pairs, or an object that answers with anything
        raise ValueError(refusal("schedule", schedule, wish)) from None
    times = [time for pair in pairs for time in pair]
    if times != sorted(times) or any(start == stop for start, stop in pairs):
        raise ValueError(refusal("schedule", schedule, wish))
    return pairs


# --- two states, input ---------------------------------------------------------------------------


def _two_states(time, stretches):
    """Share in the second state, from 0: x' = go (1 - x) - back x, rates constant by stretch.

    Stretches: (start, stop, go, back), joined end to start; the last one has no end.
    """
    result, x = np.zeros(time.shape), 0.0
    for start, stop, go, back in stretches:
        if start == stop or start == inf:
            continue
        rate = go + back
        end = go / rate if rate > 0 else x

        def after(elapsed, x=x, end=end, rate=rate):
            return end + (x - end) * np.exp(-rate * elapsed)

        inside = (time >= start) & (time <= stop)
        result[inside] = after(time[inside] - start)
        x = x if stop == inf else float(after(stop - start))
    return result


def _parameter(name):
    return tables.parameters()["effector", name].value


def _rate(name, value, row, unit):
    return _parameter(row) if value is None else number(name, value, 0, 1e6, unit)


def _numbers(name, values, unit):
    return numbers(name, values, LONGEST, unit)
