"""Beside config.yaml of The Littlest JupyterHub: each student gets the lessons, and a folder of answers of their own.

Copied to /opt/tljh/config/jupyterhub_config.d/ by install.sh, which replaces KIT by the folder that it was run in.
"""

KIT = "/srv/bcell-kit"

c = get_config()  # noqa: F821  JupyterHub gives it
c.Spawner.environment = {
    "TEACHING_CLASSROOM": "my-lessons",
    "TEACHING_COMPILED": f"{KIT}/.compiled",
    # Inside the student's home, as the lessons are: the hub makes it for that student alone.
    "TEACHING_ANSWERS": "~/teaching-answers",
}
c.Spawner.default_url = "/lab/tree/my-lessons/00_start_here.ipynb"
c.JupyterHub.concurrent_spawn_limit = 8  # thirty at once would start none of them for a minute
