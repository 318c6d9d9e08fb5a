"""Virtual cohorts: patients who differ, one plan for all, and what comes out as labelled arrays.

Variation is data (data/variation.csv): log-normal, cut off at plausible values. Each patient has a
random stream of their own, so that a patient is the same in a cohort of ten and of ten thousand,
and a result is the same to the bit whoever computed it (one backend; numba against plain Python
agree to 0.1 %). xarray is imported when a trial ends, not with the package.
"""

from __future__ import annotations

import math
import os
import warnings
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from importlib.util import find_spec

import numpy as np

from teaching import tables
from teaching.inputs import choices, finite, shortened, whole_number
from teaching.model.course import CHANCE_CELLS, Course
from teaching.model.fate import dies_out_percent
from teaching.model.patient import Patient
from teaching.model.simulation import treat
from teaching.model.solver import RTOL, backend
from teaching.model.therapies import Plan
from teaching.model.variation import varied
from teaching.progress import Progress
from teaching.showing import Shown, Table
from teaching.words import exact

MOST_PATIENTS = 10_000_000
#: Bytes a result holds for one patient with the default series; measured, see benchmarks/cohort.py.
BYTES_PER_PATIENT = 4_000
SERIES = (
    "blood_b_cells_per_ul",
    "blood_memory_percent",
    "lymphoid_memory_percent",
    "autoantibody_percent",
    "total_igg_percent",
    "activity_percent",
    "car_t_cells_per_ul",
)
METRICS = (
    "nadir_per_ul",
    "day_below_1",
    "day_back_above_10",
    "days_depleted",
    "lymphoid_memory_nadir_percent",
    "clone_depth_log10",
    "clone_nadir_cells",
    "autoantibody_nadir_percent",
    "igg_nadir_percent",
    "car_t_peak",
    "car_t_peak_day",
    "il6_peak",
)
#: Patients a task holds: enough to be worth sending, few enough to show progress and lose little.
_CHUNK = 25
_MOST_DRAWS = 200
#: So many patients of a cohort are drawn to show it: a twentieth of a second.
_SHOWN_PATIENTS = 200
#: What a table says of a cohort: the middle, and between which ends nine of ten lie.
_SHARES = {"median": 0.5, "5 %": 0.05, "95 %": 0.95}
#: Tolerance of the compiled integrator in a cohort: key numbers move by less than 0.1 %, steps halve.
_COHORT_RTOL = 5e-5


@dataclass(frozen=True, repr=False)
class Cohort(Shown):
    """Virtual patients with one disease; shows itself as a table of what differs between them.

    `Cohort.sample(100, seed=1)` draws them; `Cohort.of(patient)` is a cohort of one that does not
    vary. `cohort[7]` is a `Patient`; chance of the course is drawn from the same seed.
    """

    disease: str
    size: int
    seed: int
    template: Patient | None = None

    @classmethod
    def sample(cls, n: int, seed: int, disease: str = "SLE") -> Cohort:
        """n patients with a disease, drawn from data/variation.csv.

        Raises ValueError for a size below 1 or too large for memory, a seed that is no whole
        number of at least 0, an unknown disease.
        """
        n = whole_number("n", n)
        if n < 1:
            raise ValueError(f"n is {n}; a cohort needs at least 1 patient.")
        if n > MOST_PATIENTS:
            raise ValueError(
                f"n is {shortened(n)}; its results would need about {n * BYTES_PER_PATIENT / 1e9:.0f} GB of memory; "
                f"at most {MOST_PATIENTS:,} patients are allowed: run several seeds and keep their quantiles."
            )
        Patient.typical(disease)
        return cls(disease, n, _seed(seed))

    @classmethod
    def of(cls, patient: Patient, seed: int = 0) -> Cohort:
        """The cohort that is this one patient."""
        if not isinstance(patient, Patient):
            raise ValueError(f"patient is {shortened(patient)}; a Patient is needed, such as Patient.typical('SLE').")
        return cls(patient.disease, 1, _seed(seed), patient)

    def __len__(self) -> int:
        return self.size

    def __getitem__(self, number: int) -> Patient:
        number = whole_number("the number of a patient", number)
        if not 0 <= number < self.size:
            raise IndexError(
                f"patient {shortened(number)} does not exist; this cohort has patients 0 to {self.size - 1}."
            )
        return self.template or _draw(self.disease, self.seed, number)

    def __iter__(self) -> Iterator[Patient]:
        return (self[number] for number in range(self.size))

    @property
    def table(self) -> Table:
        """Median and 5 to 95 % range of each number that varies, over the first 200 patients; of one, that patient."""
        if self.template is not None:
            return self.template.table
        count = min(self.size, _SHOWN_PATIENTS)
        which = f"the first {count}" if count < self.size else "all"
        caption = (
            f"Cohort of {_patients(self.size)} with {self.disease}, seed {self.seed}; over {which}: median and 5-95 %"
        )
        varying = self._varying()
        drawn = np.array([_numbers(self[number], varying) for number in range(count)])
        rows = [
            (tables.label(name), _KINDS.get(of, of), *np.quantile(values, list(_SHARES.values())), unit)
            for (name, of, unit), values in zip(varying, drawn.T, strict=True)
        ]
        return Table(caption, dict.fromkeys(("quantity", "of", *_SHARES, "unit"), ""), rows)

    def to_csv(self) -> str:
        """The numbers of every patient as comma-separated text, one row a patient, units in the first line.

        A cohort of one patient has all numbers of that patient, others those that vary. A thousand take 0.3 s.
        """
        varying = self._varying()
        columns = {"patient": ""} | {name: unit for name, _, unit in varying}
        rows = [(number, *_numbers(patient, varying)) for number, patient in enumerate(self)]
        return Table("", columns, rows).to_csv()

    def _varying(self) -> list[tuple[str, str, str]]:
        """(quantity, to whom it belongs, unit) of each number that differs."""
        if self.template is not None:
            own = [(name, "patient") for name in self.template.values]
            own += [(name, "products") for name in self.template.factors]
        else:
            own = [(row.quantity, row.applies_to) for row in tables.variation().values()]
            own.insert(1 + own.index(("weight_kg", "patient")), ("surface_m2", "patient"))
        like = self.template or Patient.typical(self.disease)
        return [(name, of, like.unit(name) if of == "patient" else "× typical") for name, of in own]


