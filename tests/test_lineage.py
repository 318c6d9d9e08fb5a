"""The lineage at rest: which cell carries which antigen, and a patient before any therapy."""

import copy
import math
import pickle

import numpy as np
import pytest

from teaching import Patient, tables
from teaching.model.patient import ANTIGENS, kill_weight

PLASMA_CELLS = ["long_lived_autoreactive", "long_lived_protective"]
PLASMABLASTS = ["plasmablast_autoreactive", "plasmablast_protective"]
MATURE = [f"{kind}_{site}" for kind in ("naive", "memory", "autoreactive") for site in ("blood", "lymphoid")]


# --- the antigen map -----------------------------------------------------------------------------


def test_twelve_nodes_stand_in_the_order_of_the_equations():
    assert list(tables.nodes()) == ["pre_b", "immature", *MATURE, *PLASMABLASTS, *PLASMA_CELLS]


@pytest.mark.parametrize("node", MATURE)
def test_mature_b_cells_carry_both_b_cell_antigens(node):
    assert kill_weight(node, ("CD19",)) == kill_weight(node, ("CD20",)) == 1


@pytest.mark.parametrize("node", PLASMABLASTS + PLASMA_CELLS)
def test_antibody_secreting_cells_carry_no_cd20(node):
    assert kill_weight(node, ("CD20",)) == 0


@pytest.mark.parametrize("node", PLASMA_CELLS)
def test_long_lived_plasma_cells_have_lost_cd19_but_carry_bcma_and_cd38(node):
    assert kill_weight(node, ("CD19",)) == 0
    assert kill_weight(node, ("BCMA",)) == kill_weight(node, ("CD38",)) == 1


@pytest.mark.parametrize("node", PLASMABLASTS)
def test_plasmablasts_carry_cd19_dimly(node):
    assert 0 < kill_weight(node, ("CD19",)) < 1


def test_the_earliest_cells_carry_cd19_before_cd20():
    assert kill_weight("pre_b", ("CD19",)) > kill_weight("pre_b", ("CD20",))


def test_autoreactive_memory_looks_like_any_other_memory():
    """Nothing here tells the two apart: a therapy that spares one spares the other."""
    for site in ("blood", "lymphoid"):
        for antigen in ANTIGENS:
            weights = [kill_weight(f"{kind}_{site}", (antigen,)) for kind in ("memory", "autoreactive")]
            assert weights[0] == weights[1]


def test_no_killer_without_an_antigen():
    assert all(kill_weight(node, ()) == 0 for node in tables.nodes())


def test_of_two_antigens_the_stronger_counts():
    for node in tables.nodes():
        both = kill_weight(node, ("CD19", "BCMA"))
        assert both == max(kill_weight(node, ("CD19",)), kill_weight(node, ("BCMA",)))
        assert 0 <= both <= 1


# --- the untreated state -------------------------------------------------------------------------


@pytest.mark.parametrize("disease", tables.diseases())
def test_at_rest_every_pool_gains_what_it_loses(disease):
    patient = Patient.typical(disease)
    rest = patient.rest()
    into_lymphoid = patient["naive_homing_per_day"] * rest["naive_blood"]
    out_of_lymphoid = rest["r_N"] + patient["naive_loss_per_day"] + rest["a"]
    homing = patient["memory_homing_per_day"]
    assert rest["m"] * rest["pre_b"] == pytest.approx(patient["immature_exit_per_day"] * rest["immature"])
    assert into_lymphoid == pytest.approx(out_of_lymphoid * rest["naive_lymphoid"])
    assert rest["a"] * rest["naive_lymphoid"] == pytest.approx(patient["memory_loss_per_day"] * rest["memory_lymphoid"])
    for kind in ("memory", "autoreactive"):
        assert homing * rest[f"{kind}_blood"] == pytest.approx(rest["r_M"] * rest[f"{kind}_lymphoid"])


def test_marrow_output_replaces_exactly_the_daily_loss_of_the_periphery(patient):
    """What leaves the marrow in a day is what naive and memory cells lose in a day."""
    rest = patient.rest()
    output = patient["immature_exit_per_day"] * rest["immature"]
    loss = (
        patient["naive_loss_per_day"] * rest["naive_lymphoid"]
        + patient["memory_loss_per_day"] * rest["memory_lymphoid"]
    )
    assert output == pytest.approx(loss, rel=1e-12)


def test_blood_counts_of_the_table_are_the_counts_at_rest(patient):
    rest, per_ul = patient.rest(), patient.cells_per_ul_per_1e9
    assert per_ul == pytest.approx(200)  # 1e9 cells in 5 L
    assert rest["naive_blood"] * per_ul == pytest.approx(patient["blood_naive_start"])
    memory = (rest["memory_blood"] + rest["autoreactive_blood"]) * per_ul
    assert memory == pytest.approx(patient["blood_memory_start"])


