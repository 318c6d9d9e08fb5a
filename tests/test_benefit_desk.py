"""The benefit desk in Python: which figure stands in which box, what leads to its source, words and still pictures."""

import json
from collections import Counter

import pytest
from benefit_settings import ALL, GOOD, START, WRONG

from teaching.evidence.icons import icons
from teaching.evidence.selection import sentence_case
from teaching.figures.benefit_icons import LOOKS, looks_of, people_drawing
from teaching.panels.benefit_boxes import SHORT, box, kind_of, overview, things
from teaching.panels.benefit_data import NOTHING, benefit_data
from teaching.panels.benefit_setting import checked
from teaching.panels.benefits import benefits, describe, rows_of
from teaching.tables_benefit import EVENTS, OPTIONS, POPULATIONS, WITHOUT_NUMBER, figures, parts_of
from teaching.tables_costs import costs

FIGURES = figures()
EVERY_BOX = [(therapy, thing, population) for population in POPULATIONS for thing in things() for therapy in OPTIONS]


# --- boxes ---------------------------------------------------------------------------------------------------------


def test_every_figure_of_the_table_stands_in_a_box():
    found = {one for place in EVERY_BOX for one in (box(*place).shown, *box(*place).others)} - {None}
    assert found == set(FIGURES) and len(found) > 200


def test_a_box_holds_its_own_therapy_event_grade_and_population():
    for therapy, thing, population in EVERY_BOX:
        event, _, grade = thing.partition(":")
        for one in (box(therapy, thing, population).shown, *box(therapy, thing, population).others):
            if one is None:
                continue
            assert (one.therapy, one.event) == (therapy, event)
            assert one.grade == grade or one.kind in WITHOUT_NUMBER
            assert one.population == population or one.kind == "impossible"


def test_what_the_table_shows_first_stands_first():
    for one in FIGURES:
        thing = f"{one.event}:{one.grade}" if one.grade else one.event
        if one.shown and one.kind not in WITHOUT_NUMBER:
            assert box(one.therapy, thing, one.population).shown == one, one.name


def test_cancer_never_fills_a_box_of_autoimmune_disease():
    assert box("cd19_car_t", "t_cell_malignancy", "autoimmune").shown.kind == "unknown"
    assert box("cd19_car_t", "t_cell_malignancy", "cancer").shown.count == 22
    assert box("rituximab", "gvhd", "cancer").shown.kind == "impossible"
    assert box("rituximab", "remission", "cancer").shown is None


def test_the_overview_counts_every_box_once():
    for population in POPULATIONS:
        found = overview(population)
        assert len(found) == len({thing for thing, _ in found}) * len(OPTIONS)
        assert {thing.partition(":")[0] for thing, _ in found} == set(EVENTS)
        kinds = Counter(map(kind_of, found.values()))
        words = describe({**START, "view": "overview", "population": population})
        numbers = kinds["count"] + kinds["percent"] + kinds["rate"]
        assert f"Of {len(found)} boxes, {numbers} hold a number; in {kinds['unknown']} it was looked for" in words
        assert f"in {kinds['impossible']} the event cannot happen" in words


def test_every_therapy_has_a_short_name():
    assert list(SHORT) == list(OPTIONS) and len(set(SHORT.values())) == len(OPTIONS)


# --- every number leads to its source ------------------------------------------------------------------------------


def test_every_number_leads_to_a_reference_that_can_be_found():
    data = benefit_data()
    assert len(data["figures"]) == len(FIGURES)
    for one in data["figures"]:
        if one["kind"] in WITHOUT_NUMBER:
            assert one["not_known"], one["name"]
            continue
        assert one["source"] and one["year"] and one["definition"] and one["confidence"], one["name"]
        for key in one["source"]:
            text, address, mark, note = data["references"][key]
            assert text and ((address.startswith("http") and mark) or note), (one["name"], key)
    for row in data["costs"]:
        assert row["source"] or row["kind"] == "unknown", row["name"]
        assert all(data["references"][key][0] for key in row["source"])