def _numbers(patient: Patient, varying: Sequence[tuple[str, str, str]]) -> list[float]:
    return [patient[name] if of == "patient" else patient.factors.get(name, 1.0) for name, of, _ in varying]


def trial(
    cohort: Cohort,
    plan: Plan,
    days: float = 730,
    *,
    every_days: float = 7,
    series: Sequence[str] = SERIES,
    executor: Executor | None = None,
    progress: Callable[[int, int], None] | bool | None = None,
):
    """One plan given to a whole cohort.

    Arguments: cohort; plan; days [day]; every_days, spacing of the kept time points [day]; series to
    keep; executor, any `concurrent.futures.Executor` (thread pool, process pool, Dask's
    `client.get_executor()`), else a thread pool of its own; progress, by itself a bar in a notebook for
    what takes more than a second, True also for a line that counts up in a terminal, False for neither,
    or a function called with (done, all).
    Returns an xarray Dataset: series (patient, day) as float32, key numbers (patient), units in
    `attrs`; `relapse_day` counts chance (NaN: none within the horizon) and `clone_extinct`. A run
    that is interrupted or whose executor dies raises `TrialInterrupted` with what was finished in
    `.partial`. Raises ValueError for bad input, and for a patient that cannot be solved (named).
    """
    if not isinstance(cohort, Cohort):
        raise ValueError(f"cohort is {shortened(cohort)}; a Cohort is needed, such as Cohort.sample(100, seed=1).")
    series = _names_of_series(series)
    if executor is not None and not callable(getattr(executor, "submit", None)):
        raise ValueError(f"executor is {shortened(executor)}; an Executor of concurrent.futures is needed, or None.")
    if progress is not None and not isinstance(progress, bool) and not callable(progress):
        raise ValueError(f"progress is {shortened(progress)}; True, False or a function of (done, all) is needed.")
    every_days = finite("every_days", every_days)
    if find_spec("xarray") is None:  # in a browser it comes only when it is asked for
        raise ValueError(
            "a trial gives back an xarray Dataset, and xarray is not there: run 'import xarray' in a cell."
        )
    # One short run says in plain words what is wrong with plan, days or series, before any pool starts.
    first = treat(cohort[0], plan, days)
    unknown = [name for name in series if name not in first.series_names]
    if unknown:
        known = choices(first.series_names, unknown[0])
        raise ValueError(f"{shortened(unknown[0])} is not a series of this course; choose from: {known}.")
    if not 0 < every_days <= days:
        raise ValueError(f"every_days is {exact(every_days)}; it must be above 0 and at most {exact(days)}.")
    grid = np.arange(0, days + 1e-9, every_days)
    chunks = [range(start, min(start + _CHUNK, cohort.size)) for start in range(0, cohort.size, _CHUNK)]
    found: dict[int, tuple] = {}
    telling = Progress("patients", always=progress is True)
    told = progress if callable(progress) else None if progress is False else telling
    own = _pool() if executor is None else None
    pool = own if executor is None else executor
    try:
        with telling:
            _run(pool, chunks, (cohort, plan, float(days), grid, tuple(series)), found, cohort.size, told)
    except (KeyboardInterrupt, Exception) as problem:
        if isinstance(problem, ValueError):
            raise
        done = sorted(found)
        missing = next((chunk.start for i, chunk in enumerate(chunks) if i not in found), cohort.size)
        raise TrialInterrupted(
            f"The trial stopped after {sum(len(chunks[i]) for i in done)} of {cohort.size} patients "
            f"({type(problem).__name__}: {problem}); the first one missing is patient {missing}; "
            "the finished patients are in .partial.",
            _dataset(cohort, plan, days, grid, series, chunks, found, first) if found else None,
        ) from problem
    finally:
        if own is not None:
            own.shutdown(wait=False, cancel_futures=True)
    return _dataset(cohort, plan, days, grid, series, chunks, found, first)


