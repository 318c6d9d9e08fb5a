"""Who made the antibody in blood: the part of it that comes from long-lived plasma cells, along a course."""

from __future__ import annotations

import numpy as np

from teaching.model.course import Course
from teaching.model.patient import Patient

#: Antibody -> its series in a course, and that of the long-lived plasma cells which make a part of it.
SERIES = {
    "autoantibody": ("autoantibody_percent", "autoreactive_long_lived_percent"),
    "vaccine": ("vaccine_antibody_percent", "protective_long_lived_percent"),
    "igg": ("total_igg_percent", "protective_long_lived_percent"),
}


def long_lived_shares(patient: Patient) -> dict[str, float]:
    """Share of each antibody that long-lived plasma cells make before therapy [0 to 1] (data/diseases.csv)."""
    return {
        "autoantibody": patient["autoantibody_long_lived_share"],
        "vaccine": 1.0,
        "igg": patient["protective_igg_long_lived_share"],
    }


def made_by_long_lived(course: Course, series: str, share: float) -> np.ndarray:
    """The part of an antibody that comes from long-lived plasma cells, at the course's saved times [% of start].

    x' = k (share L - x), x(0) = 100 share, with L [% of start] straight between saved times and
    k = ln 2 / half-life of IgG: exact for every step. The rest of the antibody comes from plasmablasts.
    """
    k = np.log(2) / course.patient["igg_half_life_days"]
    source, time = share * course[series], course.time_days
    step = np.diff(time)
    decay = np.exp(-k * step)
    slope = np.divide(np.diff(source), step, out=np.zeros_like(step), where=step > 0)
    # the solution for a source that is a straight line; a step follows the one before, so in plain numbers
    gain = (source[:-1] - slope / k) * (1 - decay) + slope * step
    part = [100.0 * share]
    for kept, more in zip(decay.tolist(), gain.tolist(), strict=True):
        part.append(part[-1] * kept + more)
    return np.array(part)


def antibody_amounts(course: Course, day: float) -> dict[str, dict[str, float]]:
    """Amount of each antibody on a day [% of start]: total, made by long-lived cells, lowest, and the start."""
    shares = long_lived_shares(course.patient)
    amounts = {}
    for name, (series, cells) in SERIES.items():
        part = made_by_long_lived(course, cells, shares[name])
        total = course.at(day, series)
        amounts[name] = {
            "start long-lived": 100 * shares[name],
            "total": total,
            "long-lived": min(float(np.interp(day, course.time_days, part)), total),
            "lowest": float(course[series].min()),
            "lowest day": float(course.time_days[int(np.argmin(course[series]))]),
        }
    return amounts
