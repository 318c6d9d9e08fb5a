"""Makes the kit's own Python environment and opens the lessons in JupyterLab.

    python start.py                 open the first lesson in a browser
    python start.py --no-browser    only print the address (for servers); --port N chooses the port
    python start.py app             open all panels without code; the same two options
    python start.py site            build all lessons and panels as pages for any browser, into the
                                    folder `site`, and open them; another folder: start.py site FOLDER
    python start.py handout FOLDER  write all lessons for paper; also: slides FOLDER, instructor FOLDER
    python start.py check           look whether everything that the lessons need works here
    python start.py afresh          set the answers that are kept aside, for the next person or class
    python start.py test            install what the tests need and run all of them;
                                    more words go to pytest: start.py test tests/test_start.py

Needs nothing but a Python of the right version; uv is used when it is there, else pip. The first
run downloads ready-made packages, later runs need no network. The environment lies in `.venv`
beside this file; the variable TEACHING_ENV names another place. Lessons are opened as copies of your
own in `my-lessons` (TEACHING_LESSONS names another place); the kit's stay as they came. Answers are
kept in `teaching-answers` (TEACHING_ANSWERS), or with --name in a folder of that person inside it.
"""

# The grammar of Python 3.6 is enough here, so that an old Python can say that it is too old.
import argparse
import contextlib
import hashlib
import importlib.util
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path, PureWindowsPath

PROJECT = Path(os.path.abspath(__file__)).parent  # not resolve(): it turns Z:\ into a server's name
FIRST_LESSON = "00_start_here.ipynb"
OLDEST, NEWEST = (3, 11), (3, 14)  # the same bounds as requires-python in pyproject.toml
STAMP = "teaching-kit.json"  # marks an environment as ours and says what is installed in it
BYTES_NEEDED = 1500000000
LONGEST_ENVIRONMENT_PATH = 259 - 165  # Windows' limit less the longest path inside (155) and room
SYNCED = re.compile(
    r"^(onedrive|dropbox|google ?drive|icloud ?drive|nextcloud)($| \(| - )"
    r"|^(mobile documents|cloudstorage|my drive)$",
    re.IGNORECASE,
)
WARM_UP = "import teaching.model.simulation; teaching.model.simulation.warm_up()"
NO_VENV = (
    "This Python cannot make environments because its 'venv' part is missing: on Debian or Ubuntu "
    "run 'sudo apt install python{}.{}-venv', elsewhere install Python from python.org."
)
# What a failing step prints, and what the user can do about it. The first match counts.
EXPLANATIONS = {
    r"No space left on device|Errno 28\b|os error (28|112)\b|not enough space on the disk": (
        "The disk is full: free about 1.5 GB and run start.py again, it goes on where it stopped."
    ),
    r"CERTIFICATE_VERIFY_FAILED|invalid peer certificate|UnknownIssuer": (
        "The package server's certificate was not accepted, often because of the proxy of a firm "
        "or hospital: ask its IT desk for the certificate file and set SSL_CERT_FILE to it."
    ),
    r"name resolution|Name or service not known|getaddrinfo failed|nodename nor servname|timed out"
    r"|NewConnectionError|NameResolutionError|ConnectTimeout|ReadTimeout|ProxyError|dns error"
    r"|Connection (refused|reset)|(Network is|Host) unreachable|No route to host|Failed to fetch"
    r"|error sending request|client error \(Connect\)": (
        "The packages could not be downloaded: the first run needs the internet, so check the "
        "connection (behind a proxy: the variable HTTPS_PROXY) and run start.py again."
    ),
    r"ensurepip is not available|No module named '?(ensurepip|venv)\b": NO_VENV,
    r"No matching distribution|no usable wheels|no wheels with a matching|has no wheels": (
        "A package has no ready-made file for this computer and Python: use a 64-bit Python 3.11, "
        "3.12 or 3.13 from python.org, or the conda way in environment.yml."
    ),
    r"Permission denied|Access is denied|being used by another process|os error (5|13|32)\b": (
        "A file of the environment is in use or may not be written: close every JupyterLab window "
        "of this kit, and run start.py again."
    ),
}