class _InThisThread(Executor):
    """Does the work where it is handed out: for a Python that can start no thread, as in a browser."""

    def submit(self, function, /, *arguments, **named) -> Future:
        done = Future()
        try:
            done.set_result(function(*arguments, **named))
        except Exception as problem:
            done.set_exception(problem)
        return done


def _pool() -> Executor:
    """A pool of threads, one a processor; without threads an executor that works in this one."""
    pool = ThreadPoolExecutor(os.cpu_count())
    try:
        pool.submit(int)  # starts the first thread
    except RuntimeError:
        return _InThisThread()
    return pool


def _names_of_series(series) -> tuple[str, ...]:
    words = [series] if isinstance(series, str) else series
    if not isinstance(words, (list, tuple, set, frozenset)) or not all(isinstance(word, str) for word in words):
        raise ValueError(f"series is {shortened(series)}; a list of names is needed, such as ['blood_b_cells_per_ul'].")
    return tuple(words)


class TrialInterrupted(RuntimeError):
    """A trial ended early; `.partial` is the Dataset of the finished patients, or None."""

    def __init__(self, words: str, partial):
        super().__init__(words)
        self.partial = partial


def _run(pool: Executor, chunks, arguments, found: dict, size: int, progress) -> None:
    """Hands out chunks, a few ahead, and collects them as they finish."""
    waiting, following, done = {}, iter(enumerate(chunks)), 0
    while True:
        while len(waiting) < 4 * (os.cpu_count() or 1):
            number, numbers = next(following, (None, None))
            if number is None:
                break
            waiting[pool.submit(_chunk, numbers.start, numbers.stop, *arguments)] = number
        if not waiting:
            return
        ready, _ = wait(list(waiting), return_when=FIRST_COMPLETED)
        for future in ready:
            number = waiting.pop(future)
            found[number] = future.result()
            done += len(chunks[number])
            if progress:
                progress(done, size)


def _chunk(start: int, stop: int, cohort: Cohort, plan: Plan, days: float, grid: np.ndarray, series: tuple[str, ...]):
    """Curves (patients, series, days) float32 and key numbers (patients, metrics) of some patients."""
    curves = np.empty((stop - start, len(series), grid.size), dtype=np.float32)
    numbers = np.empty((stop - start, len(METRICS) + 4))
    rtol = _COHORT_RTOL if backend() == "numba" else RTOL
    for row, patient in enumerate(range(start, stop)):
        try:
            course = treat(cohort[patient], plan, days, rtol=rtol)
        except Exception as problem:
            raise ValueError(f"patient {patient} of the cohort cannot be computed: {problem}") from problem
        for place, name in enumerate(series):
            curves[row, place] = np.interp(grid, course.time_days, course[name])
        metrics = course.metrics()
        numbers[row, : len(METRICS)] = [math.nan if metrics[name] is None else metrics[name] for name in METRICS]
        numbers[row, len(METRICS) :] = _chance(course, metrics, cohort.seed, patient)
    return curves, numbers


