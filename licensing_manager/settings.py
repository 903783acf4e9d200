"""How is this installation set up? Every value comes from the environment or has its reason here."""

import hashlib
import os
import secrets
import tempfile
from pathlib import Path
from typing import Any

import environ
from csp.constants import NONE, SELF

from demo import folder as demo_folder
from languages.known import CODES, LOCALE
from languages.known import LANGUAGES as SPOKEN
from licensing_manager import sandbox_address, secret_key
from licensing_manager.environment import Environment, Problem
from licensing_manager.log_lines import LOGGING  # noqa: F401  # Django looks for it here

VERSION = "0.1.0"
BASE_DIR = Path(__file__).resolve().parent.parent
ENVIRONMENT = Environment(os.environ)
DATA_DIR = ENVIRONMENT.path("DATA_DIR", BASE_DIR / "var")
RUN_DIR = DATA_DIR / "run"
DEMO = demo_folder.is_demo(DATA_DIR)  # its servers are invented, and nothing of it goes anywhere else

# --- Identity ---------------------------------------------------------------------------------------------------
try:
    SECRET_KEY = ENVIRONMENT.text("SECRET_KEY") or secret_key.load_or_create(DATA_DIR / "secret_key")
except OSError as error:
    # The check below says so; a key for this process alone lets `manage.py check` get that far.
    SECRET_KEY = secrets.token_urlsafe(64)
    ENVIRONMENT.problems.append(
        Problem(
            "licensing_manager.E006",
            f"The data folder {DATA_DIR} cannot be written: {error.strerror}.",
            "Give this account the right to write there, or set DATA_DIR to another folder.",
        )
    )
DEBUG = False
ALLOWED_HOSTS = [
    host.strip() for host in ENVIRONMENT.text("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]").split(",") if host.strip()
]
CSRF_FAILURE_VIEW = "dashboard.views.errors.csrf_failure"
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS if host not in {"*", "[::1]"}]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
BEHIND_TLS = ENVIRONMENT.flag("BEHIND_TLS", default=False)

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "axes",
    "csp",
    "django_filters",
    "django_htmx",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "rest_framework",
    "accounts",
    "servers",
    "licenses",
    "programs",
    "payloads",
    "uploads",
    "intake",
    "alerts",
    "dashboard",
    "api",
    "receiver",
    "licensing_manager",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "dashboard.language.ReadersLanguage",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
    "licensing_manager.fresh_standings.FreshStandings",
    "dashboard.views.errors.dressed",
]
ROOT_URLCONF = "licensing_manager.urls"
WSGI_APPLICATION = "licensing_manager.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "dashboard.shell.shell",
            ]
        },
    }
]


def database_config(url: str) -> dict[str, Any]:
    """Django's settings for a database address. Raises ValueError for what is none."""
    config: dict[str, Any] = environ.Env.db_url_config(url)
    if not config.get("ENGINE") or not config.get("NAME"):
        raise ValueError(url)
    return config


# --- Facts: the database ----------------------------------------------------------------------------------------
SQLITE_URL = f"sqlite:///{DATA_DIR / 'db.sqlite3'}"
DATABASES: dict[str, dict[str, Any]] = {
    "default": ENVIRONMENT.parsed(
        "DATABASE_URL",
        database_config,
        default=SQLITE_URL,
        example="postgres://user:password@host:5432/database",
    )
}
IS_SQLITE = DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3"
if IS_SQLITE:
    DATABASES["default"]["OPTIONS"] = {
        # A writer takes its lock at BEGIN, so two of them wait instead of failing half-way.
        "transaction_mode": "IMMEDIATE",
        "timeout": 30,
        # FULL: a decision that was acknowledged survives a power cut.
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
    }
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 300
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"


# --- Work: the broker -------------------------------------------------------------------------------------------
def broker_socket(data_dir: Path) -> Path:
    """The embedded broker's socket: in the data folder, or in a private folder where that path is too long."""
    socket = data_dir / "run" / "broker.sock"
    if len(os.fsencode(socket)) <= 100:  # the kernel takes 107 bytes; the broker needs some room
        return socket
    digest = hashlib.sha256(os.fsencode(data_dir)).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"licensing-manager-{os.getuid()}-{digest}" / "broker.sock"


EMBEDDED_BROKER = not ENVIRONMENT.given("REDIS_URL")
BROKER_SOCKET = broker_socket(DATA_DIR)
REDIS_URL = (
    ENVIRONMENT.url("REDIS_URL", default="", schemes=frozenset({"redis", "rediss"})) or f"unix://{BROKER_SOCKET}"
)
CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://", 1)
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_IGNORE_RESULT = True  # results are rows of our own tables
CELERY_TASK_ACKS_LATE = True  # a message outlives the worker that held it; the claim makes a repeat harmless
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
# Ticks and uploads wait in two queues, and a worker that is free takes a tick first: 500 uploads to a destination that
# is down must not keep the scheduler from looking.
CELERY_TASK_QUEUES: dict[str, dict[str, str]] = {"celery": {}, "uploads": {}}
CELERY_TASK_ROUTES = {"uploads.tasks.transfer_upload": {"queue": "uploads"}}
CELERY_DB_REUSE_MAX = 1000  # without it the Django fix-up reconnects around every task
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 3600,
    "queue_order_strategy": "priority",  # in the order of CELERY_TASK_QUEUES
    # A page never hangs on a broker that is gone: the row waits in the database, the next tick asks again.
    "socket_connect_timeout": 3,
    "max_retries": 1,
    "interval_start": 0,
    "interval_step": 0.1,
}
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULER = "licensing_manager.beat:FromFacts"
DISPATCH_SECONDS = ENVIRONMENT.number("DISPATCH_SECONDS", default=15, least=1, most=3600)