class Stop(Exception):
    """Something the user can mend; the message is the whole sentence to print."""


# -- Questions with a sentence as answer, told everything they need to know ------------------------
def python_problem(version, implementation="cpython", bits=64, place=""):
    """Why this Python cannot run the kit, as a sentence, or None."""
    mine, wanted = "{}.{}".format(*version[:2]), "{}.{} to {}.{}".format(*(OLDEST + NEWEST))
    problem = None
    if tuple(version[:2]) < OLDEST:
        problem = f"This Python ({mine}) is too old, the kit needs {wanted}"
    elif tuple(version[:2]) > NEWEST:
        problem = f"This Python ({mine}) is too new, the packages of the kit need {wanted}"
    elif implementation != "cpython" or bits != 64:
        problem = f"The kit needs the usual 64-bit Python (CPython), {wanted}"
    elif "PythonSoftwareFoundation.Python." in place:
        problem = "This Python is the Microsoft Store's, which hides its files from the browser"
    advice = "install one from python.org, or run 'uv run --no-project --python 3.13 start.py'."
    return problem and f"{problem}: {advice}"


def environment_folder(project, home, environ):
    """Where the environment belongs, and a warning or None: (folder, warning)."""
    if environ.get("TEACHING_ENV"):
        return type(project)(os.path.expanduser(environ["TEACHING_ENV"])), None
    service = next((part for part in project.parts if SYNCED.search(part)), None)
    if service is None:
        return project / ".venv", None
    if isinstance(project, PureWindowsPath):
        kits = home / ".teaching-kit"  # short, and not in AppData
    else:
        kits = type(project)(environ.get("XDG_CACHE_HOME") or home / ".cache") / "teaching-kit"
    folder = kits / hashlib.sha256(str(project).encode("utf-8")).hexdigest()[:8]
    return folder, (
        f"The kit lies in a synchronised folder ({service}), which would copy the 20,000 small "
        f"files of a Python environment to a server: the environment goes to {folder} instead."
    )


def room_problem(folder, free_bytes, long_paths_allowed):
    """Why an environment would not fit into this folder, as a sentence, or None."""
    length, limit = len(str(folder)), LONGEST_ENVIRONMENT_PATH
    if isinstance(folder, PureWindowsPath) and length > limit and not long_paths_allowed:
        return (
            f"The path {folder} is too long for Windows ({length} characters, {limit} are possible)"
            r": move the kit to a short folder such as C:\teaching, or set TEACHING_ENV to one."
        )
    if free_bytes < BYTES_NEEDED:
        return (
            f"The environment needs {BYTES_NEEDED / 1e9:.1f} GB, and {free_bytes / 1e9:.1f} GB are "
            f"free for {folder}: make room, or set TEACHING_ENV to a folder on another disk."
        )
    return None


def explain(output, version):
    """The sentence for a failed step, found in what its program printed, or None."""
    for pattern, sentence in EXPLANATIONS.items():
        if re.search(pattern, output):
            return sentence.format(*version[:2])
    return None


def choose_port(wanted, is_free, first=8888):
    """The port to use: the wanted one or, when none is wanted, the first free one."""
    if wanted is None:
        wanted = next((port for port in range(first, first + 100) if is_free(port)), None)
        if wanted is None:
            raise Stop(f"No port from {first} to {first + 99} is free: name one with --port.")
    elif not 1 <= wanted <= 65535:
        raise Stop(f"--port {wanted} is not a port: it must be a number from 1 to 65535.")
    elif not is_free(wanted):
        raise Stop(f"Port {wanted} is taken or not allowed: name another, or leave --port out.")
    return wanted


