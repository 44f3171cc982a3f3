"""Django settings, from the environment and `.env` in the project root; docs/settings.md explains each variable."""

import os
import sys
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from agentsite.database_url import parse_database_url
from agentsite.env import env_bool, env_choice, env_int, env_limit, env_list, env_secret, env_str, read_dotenv
from agentsite.localkey import local_secret_key

BASE_DIR = Path(__file__).resolve().parent.parent
read_dotenv(BASE_DIR / ".env")

# asgi.py sets it. Connections to the database bear it, which is how the metrics page knows of the worker.
PROCESS = env_str("AGENTSITE_PROCESS") or ("worker" if "qcluster" in sys.argv else "command")
WEB_CONCURRENCY = env_int("WEB_CONCURRENCY", 1, least=1)

# Security ---------------------------------------------------------------------------------------------------------

DEBUG = env_bool("DEBUG", True)
# Django's own pages for errors instead of the site's.
DEBUG_PAGES = env_bool("DEBUG_PAGES", False)
DEMO = env_bool("DEMO", DEBUG)


def _secret_key() -> str:
    """The configured key; for local use one made once and kept in var/. With DEBUG off there is no default."""
    if key := env_secret("SECRET_KEY"):
        return key
    if not DEBUG:
        raise ImproperlyConfigured("DEBUG is off and SECRET_KEY is not set. Set SECRET_KEY or SECRET_KEY_FILE.")
    return local_secret_key(BASE_DIR / "var" / "secret_key")


SECRET_KEY = _secret_key()
# Earlier keys, so that links, sessions and the encrypted secrets of two-factor sign-in outlive a change of the key.
SECRET_KEY_FALLBACKS = env_list("SECRET_KEY_FALLBACKS")
ALLOWED_HOSTS = env_list("ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]"] if DEBUG else [])
CSRF_TRUSTED_ORIGINS = env_list("CSRF_TRUSTED_ORIGINS")
SITE_NAME = env_str("SITE_NAME", "Agentsite")

if not DEBUG:
    SECURE_SSL_REDIRECT = env_bool("SECURE_SSL_REDIRECT", True)
    SECURE_HSTS_SECONDS = env_int("SECURE_HSTS_SECONDS", 31_536_000)
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
    if env_bool("BEHIND_PROXY", False):
        SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

# Strict everywhere, console and error pages included. `data:` images are for the TOTP page's QR code.
CONTENT_SECURITY_POLICY: dict[str, Any] = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "connect-src": ["'self'"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    }
}

# Applications -----------------------------------------------------------------------------------------------------

INSTALLED_APPS = [
    # Its runserver speaks ASGI; it must stand before staticfiles. Its imports cost half a second: only where needed.
    *(["daphne"] if "runserver" in sys.argv else []),
    "agentsite",
    "dashboard.apps.ConsoleConfig",  # django.contrib.admin with our own site class
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "channels",
    "csp",
    "django_htmx",
    "django_q",
    "pgtrigger",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "audit",
    "accounts",
    "vault",
    "llm",
    "stores",
    "conversations",
    "dashboard.apps.DashboardConfig",
]

# Short on purpose. The last one is sync-only, so under ASGI the whole chain and a sync view run in one hop to a thread;
# with an async-capable one there, each hook of each piece would be a hop of its own (docs/performance.md).
MIDDLEWARE = [
    "audit.middleware.RequestIdMiddleware",
    "agentsite.headers.HeadersMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.common.CommonMiddleware",  # /stores leads to /stores/
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "accounts.middleware.PreferencesMiddleware",
]
if DEBUG and not DEBUG_PAGES:
    MIDDLEWARE.insert(-1, "agentsite.error_pages.NotFoundMiddleware")
    DEFAULT_EXCEPTION_REPORTER = "agentsite.error_pages.PlainReporter"

ROOT_URLCONF = "agentsite.urls"
ASGI_APPLICATION = "agentsite.asgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

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
                "accounts.context_processors.site",
            ],
        },
    },
]

# Data -------------------------------------------------------------------------------------------------------------


def _database() -> dict[str, Any]:
    """The default connection: `DATABASE_URL`, else the embedded Postgres, which this process then keeps running."""
    if url := env_secret("DATABASE_URL"):
        config = parse_database_url(url)
    else:
        from agentsite.postgres import attach  # not even imported where there is a server already

        config = attach(BASE_DIR).django_database()
    options = config.setdefault("OPTIONS", {})
    options.setdefault("application_name", f"agentsite {PROCESS}")
    config["ENGINE"] = "django.db.backends.postgresql"
    config["CONN_HEALTH_CHECKS"] = True
    if DATABASE_PREPARE:  # concerns the hand-written statements only (`audit.sql`); the ORM's never are
        options.setdefault("prepare_threshold", 2)
    if PROCESS == "web":  # nowhere else: django-q2 forks, which corrupts pooled sockets
        from agentsite.pooling import PooledConnection  # loads psycopg, which others do later or never

        options["pool"] = {
            "min_size": 2,
            "max_size": DATABASE_POOL_SIZE,
            "timeout": 10,
            "connection_class": PooledConnection,
        }
    else:
        config["CONN_MAX_AGE"] = 600
    # Two runs of the tests at once must not meet in one database; bin/test drops those of dead processes.
    config["TEST"] = {"NAME": f"test_agentsite_{os.getpid()}"}
    return config