def test_a_figure_of_several_studies_lists_them_and_they_add_up():
    several = [one for one in FIGURES if len(one.studies) > 1]
    assert len(several) > 10
    told = {(one["name"], one["therapy"], one["event"]): one for one in benefit_data()["figures"]}
    for one in several:
        parts = parts_of(one)
        assert [study.study for study, _ in parts] == list(one.studies)
        assert (sum(r.events for _, r in parts), sum(r.n for _, r in parts)) == (one.count, one.n), one.name
        shown = told[one.name, one.therapy, one.event]
        assert [part["label"] for part in shown["parts"]] == [study.label for study, _ in parts]
        assert {key for part in shown["parts"] for key in part["source"]} == set(shown["source"])


def test_the_data_of_a_page_is_plain():
    assert len(json.dumps(benefit_data(), allow_nan=False)) < 500_000


# --- the setting ---------------------------------------------------------------------------------------------------


def test_good_settings_are_taken_as_they_are():
    for good in (*GOOD, *ALL):
        assert checked(good) == good


@pytest.mark.parametrize(("changes", "says"), WRONG, ids=range(len(WRONG)))
def test_a_setting_that_is_none_gets_one_sentence(changes, says):
    with pytest.raises(ValueError) as refused:
        checked({**START, **changes})
    assert says in str(refused.value) and str(refused.value).endswith(".") and "\n" not in str(refused.value)


def test_the_desk_is_made_by_words_of_the_tables():
    assert benefits().values == START
    desk = benefits("rituximab", None, ["remission", "crs", "icans:3+"], population="cancer")
    assert desk.values["therapies"] == ["rituximab"] and desk.values["population"] == "cancer"
    assert desk.values["events"] == ["remission", "crs:any", "icans:3+"]
    assert benefits(third="rituximab").values["therapies"] == ["obinutuzumab", "cd19_car_t", "rituximab"]
    for wrong in (
        {"left": "aspirin"}, {"right": 5}, {"event": "luck"}, {"event": []}, {"event": ["crs"] * 4}, {"view": "pie"},
        {"population": "dogs"}, {"right": "obinutuzumab"}, {"event": {"crs": 1}}, {"event": ["crs", "crs:any"]},
    ):  # fmt: skip
        with pytest.raises(ValueError, match=r"\.$"):
            benefits(**wrong)


# --- words and still pictures --------------------------------------------------------------------------------------


@pytest.mark.parametrize("one", FIGURES, ids=lambda one: f"{one.name}-{one.therapy}-{one.event}")
def test_a_hundred_people_of_each_figure_are_those_of_its_icons(one):
    looks = Counter(looks_of(one))
    expected = {"impossible": 100} if one.kind == "impossible" else dict(
        zip(LOOKS, icons(one).counts, strict=False)
    )  # fmt: skip
    assert looks == Counter({name: many for name, many in expected.items() if many}) and sum(looks.values()) == 100


def test_the_still_picture_draws_a_hundred_people_a_box():
    found = {("infection", therapy): box(therapy, "infection", "autoimmune") for therapy in SHORT}
    some = dict(list(found.items())[:3])
    axes = people_drawing(some, things(), SHORT, "autoimmune disease", NOTHING["autoimmune"]).figure.axes
    for place, one in zip(axes, some.values(), strict=False):
        drawn = [len(line.get_xdata()) for line in place.lines]
        assert sum(drawn) == 100 + icons(one.shown).seen  # those who were seen have a ring around them


@pytest.mark.parametrize("setting", [*GOOD, ALL[-1], ALL[60]], ids=range(len(GOOD) + 2))
def test_still_pictures_have_words(setting):
    desk = benefits()
    desk.set(setting)
    png, words = desk.still()
    assert png[:4] == b"\x89PNG" and words == describe(setting)
    for sentence in words.split(". "):
        assert sum(part.strip("().,%").replace(".", "").isdigit() for part in sentence.split()) <= 5


def test_words_name_each_box():
    words = describe({**START, "events": ["infection", "gvhd"]})
    assert words.startswith("Counted in autoimmune disease. Serious infection, obinutuzumab: 16.9 % of patients.")
    assert f"{sentence_case(things()['gvhd'])}, CD19 CAR-T: it cannot happen." in words
    assert describe({**START, "population": "cancer"}).count("no figure") == 1


def test_costs_are_those_of_the_chosen_therapies():
    rows = rows_of(["obinutuzumab"])
    assert rows == [row for row in costs().values() if "obinutuzumab" in row.therapy] and len(rows) > 3
    assert describe({**START, "view": "costs", "therapies": ["obinutuzumab"]}).startswith(f"{len(rows)} rows on cost")