# -- Asking the machine ----------------------------------------------------------------------------
def port_is_free(port):
    """True when this user may listen on the port of 127.0.0.1."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        if os.name == "posix":  # a port that was only just given back counts as free
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        with contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return True
    return False


def long_paths_allowed():
    """True unless this is a Windows that keeps to 260 characters a path."""
    if sys.platform != "win32":
        return True
    import winreg

    key = r"SYSTEM\CurrentControlSet\Control\FileSystem"
    with contextlib.suppress(OSError), winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, key) as opened:
        return winreg.QueryValueEx(opened, "LongPathsEnabled")[0] == 1
    return False


def try_lock(handle):
    """True when the file's lock is ours, or when this file system knows no locks."""
    try:
        if os.name == "nt":
            import msvcrt

            msvcrt.locking(handle.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        return not isinstance(error, (BlockingIOError, PermissionError))
    return True


def environment_python(folder):
    """The Python program inside an environment."""
    return folder / "Scripts" / "python.exe" if os.name == "nt" else folder / "bin" / "python"


def child_environ(folder):
    """The variables for every program started here: as if activated, UTF-8, nothing stray."""
    environ = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "PYTHONHOME")}
    environ["PATH"] = str(environment_python(folder).parent) + os.pathsep + environ.get("PATH", "")
    environ.update(VIRTUAL_ENV=str(folder), PYTHONUTF8="1", PYTHONNOUSERSITE="1", PIP_USER="0")
    environ.update(PIP_DISABLE_PIP_VERSION_CHECK="1", JUPYTER_PREFER_ENV_PATH="1")
    return environ


@contextlib.contextmanager
def started(command, environ, output=None):
    """A program at work in the project's folder, without a shell; it never outlives its block."""
    streams = {}
    if output is not None:
        streams = {"stdin": subprocess.DEVNULL, "stdout": output, "stderr": subprocess.STDOUT}
    process = subprocess.Popen(command, cwd=str(PROJECT), env=environ, **streams)
    try:
        yield process
    finally:  # Ctrl+C in a window has reached it already; a signal to this program alone has not
        for patience, harder in ((3, process.terminate), (15, process.kill)):
            try:
                process.wait(timeout=patience)
            except subprocess.TimeoutExpired:
                harder()
        process.wait()


# -- The environment -------------------------------------------------------------------------------
def fingerprint(folder):
    """Changes whenever the environment must be brought up to date."""
    digest = hashlib.sha256(repr((sys.version_info[:2], str(PROJECT), str(folder))).encode("utf-8"))
    for name in ("pyproject.toml", "constraints.txt"):
        digest.update((PROJECT / name).read_bytes())
    return digest.hexdigest()


def read_stamp(folder):
    """What an environment says of itself; an empty dict when it is not ours."""
    try:
        return json.loads((folder / STAMP).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}


def write_stamp(folder, stamp):
    """Lets an environment say what it is."""
    (folder / STAMP).write_text(json.dumps(stamp, indent=1), encoding="utf-8")


def is_ready(folder, extra):
    """True when everything is installed as pyproject.toml and constraints.txt say."""
    current = read_stamp(folder).get("with " + extra) == fingerprint(folder)
    return current and environment_python(folder).exists()


def requirements(extra):
    """The kit's direct requirements, its build tool, and those of one extra."""
    import tomllib

    content = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))
    more = content["project"]["optional-dependencies"][extra] if extra else []
    return content["project"]["dependencies"] + content["build-system"]["requires"] + more


def run_step(command, folder, sentence):
    """Runs one step of the installation; a failure becomes one sentence and a log to look into."""
    print(sentence, flush=True)
    lines, last_sign = [], time.monotonic()
    with started(command, child_environ(folder), subprocess.PIPE) as process:
        for raw in process.stdout:
            lines.append(raw.decode("utf-8", "replace").rstrip())
            if time.monotonic() - last_sign > 15:
                print("  ... still at it: " + lines[-1].strip()[:80], flush=True)
                last_sign = time.monotonic()
        process.wait()
    if process.returncode != 0:
        log = folder / "install.log"
        with contextlib.suppress(OSError):  # on a full disk the log is not what matters
            log.write_text("\n".join([str(command)] + lines), encoding="utf-8")
        sentence = explain("\n".join(lines), sys.version_info)
        if not sentence:
            print("\n".join("    " + line for line in lines[-12:]))
            sentence = f"This step failed with code {process.returncode}."
        raise Stop(f"{sentence}\nAll messages of this step are in {log}")


