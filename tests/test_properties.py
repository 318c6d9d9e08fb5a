"""Laws that hold for any dose, day and patient: found by hypothesis, not by example."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from teaching import Patient, Plan, treat

FEW = settings(max_examples=25, deadline=None, derandomize=True)
doses = st.floats(10, 2000)
days = st.floats(0.5, 60)
#: Where more drug means more killing and nothing else, more drug never leaves more cells: the
#: lineage is a cooperative system (every node feeds others, none inhibits), so courses keep their order.
CELLS = (
    "blood_b_cells_per_ul", "blood_memory_per_ul", "lymphoid_naive_percent", "lymphoid_memory_percent",
    "marrow_pre_b_percent", "autoreactive_memory_cells", "protective_plasmablasts_percent", "autoantibody_percent",
)  # fmt: skip


@pytest.fixture(scope="module")
def patient():
    return Patient.typical("SLE")


@FEW
@given(low=doses, factor=st.floats(1.01, 10), day=days)
def test_more_rituximab_never_leaves_more_cells_at_any_time(patient, low, factor, day):
    less = treat(patient, Plan("rituximab", dose_mg=low, days=[0, day]), 300)
    more = treat(patient, Plan("rituximab", dose_mg=low * factor, days=[0, day]), 300)
    for series in CELLS:
        assert (more[series] <= less[series] * (1 + 1e-4) + 1e-9 * less[series].max()).all(), series


@FEW
@given(low=st.floats(1, 30), factor=st.floats(1.01, 5), length=st.floats(1, 20))
def test_a_higher_rate_of_engager_never_leaves_more_cells_in_the_node_while_it_runs(patient, low, factor, length):
    """Only while it runs: later, T cells that expanded on more target may make up for less drug."""
    plans = [Plan("blinatumomab", rate_ug_per_day=rate, duration_days=length, days=[0]) for rate in (low, low * factor)]
    less, more = (treat(patient, plan, length) for plan in plans)
    assert (more["lymphoid_b_cells_percent"] <= less["lymphoid_b_cells_percent"] * (1 + 1e-4)).all()


@FEW
@given(first=doses, second=doses, day=days)
def test_drug_levels_superpose(patient, first, second, day):
    def level(plan):
        course = treat(patient, plan, 200)
        return np.array([course.at(when, "rituximab_ug_per_ml") for when in np.linspace(61, 199, 25)])

    one, other = Plan("rituximab", dose_mg=first, days=[0]), Plan("rituximab", dose_mg=second, days=[day])
    assert np.allclose(level(one + other), level(one) + level(other), rtol=1e-3, atol=1e-6)


@FEW
@given(rate=st.floats(1, 60), length=st.floats(2, 28), share=st.floats(0.1, 0.9))
def test_an_infusion_in_two_parts_is_one_infusion(patient, rate, length, share):
    cut = round(length * share, 4)
    assume(0.1 < cut < length - 0.1)
    whole = Plan("blinatumomab", rate_ug_per_day=rate, duration_days=length, days=[0])
    parts = Plan("blinatumomab", rate_ug_per_day=rate, duration_days=cut, days=[0])
    parts += Plan("blinatumomab", rate_ug_per_day=rate, duration_days=length - cut, days=[cut])
    one, two = treat(patient, whole, 60).metrics(), treat(patient, parts, 60).metrics()
    for name, value in one.items():
        if isinstance(value, float):
            assert two[name] == pytest.approx(value, rel=5e-3, abs=5e-3), name


@FEW
@given(dose=doses, share=st.floats(0.05, 0.95), day=days)
def test_a_dose_in_two_syringes_is_one_dose(patient, dose, share, day):
    whole = treat(patient, Plan("rituximab", dose_mg=dose, days=[day]), 200)
    halves = Plan("rituximab", dose_mg=dose * share, days=[day]) + Plan(
        "rituximab", dose_mg=dose * (1 - share), days=[day]
    )
    parts = treat(patient, halves, 200)
    for series in whole.series_names:
        assert np.allclose(parts[series], whole[series], rtol=1e-6, atol=1e-9 * max(whole[series].max(), 1e-9)), series


@FEW
@given(cells=st.floats(1e5, 5e6), intensity=st.floats(0.3, 1.0))
def test_less_lymphodepletion_never_gives_a_higher_peak(patient, cells, intensity):
    def peak(level):
        plan = Plan("lymphodepletion", intensity=level, days=[0]) + Plan("CD19 CAR-T", cells_per_kg=cells, days=[0])
        return treat(patient, plan, 60)["car_t_cells_per_ul"].max()

    assert peak(intensity) <= peak(1.0) * 1.001
