"""Settings: an embedded default that needs nothing, and production by environment variables.

docs/operating.md lists the variables; portal/checks.py refuses bad combinations with a hint.
"""

from datetime import timedelta

from celery.schedules import crontab
from csp.constants import NONCE, NONE, SELF
from environs import validate

from portal.databases import with_options
from portal.environment import BASE_DIR, DATA_DIR, env, secret_key

DEMO: bool = env.bool("DEMO", False)
DEBUG: bool = env.bool("DEBUG", False)
HTTPS: bool = env.bool("HTTPS", False)
SECRET_KEY = secret_key()
ALLOWED_HOSTS: list[str] = env.list("ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS: list[str] = env.list("CSRF_TRUSTED_ORIGINS", [])

INSTALLED_APPS = [
    "portal",
    "appraisal",
    "cases",
    "service",
    "consultation",
    "records",
    "accounts",
    "accounts.admin_site.PortalAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "csp",
    "django_filters",
    "django_htmx",
    "guardian",
    "lucide",
    "simple_history",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "portal.middleware.EncodingMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "portal.middleware.OnlySentToMiddleware",
    "portal.middleware.RefusalMiddleware",
]

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"

TEMPLATES = [
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
                "portal.navigation.context",
            ],
        },
    }
]
FORM_RENDERER = "portal.rendering.PortalFormRenderer"

# --- data -------------------------------------------------------------------------------------------------

DATABASES = {"default": with_options(env.dj_db_url("DATABASE_URL", f"sqlite:///{DATA_DIR / 'portal.sqlite3'}"))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL: str = env.str("REDIS_URL", "")
CACHES = {
    "default": {
        "BACKEND": "portal.cache.ForgivingRedisCache",
        "LOCATION": REDIS_URL,
        "OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 2},
    }
    if REDIS_URL
    else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
}

MEDIA_ROOT = DATA_DIR / "attachments"  # never served as files: only records' authorised view opens them
FILE_UPLOAD_PERMISSIONS = 0o600
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FILES = 50  # a form refuses the seventh photo by its name; only a flood is cut off here
FILE_UPLOAD_HANDLERS = [
    "records.uploads.OversizeHandler",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

# --- people -----------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "allauth.account.auth_backends.AuthenticationBackend",
    "guardian.backends.ObjectPermissionBackend",
    "accounts.backends.AdministrationBackend",
]
ANONYMOUS_USER_NAME = None  # guardian: nobody is granted anything without an account
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username", "phone"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "phone*", "password1*", "password2*"]
ACCOUNT_FORMS = {"login": "accounts.sign_in.SignInForm"}
ACCOUNT_SIGNUP_FORM_CLASS = "accounts.forms.ResidentSignupForm"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PHONE_VERIFICATION_ENABLED = False
ACCOUNT_LOGOUT_REDIRECT_URL = "home"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_USERNAME_MIN_LENGTH = 3
ALLAUTH_TRUSTED_PROXY_COUNT: int = env.int("TRUSTED_PROXY_COUNT", 0)
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_HTTPONLY = True

# --- words and time ---------------------------------------------------------------------------------------

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
PHONENUMBER_REGION = "CN"

EXTENSION_DECISION_DAYS: int = env.int("EXTENSION_DECISION_DAYS", 1, validate=validate.Range(min=1, max=30))
MOST_PAUSES: int = env.int("MOST_PAUSES", 2, validate=validate.Range(min=0, max=20))  # of one deadline
LONGEST_PAUSE = timedelta(days=env.int("LONGEST_PAUSE_DAYS", 30, validate=validate.Range(min=1, max=366)))
REGISTRATION_DAYS: int = env.int("REGISTRATION_DAYS", 365, validate=validate.Range(min=30, max=3660))
WITHDRAWAL_HOURS: int = env.int("WITHDRAWAL_HOURS", 24, validate=validate.Range(min=0, max=720))  # before a shift
SERVICE_HOURS_A_DAY: int = env.int("SERVICE_HOURS_A_DAY", 8, validate=validate.Range(min=1, max=24))
RATING_SETTLEMENT_DAYS: int = env.int("RATING_SETTLEMENT_DAYS", 5)
OVERVIEW_CACHE_SECONDS = 10  # what everyone at command polls is counted once
WHISTLE_RATE_BAND = (20, 80)  # whistled per 100 escalated cases: below is too low, above too high

# --- the web ----------------------------------------------------------------------------------------------

STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = DATA_DIR / "static"
WHITENOISE_USE_FINDERS = True  # the embedded default starts without collectstatic

SECURE_SSL_REDIRECT = HTTPS
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
# Both bind other sites of the same domain, preloading for years, so whoever owns the domain decides.
SECURE_HSTS_INCLUDE_SUBDOMAINS: bool = env.bool("HSTS_SUBDOMAINS", False)
SECURE_HSTS_PRELOAD: bool = env.bool("HSTS_PRELOAD", False)
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]  # they ask for these two as if only this site were bound
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if ALLAUTH_TRUSTED_PROXY_COUNT else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "portal.errors.csrf_failure"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:", "blob:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

# --- messages ---------------------------------------------------------------------------------------------

if env.str("EMAIL_URL", ""):
    vars().update(env.dj_email_url("EMAIL_URL"))