# --- Destination ------------------------------------------------------------------------------------------------
SANDBOX = not ENVIRONMENT.given("CIS_URL")
CIS_URL = ENVIRONMENT.url("CIS_URL", default="", schemes=frozenset({"http", "https"})) or sandbox_address.read(RUN_DIR)
CIS_USERNAME = ENVIRONMENT.text("CIS_USERNAME", "sandbox" if SANDBOX else "")
CIS_PASSWORD = ENVIRONMENT.text("CIS_PASSWORD")
CIS_PRODUCT_KEY = ENVIRONMENT.text("CIS_PRODUCT_KEY")
if SANDBOX:
    # Both ends of the sandbox are ours, so they derive the same words from the one secret they share.
    CIS_PASSWORD = CIS_PASSWORD or hashlib.sha256(f"sandbox password {SECRET_KEY}".encode()).hexdigest()
    CIS_PRODUCT_KEY = CIS_PRODUCT_KEY or hashlib.sha256(f"sandbox product {SECRET_KEY}".encode()).hexdigest()[:40]
UPLOAD_PROXY = ENVIRONMENT.url("UPLOAD_PROXY", default="", schemes=frozenset({"http", "https"}))
NO_PROXY = ENVIRONMENT.text("NO_PROXY")
CA_BUNDLE = ENVIRONMENT.text("CA_BUNDLE")
UPLOAD_DEADLINE_AWARE = ENVIRONMENT.flag("UPLOAD_DEADLINE_AWARE", default=False)
UPLOAD_LEASE_SECONDS = ENVIRONMENT.number("UPLOAD_LEASE_SECONDS", default=60, least=3, most=3600)
VOLUME_MAX_BYTES = ENVIRONMENT.number("VOLUME_MAX_BYTES", default=0, least=0, most=2**50)

# --- Messages ---------------------------------------------------------------------------------------------------
PUBLIC_URL = ENVIRONMENT.url("PUBLIC_URL", default="", schemes=frozenset({"http", "https"}))
EMAIL_URL = ENVIRONMENT.url("EMAIL_URL", default="", schemes=frozenset({"smtp", "smtp+tls", "smtp+ssl"}))
EMAIL_FROM = ENVIRONMENT.text("EMAIL_FROM").strip()
CHANNEL_KEY = ENVIRONMENT.text("CHANNEL_KEY").strip()
if EMAIL_URL:
    vars().update(environ.Env.email_url_config(EMAIL_URL))
    EMAIL_TIMEOUT = 20  # seconds for each step: a mail server that checks its sender takes a few
    DEFAULT_FROM_EMAIL = SERVER_EMAIL = EMAIL_FROM

PSEUDONYMIZE_NAMES = ENVIRONMENT.flag("PSEUDONYMIZE_NAMES", default=False)
HISTORY_DAYS = ENVIRONMENT.number_or_none("HISTORY_DAYS", least=30, most=36_500)  # None: as chosen on the page
USAGE_DAYS = ENVIRONMENT.number_or_none("USAGE_DAYS", least=30, most=36_500)

# --- Who may enter ----------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "accounts.backends.RoleBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("MinimumLengthValidator", "CommonPasswordValidator", "UserAttributeSimilarityValidator")
]
AUTH_PASSWORD_VALIDATORS[0]["OPTIONS"] = {"min_length": 12}  # type: ignore[assignment]
LOGIN_URL = "sign_in"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "sign_in"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = BEHIND_TLS
SESSION_COOKIE_AGE = 12 * 3600
SECURE_HSTS_SECONDS = 31_536_000 if BEHIND_TLS else 0
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    }
}
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 1 / 12  # hours: five minutes
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_CALLABLE = "dashboard.views.accounts.locked_out"
AXES_VERBOSE = False

# --- Words, times, files ----------------------------------------------------------------------------------------
# Whoever reads has a language of their own: cookie, then browser. What nobody asked for, such as the text of an alert,
# is written in this one. Not LANGUAGE: many shells set that for programs of their own.
LANGUAGE_CODE = ENVIRONMENT.choice("DEFAULT_LANGUAGE", default="en", among=CODES)
LANGUAGES = list(SPOKEN)
LOCALE_PATHS = [LOCALE]
FORMAT_MODULE_PATH = ["languages.formats"]
LANGUAGE_COOKIE_NAME = "language"
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_SECURE = BEHIND_TLS
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 3600
MAX_IMPORT_BYTES = 64 * 1024 * 1024  # ours: above the largest lmstat capture that we generate for benchmarks
FILE_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_PERMISSIONS = 0o600

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "api.authentication.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["api.permissions.HasNamedPermission"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_PAGINATION_CLASS": "api.pagination.NewestFirst",
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_THROTTLE_CLASSES": ["api.throttling.Patience"],
    "DEFAULT_THROTTLE_RATES": {"user": "1200/min"},
    "EXCEPTION_HANDLER": "api.errors.problem_details",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Licensing Manager",
    "DESCRIPTION": "What do we have, what did we agree to send, what exactly leaves, did it arrive, who must know?",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "SERVE_PERMISSIONS": ["rest_framework.permissions.IsAuthenticated"],
}
