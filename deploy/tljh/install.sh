#!/usr/bin/env bash
# Installs the kit into The Littlest JupyterHub of this machine, for all students: sudo deploy/tljh/install.sh
# Students may read the kit and not write to it. Run it again after an update of the kit.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
kit="$(pwd -P)"
tljh="${TLJH:-/opt/tljh}"
python="$tljh/user/bin/python"

[ "$(id -u)" -eq 0 ] || { echo "Run it as root: sudo $0" >&2; exit 2; }
[ -x "$python" ] || { echo "There is no The Littlest JupyterHub in $tljh: install it first (docs/classroom_server.md)." >&2; exit 2; }
place="$(dirname "$kit")"
while [ "$place" != / ]; do # students must be able to enter every folder on the way to the kit
    case "$(stat -c %A "$place")" in
        *[xt]) ;;
        *) echo "Move the kit to a folder that students can read, such as /srv/bcell-kit: they cannot enter $place." >&2; exit 2 ;;
    esac
    place="$(dirname "$place")"
done

"$python" -m pip install --constraint constraints.txt --editable .
chown -R root:root "$kit"
chmod -R go-w,a+rX "$kit"
# What the answers are made of belongs to lecturers: no student's account can read it.
[ ! -d "$kit/instructor" ] || chmod -R go-rwx "$kit/instructor"
NUMBA_CACHE_DIR="$kit/.compiled" "$python" -c "import teaching.model.simulation as simulation; simulation.warm_up()"
chmod -R a+rX "$kit/.compiled"

install -d "$tljh/config/jupyterhub_config.d"
sed "s|^KIT = .*|KIT = \"$kit\"|" deploy/tljh/jupyterhub_config.d/teaching.py > "$tljh/config/jupyterhub_config.d/teaching.py"
if [ -s "$tljh/config/config.yaml" ]; then
    echo "$tljh/config/config.yaml is there already and was left as it is; compare it with deploy/tljh/config.yaml."
else
    install -m 600 deploy/tljh/config.yaml "$tljh/config/config.yaml"
fi
echo "Installed. Add the students' names under users.allowed in $tljh/config/config.yaml, then: sudo tljh-config reload"