def make_environment(folder, installer):
    """Makes an empty environment, or clears one of ours that belongs to another Python."""
    stamp, version = read_stamp(folder), "{}.{}".format(*sys.version_info[:2])
    if folder.exists() and not stamp and any(folder.iterdir()):
        raise Stop(
            f"The folder {folder} exists and was not made by start.py, so it is left alone: move "
            "it away, or set TEACHING_ENV to a folder for the kit's environment."
        )
    usable = (f"{version} pip", f"{version} {installer}")  # where pip works, uv works too
    if stamp.get("kind") in usable and environment_python(folder).exists():
        return
    if stamp:
        print("Clearing an unfinished environment, or one of another Python")
        shutil.rmtree(str(folder))
    free_bytes = shutil.disk_usage(str(folder.parent)).free
    problem = room_problem(folder, free_bytes, long_paths_allowed())
    parts = ["venv"] if installer == "uv" else ["venv", "ensurepip"]
    if not all(importlib.util.find_spec(part) for part in parts):
        problem = problem or NO_VENV.format(*sys.version_info[:2])
    if problem:
        raise Stop(problem)
    folder.mkdir(exist_ok=True)
    write_stamp(folder, {"kind": "unfinished"})  # first of all: whatever happens next, it is ours
    command = [sys.executable, "-m", "venv"] + ["--without-pip"] * (installer == "uv")
    run_step(command + [str(folder)], folder, f"Making a Python environment in {folder}")
    write_stamp(folder, {"kind": f"{version} {installer}"})


def quiet_lab(folder):
    """Settings of JupyterLab in this environment: no question about news, no look at the network."""
    settings = folder / "share" / "jupyter" / "lab" / "settings"
    settings.mkdir(parents=True, exist_ok=True)
    off = {"fetchNews": "false", "checkForUpdates": False}
    content = json.dumps({"@jupyterlab/apputils-extension:notification": off})
    (settings / "overrides.json").write_text(content, encoding="utf-8")


def install(folder, extra):
    """Brings an environment up to date: packages as wheels, the kit itself as an editable one."""
    uv = shutil.which("uv")
    make_environment(folder, "uv" if uv else "pip")
    python = str(environment_python(folder))
    pip = [uv, "pip", "install", "--python", python] if uv else [python, "-m", "pip", "install"]
    packages = ["--only-binary", ":all:", "--constraint", "constraints.txt"] + requirements(extra)
    more = {"test": "what the tests need", "site": "what builds the pages"}
    what = more.get(extra, "JupyterLab and the scientific packages")
    how = "with uv" if uv else "with pip, which takes some minutes the first time"
    run_step(pip + packages, folder, f"Installing {what} ({how})")
    kit = ["--no-index", "--no-deps", "--no-build-isolation", "--editable", "."]
    run_step(pip + kit, folder, "Installing the kit itself")
    quiet_lab(folder)
    print("Compiling the model once, so that the first lesson starts quickly", flush=True)
    with started([python, "-c", WARM_UP], child_environ(folder), subprocess.DEVNULL) as process:
        process.wait()  # only a matter of speed: a fault would show itself in the lessons
    stamp = read_stamp(folder)
    stamp["with "] = stamp["with " + extra] = fingerprint(folder)
    write_stamp(folder, stamp)


def prepare(extra=""):
    """The folder of an environment that is ready; made or updated when it must be."""
    for name in ("pyproject.toml", "constraints.txt", "src", "data"):
        if not (PROJECT / name).exists():
            raise Stop(f"{name} is not beside start.py: unpack the whole archive into a folder.")
    folder, warning = environment_folder(PROJECT, Path.home(), os.environ)
    folder = Path(os.path.abspath(str(folder)))
    if is_ready(folder, extra):
        return folder
    if warning:
        print(warning)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with open(str(folder.parent / (folder.name + ".lock")), "a") as handle:
            if not try_lock(handle):
                print("Another start.py is preparing this environment; waiting for it", flush=True)
                while not try_lock(handle):
                    time.sleep(1)
            if not is_ready(folder, extra):
                install(folder, extra)
    except OSError as error:
        unknown = f"The environment could not be made ({error}): set TEACHING_ENV elsewhere."
        raise Stop(explain(str(error), sys.version_info) or unknown) from None
    return folder


