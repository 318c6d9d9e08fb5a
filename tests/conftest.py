"""What the tests of the model share: the three plans of the lessons and their courses."""

import pytest
from hypothesis import settings

from teaching import Patient, Plan, treat

# The same examples on every machine and no time limit: a busy computer must not fail a test.
settings.register_profile("kit", derandomize=True, deadline=None, database=None)
settings.load_profile("kit")

PLANS = {
    "rituximab": "rituximab dose_mg=1000 days=0,14",
    "blinatumomab": "blinatumomab rate_ug_per_day=9 duration_days=5 days=0",
    "CAR-T": "lymphodepletion intensity=1 days=0 + CD19 CAR-T cells_per_kg=1e6 days=0",
}


@pytest.fixture
def own_folder(tmp_path, monkeypatch):
    """The folder of this test's answers, in which nothing stands yet; nobody has a name, and nothing is remembered."""
    from teaching.learning import answer_store

    folder = tmp_path / "answers"
    monkeypatch.setenv("TEACHING_ANSWERS", str(folder))
    monkeypatch.setenv("TEACHING_NAME", "")
    monkeypatch.setattr(answer_store, "_unsaved", {})
    monkeypatch.setattr(answer_store, "_told", {})
    return folder


@pytest.fixture(scope="session")
def patient():
    """The typical patient with SLE."""
    return Patient.typical("SLE")


@pytest.fixture(scope="session")
def plans():
    """The three plans of the lessons by name."""
    return {name: Plan.parse(text) for name, text in PLANS.items()}


@pytest.fixture(scope="session")
def courses(patient, plans):
    """Two years of the typical patient under each of the three plans."""
    return {name: treat(patient, plan) for name, plan in plans.items()}


@pytest.fixture(scope="session")
def treatment_panel():
    """One treatment panel for all tests: drawing its figure takes a second."""
    from teaching import panels

    return panels.treatment(Patient.typical("SLE"))


@pytest.fixture(scope="module")
def shared(request):
    """One panel for a file of tests: what its `PANEL` makes, else the treatment panel."""
    make = getattr(request.module, "PANEL", None)
    return make() if make else request.getfixturevalue("treatment_panel")


@pytest.fixture
def panel(shared):
    """The panel that a file of tests is about, at its start."""
    shared.reset()
    return shared
