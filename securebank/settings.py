"""Settings. What differs between machines comes from the environment; see ``docs/production.md``."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import django_stubs_ext
from django.utils.translation import gettext_lazy as _

from securebank import background, logs, rest
from securebank import environment as env

django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parent.parent
STATE_DIR = Path(env.text("SECUREBANK_STATE_DIR", str(BASE_DIR / "var")))

# --- what kind of bank this is ---------------------------------------------------------------------------------------

# Demo mode: deposits from nowhere, mail shown in the log, plain HTTP. Never on a machine that others reach.
DEMO_MODE = env.flag("SECUREBANK_DEMO", default=False)
# Payments a second that invented customers make in a demo bank; 0 for none.
SIMULATE_RATE = env.pace("SECUREBANK_SIMULATE", 0.0)
DEBUG = False
VERSION = "0.1.0"
SITE_ORIGIN = env.text("SECUREBANK_ORIGIN", "http://127.0.0.1:8000")
ALLOWED_HOSTS = env.words("SECUREBANK_HOSTS", "127.0.0.1,localhost")
CSRF_TRUSTED_ORIGINS = [SITE_ORIGIN]

# --- keys: one secret a purpose, none in the database ----------------------------------------------------------------

KEY_DIR = STATE_DIR / "keys"
SECRET_KEY = env.secret("SECUREBANK_SECRET_KEY", folder=KEY_DIR)
TOKEN_SIGNING_KEY = env.secret("SECUREBANK_TOKEN_KEY", folder=KEY_DIR)
PIN_PEPPER = env.secret("SECUREBANK_PIN_PEPPER", folder=KEY_DIR)
# Signs the log's checkpoints: for the processes that mine. The public halves, retired ones too, are for all.
CHECKPOINT_KEY = env.secret_or_nothing("SECUREBANK_CHECKPOINT_KEY", folder=KEY_DIR)
CHECKPOINT_PUBLIC_KEYS = env.secret_or_nothing("SECUREBANK_CHECKPOINT_PUBLIC_KEYS", folder=KEY_DIR)
# Seals and signs payment codes: "id:key" words, the last one seals. Codes of a demo never open in a real bank.
QR_KEYS = env.secret_or_nothing("SECUREBANK_QR_KEYS", folder=KEY_DIR)
QR_ENVIRONMENT = "demo" if DEMO_MODE else "live"
# Who signs UPI links that are checked here: "orgid:key" words, each a P-256 public key (DER in base64url).
UPI_SIGNERS = env.text("SECUREBANK_UPI_SIGNERS", "")

METRICS_TOKEN = env.text("SECUREBANK_METRICS_TOKEN", "")

# --- applications ----------------------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "daphne",
    "accounts.admin_config.BankAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "channels",
    "csp",
    "django_htmx",
    "django_prometheus",
    "django.forms",
    "django_structlog",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "rest_framework",
    "securebank.web",
    "ledger",
    "accounts",
    "fraud",
    "payments",
    "qrpay",
    "voice",
]

MIDDLEWARE = [
    "django_prometheus.middleware.PrometheusBeforeMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "securebank.web.request_log.RequestLog",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "accounts.reading.ReaderMiddleware",
    "accounts.middleware.StaffIdleMiddleware",
    "accounts.middleware.DeviceCookieMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "securebank.web.pages.RefusalPages",
    "django_prometheus.middleware.PrometheusAfterMiddleware",
]

# Form fields take their templates from ours, so errors and hints stand beside the field on every page.
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

ROOT_URLCONF = "securebank.urls"
ASGI_APPLICATION = "securebank.asgi.application"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "accounts.reading.reading",
            ],
        },
    },
]

# --- engines ---------------------------------------------------------------------------------------------------------

# Requests that one web process works on at once; its sockets need a connection or two beside them.
WEB_THREADS = env.number("SECUREBANK_WEB_THREADS", 8)

DATABASES = {"default": env.database(env.secret("DATABASE_URL"))}
DATABASES["default"]["OPTIONS"] |= {
    # Requests, sockets and tasks run on many threads; a pool keeps connections open between them.
    "pool": {"min_size": 1, "max_size": env.number("SECUREBANK_DB_POOL", 10), "timeout": 5},
    # Django turns psycopg's prepared statements off; the books call the same function thousands of times.
    "prepare_threshold": 5,
    "server_side_binding": True,
    "options": "-c lock_timeout=4s -c idle_in_transaction_session_timeout=15s -c statement_timeout=30s",
    "application_name": "securebank",
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.secret("REDIS_URL")
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "securebank",
        "OPTIONS": {"socket_timeout": 2, "socket_connect_timeout": 2},
    },
}
CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {"hosts": [REDIS_URL], "prefix": "securebank"},
    },
}

CELERY_BROKER_URL = env.broker(REDIS_URL)
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "global_keyprefix": "securebank:",
    "visibility_timeout": 600,
    "unacked_restore_interval": 2,
    "socket_timeout": 5,
    "socket_connect_timeout": 2,
}
# A payment must not wait for a broker that is down: its row is the queue, the task only a nudge.
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_TIME_LIMIT = 300
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 10
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# For ever: a worker that gave up would need hands.
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_TIMEZONE = "UTC"
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_TASK_ROUTES = background.ROUTES
CELERY_BEAT_SCHEDULE_FILENAME = str(STATE_DIR / "celerybeat-schedule")
CELERY_BEAT_SCHEDULE = background.SWEEPS

# --- people ----------------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"

SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"

# --- people: the site's sign-in (django-allauth) ---

ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_FORMS = {"signup": "accounts.forms.SignUpForm"}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
# A code typed into the page that asks for it: a link would open in the mail app's own browser, signed out.
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_RATE_LIMITS = {"login": "120/m/ip", "login_failed": "60/m/ip,10/300s/key", "signup": "300/h/ip"}
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "http" if DEMO_MODE else "https"
MFA_ADAPTER = "accounts.adapter.FactorAdapter"
MFA_FORMS = {
    "authenticate": "accounts.forms.CodeForm",
    "reauthenticate": "accounts.forms.CodeAgainForm",
    "add_webauthn": "accounts.forms.PasskeyAddForm",
    "authenticate_webauthn": "accounts.forms.PasskeyAuthenticateForm",
    "login_webauthn": "accounts.forms.PasskeyLoginForm",
    "reauthenticate_webauthn": "accounts.forms.PasskeyReauthenticateForm",
}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_USER_VERIFICATION = "required"
# Browsers treat localhost as secure; the demo has no certificate.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEMO_MODE
MFA_TOTP_ISSUER = "SecureBank"
# Phones run a few seconds off, and people type across the half minute; every code still counts only once.
MFA_TOTP_TOLERANCE = 1
MFA_RECOVERY_CODES_SHOW_ONCE = True
USERSESSIONS_ADAPTER = "accounts.adapter.SessionAdapter"

# Staff who turn away from the screen are signed out; a browser is remembered as a known device for so long.
STAFF_IDLE_TIMEOUT = timedelta(minutes=15)
DEVICE_COOKIE_NAME = "device"
DEVICE_COOKIE_AGE = timedelta(days=365)
# How many proxies of ours stand in front and write X-Forwarded-For.
TRUSTED_PROXY_COUNT = env.number("SECUREBANK_TRUSTED_PROXIES", 0)
# Tries, seconds. Wrong passwords count by account and address; right ones don't.
RATE_LIMITS = {
    # A file of ten thousand lines keeps a process busy for seconds.
    "statement": (60, 60),
    "register": (300, 3600),
    "login_failed": (10, 300),
    "login_failed_address": (100, 300),
    "second_factor": (5, 300),
    "password_again": (10, 300),
    "refresh": (600, 300),
    "payee_lookup": (120, 60),
    # Each one rings at somebody else's.
    "money_request": (60, 3600),
    # Each reading may look for a payee, and each code that is made stays.
    "qr_verify": (120, 60),
    "qr_issue": (300, 3600),
    # Who asks often enough learns where the thresholds lie.
    "fraud_check": (30, 60),
    # Faster than anybody speaks; names and handles can be tried here.
    "voice_command": (60, 60),
    # Each one calls a colleague.
    "fraud_answer": (30, 3600),
    # Each one keeps a processor busy for a while; a batch up to thirty-two times as long.
    "qr_detect": (120, 60),
    "qr_detect_batch": (10, 60),
    "webhook_change": (30, 3600),
    "webhook_test": (10, 60),
}

# --- people: webhooks ---

WEBHOOK_INTERNET = "accounts.webhooks.posting.PublicInternet"
# Lets demo customers name this machine, by HTTP too, to try webhooks out.
WEBHOOK_LOOPBACK = DEMO_MODE and env.flag("SECUREBANK_WEBHOOK_LOOPBACK", default=False)

# --- people: REST tokens ---

TOKEN_ISSUER = "securebank"  # noqa: S105 # a name, not a secret
TOKEN_AUDIENCE = "securebank-api"  # noqa: S105 # a name, not a secret
ACCESS_TOKEN_LIFETIME = timedelta(minutes=10)
REFRESH_TOKEN_LIFETIME = timedelta(days=7)
TOKEN_FAMILY_LIFETIME = timedelta(days=30)

# --- the books: the chain that seals them ----------------------------------------------------------------------------

# Leading zero hex digits of a block's hash; or, if seconds are given, as many as this machine finds in that time.
CHAIN_DIFFICULTY = env.number("SECUREBANK_CHAIN_DIFFICULTY", 4)
CHAIN_WORK_SECONDS = env.number("SECUREBANK_CHAIN_WORK_SECONDS", 0)
# A block is mined every few seconds (the sweep in securebank/background.py), or as soon as it has so many bookings.
CHAIN_BLOCK_BOOKINGS = env.count("SECUREBANK_CHAIN_BLOCK_BOOKINGS", 5_000)

# --- fraud -----------------------------------------------------------------------------------------------------------

# Holds the model that judges payments and its card; without one the rules decide alone.
FRAUD_MODEL_DIR = env.text("SECUREBANK_FRAUD_MODEL", str(BASE_DIR / "ml" / "models" / "fraud" / "champion"))
# The same for card transactions, which are only scored on request.
CARD_MODEL_DIR = env.text("SECUREBANK_CARD_MODEL", str(BASE_DIR / "ml" / "models" / "cards"))
# Everything below it that is a model with a card is offered to the registry at the start.
FRAUD_MODELS_ROOT = env.text("SECUREBANK_FRAUD_MODELS", str(BASE_DIR / "ml" / "models"))
# Who lets another model judge: "supervisor", "two_people", or "automatic" where retraining found one that is no worse.
FRAUD_PROMOTION = env.text("SECUREBANK_FRAUD_PROMOTION", "supervisor")
# Payments labelled since the last training that call for the next one; at the earliest so long after it.
FRAUD_RETRAIN_LABELS = env.number("SECUREBANK_FRAUD_RETRAIN_LABELS", 500)
FRAUD_RETRAIN_PAUSE = timedelta(hours=6)
# A folder with payments as ``ml.fraud.generate`` writes them, learnt from beside the bank's own; "" for none.
FRAUD_TRAINING_BASE = env.text("SECUREBANK_FRAUD_TRAINING_BASE", "")
FRAUD_TRAINING_DIR = STATE_DIR / "training"

# --- QR codes --------------------------------------------------------------------------------------------------------

# Processes that each process of the bank may keep for reading pictures; started when the first picture comes.
QR_READERS = env.number("SECUREBANK_QR_READERS", 2)

# --- HTTP ------------------------------------------------------------------------------------------------------------

APPEND_SLASH = False
# Bytes of a body at doors that take files or long lists (10,000 card transactions of thirty named numbers); everywhere
# else ``body_limit.DEFAULT_LIMIT_BYTES``.
BODY_LIMITS = {
    "/api/fraud/cards/score/batch": 8 * 1024 * 1024,
    "/api/qr/detect": 13 * 1024 * 1024,
    "/api/qr/detect/batch": 33 * 1024 * 1024,
    "/scan": 13 * 1024 * 1024,
}
# The largest of any door without files: each door's own limit is kept before Django sees a body.
DATA_UPLOAD_MAX_MEMORY_SIZE = 8 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
if not DEMO_MODE:
    # Who watches a process asks it directly, past the proxy.
    SECURE_REDIRECT_EXEMPT = [r"^health$", r"^metrics$"]
    SECURE_SSL_REDIRECT = env.flag("SECUREBANK_SSL_REDIRECT", default=True)
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = True
    SESSION_COOKIE_NAME = "__Host-session"
    DEVICE_COOKIE_NAME = "__Host-device"
    CSRF_COOKIE_SECURE = True
    CSRF_COOKIE_NAME = "__Host-csrf"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "base-uri": ["'none'"],
        "connect-src": ["'self'"],
        "font-src": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
        "img-src": ["'self'", "data:"],
        "object-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
    },
}

REST_FRAMEWORK = rest.FRAMEWORK
SPECTACULAR_SETTINGS = rest.SCHEMA | {"VERSION": VERSION}

# --- language, time, files -------------------------------------------------------------------------------------------

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("hi", _("Hindi")), ("es", _("Spanish")), ("ar", _("Arabic"))]
LOCALE_PATHS = [BASE_DIR / "securebank" / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
# The bank's own day, for limits and value dates.
BANK_TIME_ZONE = "Asia/Kolkata"
DEFAULT_CURRENCY = "INR"

STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = STATE_DIR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "securebank.web.static_files.GzippedStorage"},
}
if DEMO_MODE:
    # Straight from the source folders: collecting and compressing them takes longer than starting the whole bank.
    WHITENOISE_USE_FINDERS = True
    STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
MEDIA_ROOT = STATE_DIR / "media"

EMAIL_BACKEND = env.text("SECUREBANK_EMAIL_BACKEND", "django.core.mail.backends.console.EmailBackend")
# How customers reach people, such as when their payments are stopped.
SUPPORT_EMAIL = env.text("SECUREBANK_SUPPORT_EMAIL", "help@securebank.example")
SUPPORT_PHONE = env.text("SECUREBANK_SUPPORT_PHONE", "+91 1800 000 0000")
SMS_BACKEND = env.text("SECUREBANK_SMS_BACKEND", "accounts.sms.ConsoleBackend")
DEFAULT_FROM_EMAIL = env.text("SECUREBANK_FROM_EMAIL", "SecureBank <no-reply@securebank.example>")

# --- logs: one JSON object a line, request ids, no bodies -------------------------------------------------------------

# A task logs under the id of the request that sent it.
DJANGO_STRUCTLOG_CELERY_ENABLED = True
LOGGING = logs.configured(level=env.text("SECUREBANK_LOG_LEVEL", "INFO"))
