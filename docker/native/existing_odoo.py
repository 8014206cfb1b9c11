"""Prints, as shell exports, what an existing Odoo's configuration must hand on to our commands.

Run by that Odoo's interpreter. The environment wins over Odoo's configuration file, hence its own
addons path is repeated with ours added; libpq's variables are set from the file so that our
database commands meet the same server.
"""

import shlex
import sys
from pathlib import Path

from odoo.tools import config

LIBPQ = {"PGHOST": "db_host", "PGPORT": "db_port", "PGUSER": "db_user", "PGPASSWORD": "db_password"}


def main(project):
    config.parse_config([])
    paths = [
        path for path in config["addons_path"] if Path(path).resolve() != Path(project).resolve()
    ]
    exports = {"ODOO_ADDONS_PATH": ",".join([*paths, project])}
    exports.update({name: config[option] for name, option in LIBPQ.items() if config[option]})
    for name, value in exports.items():
        print(f"export {name}={shlex.quote(str(value))}")


if __name__ == "__main__":
    main(sys.argv[1])