DATABASE_PREPARE = env_bool("DATABASE_PREPARE", True)
DATABASE_POOL_SIZE = env_int("DATABASE_POOL_SIZE", 16, least=2)
DATABASES = {"default": _database()}

REDIS_URL = env_secret("REDIS_URL")
if REDIS_URL:
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}}
    # The layer waits for a notice five seconds at a time. Told nothing better, the client loses patience just then, and
    # every idle page its socket.
    _host = {"address": REDIS_URL, "socket_timeout": 15}
    CHANNEL_LAYERS = {"default": {"BACKEND": "channels_redis.core.RedisChannelLayer", "CONFIG": {"hosts": [_host]}}}
else:
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}

Q_CLUSTER = {
    "name": "agentsite",
    "orm": "default",
    "workers": env_int("WORKERS", 2, least=1),
    "poll": 0.2,
    "timeout": 600,
    "retry": 660,
    "max_attempts": 3,
    "catch_up": False,
    "label": "Background work",
}

# Accounts ---------------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"

# Mail: without a server it goes to the console, and addresses cannot be verified.
EMAIL_HOST = env_str("EMAIL_HOST")
EMAIL_PORT = env_int("EMAIL_PORT", 587)
EMAIL_HOST_USER = env_str("EMAIL_HOST_USER")
EMAIL_HOST_PASSWORD = env_secret("EMAIL_HOST_PASSWORD")
EMAIL_USE_TLS = env_bool("EMAIL_USE_TLS", True)
DEFAULT_FROM_EMAIL = env_str("DEFAULT_FROM_EMAIL", "agentsite@localhost")
MAIL_IS_CONFIGURED = bool(EMAIL_HOST)
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if MAIL_IS_CONFIGURED else 'console'}.EmailBackend"

ACCOUNT_ADAPTER = "accounts.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
# "mandatory" is also what keeps sign-up from telling which addresses are known.
ACCOUNT_EMAIL_VERIFICATION = "mandatory" if MAIL_IS_CONFIGURED else "none"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_SESSION_REMEMBER = True
# One address a person; changing it, or how one signs in, asks for the password again and is told by mail.
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
# Whose address counts in rate limits: behind a proxy the last hop of X-Forwarded-For, else that of the connection.
ALLAUTH_TRUSTED_PROXY_COUNT = env_int("TRUSTED_PROXY_COUNT", int(env_bool("BEHIND_PROXY", False)))
MFA_ADAPTER = "accounts.adapters.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
# Where addresses must be verified, nobody gets as far as this without; where they cannot be, two-factor still can.
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_TOTP_ISSUER = SITE_NAME
USERSESSIONS_TRACK_ACTIVITY = False
# Beside allauth's own limits: files sent to be imported.
ACCOUNT_RATE_LIMITS = {"upload": "20/m/user"}

# What other apps add to the settings page: functions of a user that give an `accounts.sections.Section` or None.
SETTINGS_SECTIONS = ["llm.own_usage.section"]
DEFAULT_PHONE_REGION = env_str("DEFAULT_PHONE_REGION", "US")
UNLOCK_SECONDS = env_int("UNLOCK_SECONDS", 300)
REQUIRE_TOTP_FOR_ROLES = env_bool("REQUIRE_TOTP_FOR_ROLES", not DEBUG)

# Imports ----------------------------------------------------------------------------------------------------------

# Of an uploaded file; the command takes any.
IMPORT_MAX_ROWS = env_int("IMPORT_MAX_ROWS", 500, least=1)
IMPORT_MAX_BYTES = env_int("IMPORT_MAX_BYTES", 2_097_152, least=1024)

# Agents -----------------------------------------------------------------------------------------------------------

# Every skill an agent's row may name. Imported on first use; a system check verifies that they fit together.
AGENT_SKILLS = [
    "conversations.skills.session.SessionSkill",
    "stores.skill.StoresSkill",
    "conversations.skills.chat.ChatSkill",
    *env_list("EXTRA_SKILLS"),
]
MESSAGE_MAX_CHARS = 8_000
MESSAGES_PER_MINUTE = env_int("MESSAGES_PER_MINUTE", 20, least=1)
TURN_LEASE_SECONDS = env_int("TURN_LEASE_SECONDS", 30, least=3)
TURN_RENEW_SECONDS = TURN_LEASE_SECONDS / 3
# Turn storage runs in its own threads, as many as there are pooled connections. Tests turn this on so that the turn
# sees the test's transaction.
TURN_THREAD_SENSITIVE = False

# Models -----------------------------------------------------------------------------------------------------------