# -- The commands ----------------------------------------------------------------------------------
def lessons_folder(project, home, environ):
    """Where a person's own copies of the lessons belong."""
    if environ.get("TEACHING_LESSONS"):
        return type(project)(os.path.abspath(os.path.expanduser(environ["TEACHING_LESSONS"])))
    if os.access(str(project), os.W_OK):
        return project / "my-lessons"
    return home / "bcell-lessons"  # a kit that many share and nobody may write to


def answers_folder(lessons, environ):
    """Where answers belong: beside `my-lessons`, inside a folder of lessons elsewhere."""
    if environ.get("TEACHING_ANSWERS"):
        return environ["TEACHING_ANSWERS"]
    return str((lessons.parent if lessons.name == "my-lessons" else lessons) / "teaching-answers")


def bring_lessons(python, folder):
    """Copies of the lessons for this person, made or brought up to date; nothing of theirs is overwritten."""
    command = [str(python), "-m", "teaching.deliver.cli", "lessons", str(folder)]
    with started(command, child_environ(python.parent.parent)) as process:
        process.wait()
    if process.returncode != 0:
        raise Stop(f"The lessons could not be copied to {folder}: set TEACHING_LESSONS to a folder of your own.")


def lab_place(folder):
    """The folder that JupyterLab shows and the first lesson's address in it."""
    try:
        inside = Path(os.path.realpath(str(folder))).relative_to(os.path.realpath(str(PROJECT)))
    except ValueError:
        return folder, FIRST_LESSON
    return PROJECT, (inside / FIRST_LESSON).as_posix()


def lab_command(python, port, browser, root, first):
    """JupyterLab for this computer only: with its token, asking nothing of any other machine."""
    server = ["ip=127.0.0.1", f"port={port}", "port_retries=0", f"root_dir={root}"]
    server += ["answer_yes=True"]  # Ctrl+C ends it without a question
    lab = [f"default_url=/lab/tree/{first}", "news_url=None", "extension_manager=readonly"]
    lab += ["check_for_updates_class=jupyterlab.NeverCheckForUpdate"]
    flags = ["--no-browser"] * (not browser)
    flags += ["--allow-root"] * (hasattr(os, "geteuid") and os.geteuid() == 0)
    settings = ["--ServerApp." + word for word in server] + ["--LabApp." + word for word in lab]
    return [str(python), "-m", "jupyterlab"] + settings + flags


def lab_address(runtime, first):
    """The address to open, once JupyterLab answers there; None before that."""
    for path in runtime.glob("jpserver-*.json"):
        with contextlib.suppress(OSError, ValueError, KeyError):
            server = json.loads(path.read_text(encoding="utf-8"))
            direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
            with direct.open(server["url"] + "api", timeout=5):
                token = "?token=" + server["token"] if server["token"] else ""
                return server["url"] + "lab/tree/" + first + token
    return None


def stay_with(process, runtime, first):
    """Prints the address when JupyterLab is there, and waits for its end."""
    address = None
    while process.poll() is None:
        if address is None:
            address = lab_address(runtime, first)
            if address:
                print("JupyterLab is ready. If no browser opens, copy this address into one:")
                print(f"\n    {address}\n\nLeave this window open; Ctrl+C here ends JupyterLab.")
        time.sleep(0.2)


