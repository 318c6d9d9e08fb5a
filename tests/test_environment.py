"""pyproject.toml, environment.yml and constraints.txt say the same, for every system."""

import importlib.metadata
import itertools
import re
import sys
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

PROJECT = Path(__file__).resolve().parent.parent
CONFIGURATION = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))
CONDA = yaml.safe_load((PROJECT / "environment.yml").read_text(encoding="utf-8"))
CONDA_NAMES = {"matplotlib-base": "matplotlib"}  # conda's name -> the name everywhere else
ONE_SYSTEM_ONLY = {"appnope": "darwin", "colorama": "win32", "pywinpty": "win32"}


def direct_requirements():
    project = CONFIGURATION["project"]
    return [
        Requirement(line)
        for line in project["dependencies"]
        + project["optional-dependencies"]["test"]
        + CONFIGURATION["build-system"]["requires"]
    ]


def constraint_lines():
    lines = (PROJECT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def system(sys_platform, machine, python):
    """The marker variables of a computer."""
    return {
        "sys_platform": sys_platform,
        "os_name": "nt" if sys_platform == "win32" else "posix",
        "platform_machine": machine,
        "platform_system": {"linux": "Linux", "darwin": "Darwin", "win32": "Windows"}[sys_platform],
        "implementation_name": "cpython",
        "platform_python_implementation": "CPython",
        "python_version": python,
        "python_full_version": python + ".9",
        "extra": "",
    }


MACHINES = [
    ("linux", "x86_64"),
    ("linux", "aarch64"),
    ("darwin", "arm64"),
    ("darwin", "x86_64"),
    ("win32", "AMD64"),
    ("win32", "ARM64"),
]
CURRENT = {**default_environment(), "extra": ""}
SYSTEMS = [
    system(*machine, python) for machine, python in itertools.product(MACHINES, ["3.11", "3.12", "3.13", "3.14"])
]


def name_of(variables):
    keys = ("sys_platform", "platform_machine", "python_version")
    return "-".join(variables[key] for key in keys)


def applies(requirement, variables):
    return requirement.marker is None or requirement.marker.evaluate(variables)


def versions_for(variables):
    """The constraints that hold on a computer: name -> all versions (there should be one)."""
    found = {}
    for constraint in map(Requirement, constraint_lines()):
        if applies(constraint, variables):
            (pin,) = constraint.specifier
            found.setdefault(canonicalize_name(constraint.name), []).append(pin.version)
    return found


# -- environment.yml ------------------------------------------------------------------------------
def conda_lines():
    return [line for line in CONDA["dependencies"] if isinstance(line, str)]


def conda_requirements():
    """Conda's lines as name -> version words, without Python and pip themselves."""
    parts = [re.fullmatch(r"([a-z0-9-]+)([<>=!~].*)?", line).groups() for line in conda_lines()]
    return {CONDA_NAMES.get(name, name): version or "" for name, version in parts if name not in ("python", "pip")}


def test_conda_and_pip_ask_for_the_same_packages():
    project = CONFIGURATION["project"]["dependencies"] + CONFIGURATION["build-system"]["requires"]
    wanted = {Requirement(line).name: str(Requirement(line).specifier) for line in project}
    assert conda_requirements() == wanted


def test_conda_takes_a_python_that_the_project_allows():
    (python,) = [line for line in conda_lines() if line.startswith("python")]
    version = re.fullmatch(r"python=(3\.\d+)", python).group(1)
    assert SpecifierSet(CONFIGURATION["project"]["requires-python"]).contains(version + ".9")


def test_conda_installs_the_kit_itself_from_its_own_folder():
    (pip,) = [line["pip"] for line in CONDA["dependencies"] if isinstance(line, dict)]
    assert pip == ["--editable ."]
    assert "pip" in conda_lines()
    assert CONDA["channels"][0] == "conda-forge"


def test_every_conda_line_can_be_read():
    try:
        from rattler import MatchSpec  # conda's own grammar, where py-rattler is installed

        names = [MatchSpec(line).name.normalized for line in conda_lines()]
    except ImportError:
        simple = re.compile(r"([a-z0-9-]+)((=|>=|<|<=)[0-9]+(\.[0-9]+)*)?")
        names = [simple.fullmatch(line).group(1) for line in conda_lines()]
    assert len(names) == len(set(names)) > 5


# -- constraints.txt ------------------------------------------------------------------------------
def test_constraints_are_versions_and_hold_no_address():
    for line in constraint_lines():
        assert re.fullmatch(r"[a-z0-9-]+==[0-9][0-9a-z.]*( ; [^:@/]+)?", line), line


@pytest.mark.parametrize("variables", SYSTEMS, ids=name_of)
def test_every_system_has_one_version_of_each_requirement(variables):
    versions = versions_for(variables)
    assert {name for name, found in versions.items() if len(found) > 1} == set()
    for requirement in direct_requirements():
        if applies(requirement, variables):
            (version,) = versions[canonicalize_name(requirement.name)]
            assert requirement.specifier.contains(version, prereleases=True), requirement


@pytest.mark.parametrize("variables", SYSTEMS, ids=name_of)
def test_packages_of_one_system_are_asked_for_there_only(variables):
    versions = versions_for(variables)
    for name, home in ONE_SYSTEM_ONLY.items():
        assert (name in versions) == (variables["sys_platform"] == home)


def test_everything_that_the_kit_pulls_in_has_its_tested_version():
    here = importlib.metadata
    versions, seen = versions_for(CURRENT), set()
    waiting = [(requirement, "") for requirement in direct_requirements()]
    while waiting:
        requirement, extra = waiting.pop()
        variables = {**CURRENT, "extra": extra}
        key = (canonicalize_name(requirement.name), *sorted(requirement.extras))
        if key in seen or not applies(requirement, variables):
            continue
        seen.add(key)
        assert key[0] in versions, f"constraints.txt lacks {key[0]}; make it anew"
        for line in here.requires(key[0]) or []:
            waiting += [(Requirement(line), extra) for extra in ("", *requirement.extras)]
    assert len(seen) > 50


@pytest.mark.skipif(not Path(sys.prefix, "teaching-kit.json").exists(), reason="needs start.py's own environment")
def test_start_py_installed_exactly_the_tested_versions():
    installed = {canonicalize_name(package.name): package.version for package in importlib.metadata.distributions()}
    tested = {name: found[0] for name, found in versions_for(CURRENT).items()}
    differing = {
        name: (version, installed[name])
        for name, version in tested.items()
        if name in installed and installed[name] != version
    }
    assert differing == {}
    own = {"pip", "setuptools", canonicalize_name(CONFIGURATION["project"]["name"])}
    assert set(installed) - set(tested) - own == set()
