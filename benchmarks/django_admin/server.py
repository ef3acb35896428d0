"""Serves the admin on a free loopback port: `python -m benchmarks.django_admin.server FOLDER` prints its base URL.

`/fresh/` puts the seeded data back and goes to the admin: each case begins there.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks import material

SEEDED = "seeded.sqlite3"
CURRENT = "current.sqlite3"


def main(folder: Path) -> None:
    """Make the database in `folder`, then serve until the process ends."""
    sys.path.insert(0, str(material.python_path()))
    _configure(folder)
    import django
    from django.core.management import call_command
    from django.db import connections

    django.setup()
    call_command("migrate", verbosity=0, run_syncdb=True)
    from benchmarks.django_admin.seed import seed

    seed()
    connections.close_all()
    shutil.copy(folder / CURRENT, folder / SEEDED)
    _serve(folder)


def _configure(folder: Path) -> None:
    from django.conf import settings

    settings.configure(
        DEBUG=True,
        SECRET_KEY="only-for-the-benchmark",  # noqa: S106 - guards nothing: the data is thrown away
        ALLOWED_HOSTS=["127.0.0.1"],
        ROOT_URLCONF="benchmarks.django_admin.urls",
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": str(folder / CURRENT)}},
        INSTALLED_APPS=[
            "django.contrib.admin",
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "django.contrib.sessions",
            "django.contrib.messages",
            "django.contrib.staticfiles",
            "benchmarks.django_admin.bookshop",
        ],
        MIDDLEWARE=[
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.middleware.common.CommonMiddleware",
            "django.middleware.csrf.CsrfViewMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
            "django.contrib.messages.middleware.MessageMiddleware",
        ],
        TEMPLATES=[
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "APP_DIRS": True,
                "OPTIONS": {
                    "context_processors": [
                        "django.template.context_processors.request",
                        "django.contrib.auth.context_processors.auth",
                        "django.contrib.messages.context_processors.messages",
                    ]
                },
            }
        ],
        STATIC_URL="/static/",
        USE_TZ=True,
        TIME_ZONE="UTC",
        LANGUAGE_CODE="en-us",
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],  # quick; guards nothing here
        AUTH_PASSWORD_VALIDATORS=[{"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"}],
        LOGGING_CONFIG=None,
    )


def _serve(folder: Path) -> None:
    from django.contrib.staticfiles.handlers import StaticFilesHandler
    from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
    from django.core.wsgi import get_wsgi_application

    class Quiet(WSGIRequestHandler):
        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadedWSGIServer(("127.0.0.1", 0), Quiet)
    server.set_app(StaticFilesHandler(get_wsgi_application()))
    print(f"http://127.0.0.1:{server.server_address[1]}", flush=True)
    server.serve_forever()


def fresh(folder: Path) -> Callable[[Any], Any]:
    """Return the view that puts the seeded data back."""

    def view(_request: Any) -> Any:
        from django.db import connection
        from django.http import HttpResponseRedirect

        connection.close()
        shutil.copy(folder / SEEDED, folder / CURRENT)
        return HttpResponseRedirect("/admin/")

    return view


if __name__ == "__main__":
    main(Path(sys.argv[1]))
