"""How is the suite set up? As the product is, with a data folder of its own that vanishes with the process.

With DATABASE_URL set the suite runs on that server (see `tests.postgres_server`), in a database of its own name.
"""

import atexit
import os
import shutil
import tempfile

# Each process, so each pytest-xdist worker, has its own; nothing of the caller's installation takes part.
os.environ["DATA_DIR"] = tempfile.mkdtemp(prefix="licensing-manager-tests-")
atexit.register(shutil.rmtree, os.environ["DATA_DIR"], ignore_errors=True)
for _name in (
    "REDIS_URL",
    "CIS_URL",
    "SECRET_KEY",
    "ALLOWED_HOSTS",
    "UPLOAD_PROXY",
    "CA_BUNDLE",
    "EMAIL_URL",
    "PUBLIC_URL",
    "DEFAULT_LANGUAGE",
):
    os.environ.pop(_name, None)
    os.environ.pop(f"{_name}_FILE", None)

from licensing_manager.settings import *  # noqa: E402, F403
from licensing_manager.settings import DATA_DIR, DATABASES, IS_SQLITE  # noqa: E402

if IS_SQLITE:
    # A real file with real locks; only the waiting for the disk is left out.
    DATABASES["default"]["TEST"] = {"NAME": str(DATA_DIR / "tests.sqlite3")}
    DATABASES["default"]["OPTIONS"]["init_command"] = (
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF; PRAGMA foreign_keys=ON;"
    )
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 0

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # fast; the product's own are Django's
AXES_ENABLED = False  # a test of the lock-out turns it on
WHITENOISE_AUTOREFRESH = True  # looks for a static file when it is asked for, not for all of them with each new client