def test_blood_holds_a_small_part_of_all_b_cells(patient):
    """'Empty blood' is not 'empty body': 1 to 3 % of mature B cells are in blood."""
    rest = patient.rest()
    blood = sum(rest[f"{kind}_blood"] for kind in ("naive", "memory", "autoreactive"))
    tissue = sum(rest[f"{kind}_lymphoid"] for kind in ("naive", "memory", "autoreactive"))
    assert 0.01 < blood / (blood + tissue) < 0.03


def test_autoreactive_cells_are_few_among_memory_cells(patient):
    rest = patient.rest()
    assert rest["autoreactive_lymphoid"] < 0.05 * rest["memory_lymphoid"]


# --- patients ------------------------------------------------------------------------------------


@pytest.mark.parametrize("disease", tables.diseases())
def test_a_typical_patient_takes_the_numbers_of_the_tables(disease):
    patient = Patient.typical(disease)
    assert patient["naive_loss_per_day"] == tables.parameters()["lineage", "naive_loss_per_day"].value
    for row in tables.diseases()[disease]:
        if not row.quantity.startswith("observed"):
            assert patient[row.quantity] == row.value
    assert not any(name.startswith("observed") for name in patient.values)


def test_activity_has_points_only_in_lupus():
    assert Patient.typical("SLE").activity_unit == "SLEDAI points"
    assert Patient.typical("SSc").activity_unit == "% of start"


def test_a_changed_patient_differs_in_nothing_else(patient):
    other = patient.change(naive_loss_per_day=0.03, clone_size=1.0)
    differing = {name for name in patient.values if patient[name] != other[name]}
    assert differing == {"naive_loss_per_day", "clone_size"}
    assert other.disease == patient.disease
    assert patient == Patient.typical("SLE")  # the original is as before


def test_a_patient_cannot_be_changed_in_place(patient):
    with pytest.raises(TypeError):
        patient.values["clone_size"] = 1.0
    with pytest.raises(AttributeError):
        patient.disease = "RA"


def test_a_patient_can_be_copied_and_sent_to_another_process(patient):
    """A cohort spreads its patients over processes."""
    changed = patient.change(clone_size=1.0)
    for twin in (pickle.loads(pickle.dumps(changed)), copy.deepcopy(changed)):
        assert twin == changed and twin.rest() == changed.rest()
        with pytest.raises(TypeError):
            twin.values["clone_size"] = 2.0


@pytest.mark.parametrize("number", [2, 2.0, np.int64(2), np.float32(2)])
def test_any_kind_of_real_number_will_do(patient, number):
    assert patient.change(naive_homing_per_day=number)["naive_homing_per_day"] == 2


# --- bad input -----------------------------------------------------------------------------------


@pytest.mark.parametrize("word", ["lupus", "sle", "", None, 3, ["SLE"]])
def test_an_unknown_disease_is_named_with_those_that_are_known(word):
    with pytest.raises(ValueError) as error:
        Patient.typical(word)
    assert repr(word) in str(error.value)
    assert "choose one of: SLE, SSc" in str(error.value)


def test_an_unknown_quantity_is_named_with_those_that_are_known(patient):
    with pytest.raises(ValueError, match="'blood_count' is not a quantity .* choose one of: blood_volume_l"):
        patient.change(blood_count=3)


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("clone_size", 0, "clone_size is 0; allowed is a number from 0.0005 to 500 (× 10⁹ cells)"),
        ("clone_size", -1, "clone_size is -1; allowed is a number from 0.0005"),
        (
            "autoreactive_seeding_per_day",
            -1e-9,
            "autoreactive_seeding_per_day is -10⁻⁹; allowed is a number from 0 to 1",
        ),
        (
            "autoantibody_long_lived_share",
            1.2,
            "autoantibody_long_lived_share is 1.2; allowed is a number from 0 to 1 (fraction)",
        ),
        ("protective_igg_long_lived_share", -0.1, "is -0.1; allowed is a number from 0 to 1"),
        ("weight_kg", math.nan, "weight_kg is nan; a finite number is needed"),
        ("weight_kg", math.inf, "weight_kg is inf; a finite number is needed"),
        ("weight_kg", "70", "weight_kg is '70'; a finite number is needed"),
        ("weight_kg", None, "weight_kg is None; a finite number is needed"),
        ("weight_kg", True, "weight_kg is True; a finite number is needed"),
    ],
)
def test_an_impossible_value_is_named(patient, name, value, reason):
    with pytest.raises(ValueError) as error:
        patient.change(**{name: value})
    assert reason in str(error.value)


def test_numbers_that_leave_no_balance_are_explained(patient):
    """Naive cells cannot be lost faster than they pass through blood."""
    with pytest.raises(ValueError) as error:
        patient.change(naive_loss_per_day=0.1).rest()
    message = str(error.value)
    assert "naive_loss_per_day 0.1" in message and "raise the blood count or lower the loss" in message