else:  # the embedded default keeps its e-mail as files
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = DATA_DIR / "mail"
EMAIL_TIMEOUT = 10
CHANNEL_SCHEMAS: list[str] = env.list(
    "CHANNEL_SCHEMAS", ["dingtalk", "wecombot", "feishu", "lark", "twilio", "vonage", "clicksend", "sinch", "plivo"]
)
PUBLIC_URL: str = env.str("PUBLIC_URL", "")  # where links in messages lead

# --- background work --------------------------------------------------------------------------------------

SWEEP_SECONDS: int = env.int("SWEEP_SECONDS", 15, validate=validate.Range(min=1, max=60))
CELERY_BROKER_URL = REDIS_URL or "embedded://"
CELERY_BROKER_TRANSPORT_OPTIONS = (
    {
        "visibility_timeout": 3600,
        "unacked_restore_interval": 5,
        "unacked_restore_throttle": 1,
        "socket_connect_timeout": 2,
        "socket_keepalive": True,
    }
    if REDIS_URL
    else {"folder": str(DATA_DIR / "broker")}
)
OUTSIDE_QUEUE = "outside"  # mail servers and group robots may be slow: they keep no sweep waiting
CELERY_TASK_ROUTES = {
    "records.tasks.deliver": {"queue": OUTSIDE_QUEUE},
    "consultation.tasks.meetings.mail_invitations": {"queue": OUTSIDE_QUEUE},
}
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SOFT_TIME_LIMIT = 300
CELERY_TASK_TIME_LIMIT = 360
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None  # a worker waits for a broker that is away as long as it takes
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 1, "interval_start": 0, "interval_step": 0.2, "interval_max": 0.2}
CELERY_TIMEZONE = TIME_ZONE
CELERY_WORKER_HIJACK_ROOT_LOGGER = False  # one form of log line, from LOGGING below, for web and background
CELERY_BEAT_SCHEDULER = "redbeat.RedBeatScheduler" if REDIS_URL else "celery.beat.PersistentScheduler"
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_DIR / "beat-schedule")
if REDIS_URL:
    CELERY_BEAT_MAX_LOOP_INTERVAL = min(5, SWEEP_SECONDS)  # the lock is held on to as often
    CELERY_REDBEAT_LOCK_TIMEOUT = 3 * CELERY_BEAT_MAX_LOOP_INTERVAL  # then a killed beat is replaced
CELERY_BEAT_SCHEDULE = {
    "sweep-deadlines": {
        "task": "records.tasks.sweep_deadlines",
        "schedule": SWEEP_SECONDS,
        "options": {"expires": SWEEP_SECONDS},  # after an outage one sweep is enough
    },
    "end-overlong-pauses": {"task": "records.tasks.end_overlong_pauses", "schedule": 600},
    "invite-to-rate": {"task": "cases.tasks.invite_to_rate", "schedule": 600},
    "close-silent-cases": {"task": "cases.tasks.close_silent_cases", "schedule": 600},
    "lapse-offers": {"task": "service.tasks.posts.lapse_offers", "schedule": 60},
    "end-helper-calls": {"task": "service.tasks.calls.end_calls", "schedule": 60},
    "owe-attestations": {"task": "service.tasks.hours.owe_attestations", "schedule": 600},
    "announce-sheets": {"task": "service.tasks.hours.announce_sheets", "schedule": crontab(hour=9, minute=7)},
    "ask-to-renew-registrations": {
        "task": "service.tasks.registrations.ask_to_renew_registrations",
        "schedule": crontab(minute=11),
    },
    "expire-registrations": {
        "task": "service.tasks.registrations.expire_registrations",
        "schedule": crontab(minute=1),
    },
    "expire-agreements": {
        "task": "service.tasks.registrations.expire_agreements",
        "schedule": crontab(minute=6),
    },
    "tell-of-leaving": {"task": "service.tasks.registrations.tell_of_leaving", "schedule": crontab(minute=26)},
    "send-overdue-invitations": {"task": "consultation.tasks.meetings.send_overdue_invitations", "schedule": 60},
    "bring-back-unkept": {"task": "consultation.tasks.returns.bring_back_unkept", "schedule": 600},
    "discard-old-drafts": {"task": "records.tasks.discard_old_drafts", "schedule": crontab(minute=17)},
    "renew-grants-by-date": {"task": "accounts.tasks.renew_grants_by_date", "schedule": crontab(hour=0, minute=1)},
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {
        "of_tasks": {"()": "portal.task_log.OfTasks"},
        "of_others": {"()": "portal.task_log.OfTasks", "other": True},
        "brief": {"()": "portal.logs.BriefRefusals"},
    },
    "formatters": {
        "line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"},
        "json": {"()": "portal.task_log.JsonFormatter"},
    },
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["of_others", "brief"]},
        "tasks": {"class": "logging.StreamHandler", "formatter": "json", "filters": ["of_tasks"]},
    },
    "root": {"handlers": ["console", "tasks"], "level": "INFO"},
    "loggers": {
        "apprise": {"level": "CRITICAL"},  # its lines hold the secret addresses of group robots
        "weasyprint": {"level": "WARNING"},  # a line for each page of a PDF
        "fontTools": {"level": "WARNING"},
        # They quote arguments, results and the messages of exceptions; portal.task_log says the rest.
        "celery.app.trace": {"level": "CRITICAL"},
        "celery.worker.strategy": {"level": "WARNING"},
    },
}