# Without any of them everything works from rules and templates. `llm.config` has the default models.
ANTHROPIC_API_KEY = env_secret("ANTHROPIC_API_KEY")
ANTHROPIC_BASE_URL = env_str("ANTHROPIC_BASE_URL")
GEMINI_API_KEY = env_secret("GEMINI_API_KEY")
GEMINI_BASE_URL = env_str("GEMINI_BASE_URL")
OPENAI_API_KEY = env_secret("OPENAI_API_KEY")
OPENAI_BASE_URL = env_str("OPENAI_BASE_URL")
OPENAI_MODEL = env_str("OPENAI_MODEL")
LLM_CHAINS = {
    "understand": env_list("LLM_UNDERSTAND"),
    "reply": env_list("LLM_REPLY"),
    "judge": env_list("LLM_JUDGE"),
    "summarize": env_list("LLM_SUMMARIZE"),
    "embed": env_list("LLM_EMBED"),
}
LLM_FIRST_TOKEN_SECONDS = env_int("LLM_FIRST_TOKEN_SECONDS", 15, least=1)
LLM_NEXT_TOKEN_SECONDS = env_int("LLM_NEXT_TOKEN_SECONDS", 20, least=1)
LLM_TOTAL_SECONDS = env_int("LLM_TOTAL_SECONDS", 60, least=1)
LLM_UNDERSTAND_SECONDS = env_int("LLM_UNDERSTAND_SECONDS", 4, least=1)
LLM_WINDOW_TOKENS = env_int("LLM_WINDOW_TOKENS", 4_000, least=100)
LLM_REQUESTS_PER_MINUTE = env_int("LLM_REQUESTS_PER_MINUTE", 1_000)
LLM_TOKENS_PER_MINUTE = env_int("LLM_TOKENS_PER_MINUTE", 2_000_000)
# What models may cost at most, in USD and tokens, unless a row of `llm.Budget` says otherwise; None: no limit. Days and
# months are those of TIME_ZONE.
LLM_BUDGETS = {
    "user_day": (env_limit("LLM_USER_DAY_USD", 1), env_limit("LLM_USER_DAY_TOKENS", 1_000_000)),
    "agent_day": (env_limit("LLM_AGENT_DAY_USD", 20), env_limit("LLM_AGENT_DAY_TOKENS", 20_000_000)),
    "site_month": (env_limit("LLM_SITE_MONTH_USD", 100), env_limit("LLM_SITE_MONTH_TOKENS", 200_000_000)),
}
# Told what every settled call of a turn came to, in the transaction that settles it: (turn id, usage, cost or None).
LLM_USAGE_SINKS = ["conversations.engine.usage.add_to_turn"]
# Spans of model calls go to Langfuse, without the text of messages unless LLM_TRACE_CONTENT says so.
LANGFUSE_PUBLIC_KEY = env_secret("LANGFUSE_PUBLIC_KEY")
LANGFUSE_SECRET_KEY = env_secret("LANGFUSE_SECRET_KEY")
LANGFUSE_HOST = env_str("LANGFUSE_HOST", "https://cloud.langfuse.com")
LLM_TRACE_CONTENT = env_bool("LLM_TRACE_CONTENT", False)

# Alerts: addresses as apprise reads them (mailtos://…, tgram://…), separated by blanks or lines.
ALERT_URLS = env_secret("ALERT_URLS").split()

# Retention: the action that forgets something, and after how many days (`audit.retention`).
RETENTION = {
    "alerts": ("audit.actions.purge_alerts", env_int("AUDIT_KEEP_DAYS", 365, least=1)),
    "audit": ("audit.actions.purge_events", env_int("AUDIT_KEEP_DAYS", 365, least=1)),
    "imports": ("stores.importing.jobs.purge", env_int("IMPORT_KEEP_DAYS", 30, least=1)),
    "usage": ("llm.actions.purge_usage", env_int("USAGE_KEEP_DAYS", 90, least=1)),
}

# Language and time ------------------------------------------------------------------------------------------------

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = env_str("TIME_ZONE", "UTC")
USE_I18N = True
USE_TZ = True

# Files ------------------------------------------------------------------------------------------------------------

STATIC_URL = "/static/"
# With DEBUG on, files are served from where they are; `collectstatic` is for production.
STATIC_ROOT = None if DEBUG else BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS = DEBUG
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_048_576
# Of a whole request. As files stay in memory up to there, nothing of an upload is ever written to the disk.
BODY_MAX_BYTES = FILE_UPLOAD_MAX_MEMORY_SIZE = IMPORT_MAX_BYTES + DATA_UPLOAD_MAX_MEMORY_SIZE

# Logs and errors --------------------------------------------------------------------------------------------------

LOGGING_CONFIG = "audit.logs.configure"
LOGGING: dict[str, Any] = {
    "level": env_choice("LOG_LEVEL", "INFO", ["DEBUG", "INFO", "WARNING", "ERROR"]),
    "json": env_bool("LOG_JSON", not sys.stderr.isatty()),
}
SENTRY_DSN = env_secret("SENTRY_DSN")
SENTRY_ENVIRONMENT = env_str("SENTRY_ENVIRONMENT", "development" if DEBUG else "production")