def _chance(course: Course, metrics, seed: int, patient: int) -> tuple[float, float, float, float]:
    """Responded, clone died out, day of relapse (NaN: none), day of remission (NaN: none).

    Below about 100 cells a clone's fate is drawn: it dies out as often as fate.py says. A clone that
    survives regrows at its net growth from what is left, at least one cell.
    """
    kind = metrics["outcome_kind"]
    remission = course.day_of_remission()
    cells = metrics["clone_nadir_cells"]
    relapse = metrics["outcome_day"] if kind == "remission, relapse" else math.nan
    if cells >= CHANCE_CELLS:
        return float(remission is not None), 0.0, relapse, _nan(remission)
    growth = course.patient["autoreactive_regrowth_per_day"]
    luck = np.random.default_rng([seed, patient, 1]).random()
    extinct = luck < dies_out_percent(cells, growth) / 100
    if extinct or remission is None:
        return float(remission is not None), float(extinct), math.nan, _nan(remission)
    clone = course["autoreactive_memory_cells"]
    lowest = float(course.time_days[int(np.argmin(clone))])
    # Activity is back to half of its start a little before the clone is; half is close enough here.
    # The clone at rest: on day 0 lymphodepletion has already halved it.
    relapse = lowest + math.log(0.5 * course.patient.clone_at_rest() / max(cells, 1.0)) / growth
    return 1.0, 0.0, relapse if relapse < course.horizon_days else math.nan, _nan(remission)


#: Whom a factor of data/variation.csv concerns, as people say it.
_KINDS = {"antibody": "antibodies", "engager": "engagers", "car_t": "CAR-T cells", "antigen": "B cells"}


def _patients(n: int) -> str:
    return f"{n:,} patient" + ("" if n == 1 else "s")


def _nan(value: float | None) -> float:
    return math.nan if value is None else value


def _draw(disease: str, seed: int, number: int) -> Patient:
    """One patient of a cohort: their own random stream, whatever the cohort's size."""
    typical = Patient.typical(disease)
    stream = np.random.default_rng([seed, number, 0])
    for _ in range(_MOST_DRAWS):
        values, factors = {}, {}
        for row in tables.variation().values():
            if row.applies_to == "patient":
                centre = typical[row.quantity]
                values[row.quantity] = _log_normal(stream, centre, row, row.low, row.high)
            elif row.applies_to == "antigen":
                factors[row.quantity] = _log_normal(stream, 1.0, row, row.low, row.high)
            else:
                factors[row.quantity] = _log_normal(
                    stream, 1.0, row, math.exp(-3 * row.log_sd), math.exp(3 * row.log_sd)
                )
        if (patient := varied(typical, values, factors)) is not None:
            return patient
    raise ValueError(f"no patient with {disease} could be drawn; data/variation.csv leaves no balance.")


def _log_normal(stream, centre: float, row: tables.VariationRow, low: float, high: float) -> float:
    """A log-normal draw inside low to high; outside, it is drawn again."""
    for _ in range(_MOST_DRAWS):
        value = centre * math.exp(row.log_sd * stream.standard_normal())
        if low <= value <= high:
            return value
    raise ValueError(
        f"variation.csv, {row.quantity}: {exact(centre)} does not lie inside {exact(low)} to {exact(high)}."
    )


def _dataset(cohort: Cohort, plan: Plan, days: float, grid: np.ndarray, series, chunks, found: dict, like: Course):
    """The labelled arrays of the chunks that are there, in the order of patients."""
    import xarray

    order = sorted(found)
    patients = np.concatenate([np.arange(chunks[i].start, chunks[i].stop) for i in order])
    curves = np.concatenate([found[i][0] for i in order])
    numbers = np.concatenate([found[i][1] for i in order])
    data = {
        name: (("patient", "day"), curves[:, place], {"units": Course.unit(name)}) for place, name in enumerate(series)
    }
    names = (*METRICS, "responded", "clone_extinct", "relapse_day", "remission_day")
    for place, name in enumerate(names):
        data[name] = (("patient",), numbers[:, place])
    for name in ("responded", "clone_extinct"):
        data[name] = (("patient",), numbers[:, names.index(name)] > 0.5)
    labels = {name: (metric.label, metric.unit) for name, metric in like.metrics().table.items()} | _CHANCE_LABELS
    data = {
        name: (*what, {"long_name": labels[name][0], "units": labels[name][1]}) if name in labels else what
        for name, what in data.items()
    }
    about = {"disease": cohort.disease, "seed": cohort.seed, "plan": str(plan), "horizon_days": float(days)}
    return xarray.Dataset(data, coords={"patient": patients, "day": grid}, attrs=about)


#: Label and unit of what chance has a say in.
_CHANCE_LABELS = {
    "responded": ("responded: remission", ""),
    "clone_extinct": ("clone died out", ""),
    "relapse_day": ("relapse", "d"),
    "remission_day": ("remission", "d"),
}