def open_lab(port, browser, name=None):
    """Runs JupyterLab until the user ends it; `name`: whose answers are kept, where several people share the kit."""
    if not (PROJECT / "notebooks" / FIRST_LESSON).exists():
        raise Stop(f"notebooks/{FIRST_LESSON} is not beside start.py: unpack the whole archive again.")
    port = choose_port(port, port_is_free)
    folder = prepare()
    lessons = lessons_folder(PROJECT, Path.home(), os.environ)
    bring_lessons(environment_python(folder), lessons)
    root, first = lab_place(lessons)
    command = lab_command(environment_python(folder), port, browser, root, first)
    print("Starting JupyterLab", flush=True)
    with tempfile.TemporaryDirectory(prefix="teaching-kit-", ignore_cleanup_errors=True) as runtime:
        # In a folder of its own its address is the only one, so none can be mistaken for it.
        environ = dict(child_environ(folder), JUPYTER_RUNTIME_DIR=runtime)
        environ["TEACHING_ANSWERS"] = answers_folder(lessons, os.environ)
        environ.update({"TEACHING_NAME": name} if name else {})
        with open(os.path.join(runtime, "lab.log"), "w+b") as log:
            ended_by_user = False
            try:
                with started(command, environ, log) as process:
                    stay_with(process, Path(runtime), first)
            except KeyboardInterrupt:
                ended_by_user = True
            log.seek(0)
            last_words = log.read().decode("utf-8", "replace").splitlines()[-15:]
    if process.returncode != 0 and not ended_by_user:
        print("\n".join("    " + line for line in last_words))
        raise Stop(f"JupyterLab ended by itself (code {process.returncode}), as said above.")
    print("\nJupyterLab has ended; your notebooks are as you last saved them.")
    return 0


def run_command(words, extra=""):
    """Runs a command of the kit, such as `app`, until it ends or the user ends it."""
    folder = prepare(extra)
    command = [str(environment_python(folder)), "-m", "teaching.deliver.cli"] + words
    answers = answers_folder(lessons_folder(PROJECT, Path.home(), os.environ), os.environ)
    with contextlib.suppress(KeyboardInterrupt):  # the program itself says that it has ended
        with started(command, dict(child_environ(folder), TEACHING_ANSWERS=answers)) as process:
            process.wait()
    return process.returncode


def site_words(words, project):
    """The command that builds the site: into `site` beside this file where no folder is named, and opened."""
    options = [word for word in words[1:] if word.startswith("-") and word != "--no-browser"]
    folders = [word for word in words[1:] if not word.startswith("-")]
    opened = [] if "--no-browser" in words else ["--open"]
    return ["site"] + (folders or [str(project / "site")]) + options + opened


def run_tests(words):
    """Runs the tests in the environment; more words go to pytest."""
    folder = prepare("test")
    command = [str(environment_python(folder)), os.path.join("tests", "run_all.py")] + words
    with started(command, child_environ(folder)) as process:
        return process.wait()


def main(words):
    """Does what the command line asks; returns the exit code."""
    bits, place = 64 if sys.maxsize > 2**32 else 32, sys.executable + sys.base_prefix
    problem = python_problem(sys.version_info, sys.implementation.name, bits, place)
    if problem:
        print(problem)
        return 1
    for stream in (sys.stdout, sys.stderr):  # a path may hold letters that this console lacks
        stream.reconfigure(errors="replace", line_buffering=True)
    for name in {"SIGTERM", "SIGHUP", "SIGBREAK"} & set(dir(signal)):  # the same as Ctrl+C
        signal.signal(getattr(signal, name), signal.default_int_handler)
    try:
        if words[:1] == ["test"]:
            return run_tests(words[1:])
        if words[:1] in (["app"], ["afresh"], ["check"]):
            return run_command(words)
        if words[:1] in (["instructor"], ["handout"], ["slides"]):
            return run_command(words, "site")  # formulas are written by what builds the site
        if words[:1] == ["site"]:
            return run_command(site_words(words, PROJECT), "site")
        raw = argparse.RawTextHelpFormatter
        parser = argparse.ArgumentParser("start.py", description=__doc__, formatter_class=raw)
        parser.add_argument("--no-browser", action="store_true", help="only print the address")
        parser.add_argument("--port", type=int, help="port of 127.0.0.1 (else the next free one)")
        parser.add_argument("--name", help="whose answers are kept, where several people share this folder")
        choice = parser.parse_args(words)
        return open_lab(choice.port, not choice.no_browser, choice.name)
    except Stop as stop:
        print(f"\n{stop}")
        return 1
    except KeyboardInterrupt:
        print("\nStopped. Run start.py again at any time; it goes on where it was.")
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