def summary(result) -> Table:
    """What a trial found, as a table: for each key number how many have it, the median and the 5 to 95 % range.

    Argument: result of `trial`. Days count everybody who waits: 'not reached' stands where fewer than that share had
    come so far by the horizon (Kaplan-Meier). Waiting for the return are those who were depleted, for a
    relapse those who responded. `table.save_csv(path)` keeps it. Raises ValueError for anything else.
    """
    missing = [name for name in (*METRICS, *_CHANCE_LABELS) if not _has(result, name)]
    if missing or "horizon_days" not in getattr(result, "attrs", {}):
        raise ValueError(f"result is {shortened(result)}; what trial(...) returned is needed.")
    about = result.attrs
    size, horizon = int(result.sizes["patient"]), float(about["horizon_days"])
    responded = result["responded"].values
    concerned = {"day_back_above_10": result["days_depleted"].values > 0, "relapse_day": responded}
    rows = []
    for name in ("responded", "clone_extinct", "relapse_day", "remission_day", *METRICS):
        values, label = result[name].values, result[name].attrs.get("long_name", name)
        among = values[concerned.get(name, slice(None))].astype(float)
        has = np.isfinite(among)
        if name in ("responded", "clone_extinct"):
            rows.append((label, "", int(values.sum()), size, "", "", ""))
        elif name in _ONLY_WITH_CELLS and not has.any():
            continue
        elif name in _WAITED_FOR:
            shares = [_or_none(day) for day in waiting_times(among, horizon, list(_SHARES.values()))]
            rows.append((label, "d", int(has.sum()), len(among), *shares))
        else:
            shares = np.quantile(among[has], list(_SHARES.values())) if has.any() else [None] * len(_SHARES)
            rows.append((label, result[name].attrs.get("units", ""), int(has.sum()), len(among), *shares))
    caption = f"{about['plan']}: {_patients(size)} with {about['disease']}, {exact(horizon)} days; median and 5-95 %"
    columns = dict.fromkeys(("key number", "unit", "patients", "of", *_SHARES), "")
    return Table(caption, columns, rows, none="not reached")


_ONLY_WITH_CELLS = ("car_t_peak", "car_t_peak_day", "il6_peak")
_WAITED_FOR = ("day_below_1", "day_back_above_10", "relapse_day", "remission_day")


def _has(result, name: str) -> bool:
    try:
        return result[name].dims == ("patient",)
    except Exception:  # not what trial() returned
        return False


def _or_none(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None


def quantiles(result, name: str, shares: Sequence[float] = (0.05, 0.25, 0.5, 0.75, 0.95)):
    """Quantiles of a series over patients: labelled array (quantile, day)."""
    return result[name].quantile(list(shares), dim="patient")


def waiting_times(days: np.ndarray, horizon: float, shares: Sequence[float]) -> list[float]:
    """By which day a share of all has had an event (Kaplan-Meier, scipy); NaN where that was not reached.

    Arguments: days (n,) of the event, NaN for those without one up to `horizon` [day], who are counted as
    waiting and not left out; shares, each above 0 and below 1.
    """
    from scipy.stats import CensoredData, ecdf

    happened = np.isfinite(days)
    if not happened.any():
        return [math.nan] * len(shares)
    curve = ecdf(CensoredData(uncensored=days[happened], right=np.full((~happened).sum(), float(horizon)))).cdf
    reached = [curve.probabilities >= share - 1e-12 for share in shares]
    return [float(curve.quantiles[np.argmax(there)]) if there.any() else math.nan for there in reached]


def relapse_free(result):
    """Share of responders still without relapse, by day since day 0 (Kaplan-Meier, scipy).

    Returns days (k,), shares (k,), and the 95 % band (k,), (k,). Patients without relapse are
    censored at the horizon. Raises ValueError when nobody responded.
    """
    from scipy.stats import CensoredData, ecdf

    responded = result["responded"].values
    if not responded.any():
        raise ValueError("nobody responded to this plan, so there is no relapse to count.")
    days = result["relapse_day"].values[responded]
    happened = np.isfinite(days)
    horizon = result.attrs["horizon_days"]
    curve = ecdf(CensoredData(uncensored=days[happened], right=np.full((~happened).sum(), horizon))).sf
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # where nobody is left the band is not defined
        band = curve.confidence_interval(0.95, method="log-log")
    return curve.quantiles, curve.probabilities, band.low.probabilities, band.high.probabilities


def _seed(seed) -> int:
    seed = whole_number("seed", seed)
    if seed < 0:
        raise ValueError(f"seed is {seed}; a whole number of at least 0 is needed.")
    return seed
