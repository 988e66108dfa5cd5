"""Settings shared by every environment.

Themes are found by folder (``apps/<theme>/apps.py``): an eighth theme needs no line here.
"""

from pathlib import Path
from urllib.parse import urlsplit

import environ

from syndicat.socle.decouverte import apps_des_themes

BASE_DIR = Path(__file__).resolve().parent.parent.parent
env = environ.Env()

# --- Addresses -------------------------------------------------------------------------------------
BASE_URL = env("SYNDICAT_BASE_URL", default=f"http://localhost:{env('PORT', default='8000')}")
_base = urlsplit(BASE_URL)
DOMAINE_BASE = _base.hostname or "localhost"
PORT_PUBLIC = _base.port
SCHEMA_PUBLIC = _base.scheme
HOTE_CONNEXION = f"connexion.{DOMAINE_BASE}"
HOTE_DONNEES = f"data.{DOMAINE_BASE}"
SLUGS_RESERVES = frozenset({"data", "connexion", "www", "api"})
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[DOMAINE_BASE, f".{DOMAINE_BASE}"])
SLUG_SYNDICAT = env("SYNDICAT_SLUG", default="syndicat")

DEBUG = False
SECRET_KEY = env("SECRET_KEY", default="")

# --- Applications ----------------------------------------------------------------------------------
THEMES = apps_des_themes(BASE_DIR / "apps")

SHARED_APPS = [
    "django_tenants",
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.forms",
    "syndicat.comptes",  # before allauth: our templates replace its own
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "rest_framework",
    "drf_spectacular",
    "channels",
    "django_htmx",
    "django_linear_migrations",
    "guardian",
    "syndicat.socle",
    "syndicat.membres",
    "syndicat.journal",
    "syndicat.suivi",
    "syndicat.fichiers.commun",
    "syndicat.notifications",
    "syndicat.conventions",
    "syndicat.api",
    "syndicat.web",
    *THEMES.communes,
]
TENANT_APPS = [
    "syndicat.comptes.droits",
    "syndicat.fichiers",
    *THEMES.membres,
]
INSTALLED_APPS = [*SHARED_APPS, *(a for a in TENANT_APPS if a not in SHARED_APPS)]

TENANT_MODEL = "membres.Collectivite"
TENANT_DOMAIN_MODEL = "membres.Domaine"
PUBLIC_SCHEMA_NAME = "public"
TENANT_DB_ALIAS = "proprietaire"
TENANT_SYNC_ROUTER = "syndicat.socle.routeur.RouteurDeSchemas"
DATABASE_ROUTERS = [TENANT_SYNC_ROUTER]
TEMPLATE_SCHEMA = "_modele"

AUTH_USER_MODEL = "comptes.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

MIDDLEWARE = [
    "syndicat.web.middleware.RequeteMiddleware",
    "syndicat.web.sante.SanteMiddleware",
    "syndicat.web.sante.MesureMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "servestatic.middleware.ServeStaticMiddleware",
    "syndicat.membres.middleware.MembreMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "syndicat.comptes.middleware.SessionDeMembreMiddleware",
    "syndicat.comptes.middleware.ConnexionRequiseMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "syndicat.comptes.middleware.AdhesionMiddleware",
    "syndicat.conventions.middleware.PorteMiddleware",
]

ROOT_URLCONF = "syndicat.urls_membre"
URLCONF_CONNEXION = "syndicat.urls_public"
URLCONF_DONNEES = "syndicat.urls_donnees"
ASGI_APPLICATION = "syndicat.asgi.application"

FORM_RENDERER = "syndicat.web.formulaires.Rendu"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "syndicat.web.context.coquille",
            ],
        },
    }
]

# --- Database --------------------------------------------------------------------------------------
# Two roles: `default` is syndicat_app (DML only), `proprietaire` is syndicat_proprietaire (DDL).
_POOL = {
    "min_size": env.int("DB_POOL_MIN", default=1),
    "max_size": env.int("DB_POOL_MAX", default=16),
    "max_lifetime": env.int("DB_POOL_MAX_LIFETIME", default=540),
    "timeout": env.int("DB_POOL_TIMEOUT", default=20),
    "reset": "syndicat.socle.postgresql.base.remettre_a_zero",
}


def base_de_donnees(url: str, *, pool: bool) -> dict[str, object]:
    """Django's dictionary for one PostgreSQL URL, on our tenant-aware engine."""
    reglages: dict[str, object] = environ.Env.db_url_config(url)
    reglages["ENGINE"] = "syndicat.socle.postgresql"
    reglages["CONN_HEALTH_CHECKS"] = not pool
    reglages["CONN_MAX_AGE"] = 0
    if pool:
        reglages["OPTIONS"] = {**reglages.get("OPTIONS", {}), "pool": dict(_POOL)}  # type: ignore[dict-item]
    return reglages


_URL_APP = env("DATABASE_URL", default="postgresql://syndicat_app@127.0.0.1:5432/syndicat")
_URL_PROPRIETAIRE = env(
    "DATABASE_URL_PROPRIETAIRE",
    default="postgresql://syndicat_proprietaire@127.0.0.1:5432/syndicat",
)
DATABASES = {
    "default": base_de_donnees(_URL_APP, pool=env.bool("DB_POOL", default=True)),
    "proprietaire": base_de_donnees(_URL_PROPRIETAIRE, pool=False),
}

# --- Redis (cache, channels, Celery) ---------------------------------------------------------------
REDIS_URL = env("REDIS_URL", default="redis://127.0.0.1:6379/0")


def base_suivante(url: str) -> str:
    """The next database of the same Redis: emptying the cache empties its whole database, queued tasks excepted."""
    parties = urlsplit(url)
    numero = int(parties.path.strip("/") or 0) + 1
    return parties._replace(path=f"/{numero}").geturl()


CACHE_URL = env("CACHE_URL", default=base_suivante(REDIS_URL))
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": CACHE_URL,
        "KEY_FUNCTION": "syndicat.socle.cache.cle",
        "KEY_PREFIX": env("CACHE_PREFIXE", default="syndicat"),
    }
}
CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {"hosts": [REDIS_URL], "prefix": env("CACHE_PREFIXE", default="syndicat")},
    }
}
CELERY_BROKER_URL = env("CELERY_BROKER_URL", default=REDIS_URL)
CELERY_RESULT_BACKEND = None
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_TIME_LIMIT = 600
CELERY_TASK_SOFT_TIME_LIMIT = 540
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TIMEZONE = "Europe/Paris"
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BEAT_SCHEDULE_FILENAME = env("CELERY_BEAT_FICHIER", default="celerybeat-schedule")
CELERY_BEAT_SCHEDULER = "syndicat.socle.taches:PlanificateurDesManifestes"

# --- Sessions and cookies --------------------------------------------------------------------------
# `__Host-` cookies need HTTPS; the demo on http://localhost takes plain names.
SESSION_ENGINE = "syndicat.membres.sessions"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 3600
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_TRUSTED_ORIGINS: list[str] = []
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"  # no cookie of its own
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:", "blob:", "https://data.geopf.fr"],
        "style-src": ["'self'"],
        "script-src": ["'self'"],
        "connect-src": ["'self'", "https://data.geopf.fr"],
        "font-src": ["'self'"],
        "object-src": ["'none'"],
        "base-uri": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    }
}

# --- Authentication --------------------------------------------------------------------------------
AUTHENTICATION_BACKENDS = [
    "allauth.account.auth_backends.AuthenticationBackend",
    "syndicat.comptes.droits.backend.DroitsParObjet",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
ANONYMOUS_USER_NAME = None
GUARDIAN_RAISE_403 = True
GUARDIAN_USER_OBJ_PERMS_MODEL = "droits.DroitUtilisateur"
GUARDIAN_MONKEY_PATCH_USER = False
GUARDIAN_MONKEY_PATCH_GROUP = False
SILENCED_SYSTEM_CHECKS = ["guardian.W001"]  # its backend is replaced by ours, which knows no superuser
LOGIN_URL = "/connexion/"
LOGIN_REDIRECT_URL = "/"

ACCOUNT_ADAPTER = "syndicat.comptes.adaptateurs.AdaptateurDeCompte"
ACCOUNT_FORMS = {
    "login": "syndicat.comptes.formulaires.Connexion",
    "signup": "syndicat.comptes.formulaires.Inscription",
    "reset_password": "syndicat.comptes.formulaires.MotDePasseOublie",
    "reset_password_from_key": "syndicat.comptes.formulaires.NouveauMotDePasse",
    "change_password": "syndicat.comptes.formulaires.ChangerMotDePasse",
    "reauthenticate": "syndicat.comptes.formulaires.Confirmation",
}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_CONFIRMATION_ANONYMOUS_REDIRECT_URL = "/"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_SESSION_REMEMBER = True  # the session lasts SESSION_COOKIE_AGE, never longer
ACCOUNT_DEFAULT_HTTP_PROTOCOL = SCHEMA_PUBLIC
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("PROXYS_DE_CONFIANCE", default=0)
MFA_ADAPTER = "syndicat.comptes.adaptateurs.AdaptateurMFA"
MFA_FORMS = {
    "authenticate": "syndicat.comptes.formulaires.SecondFacteur",
    "reauthenticate": "syndicat.comptes.formulaires.SecondFacteurConfirmation",
    "activate_totp": "syndicat.comptes.formulaires.ActiverApplication",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_TOLERANCE = 1
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = SCHEMA_PUBLIC == "http"

# --- API -------------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_PERMISSION_CLASSES": ["syndicat.api.permissions.Refus"],
    "DEFAULT_AUTHENTICATION_CLASSES": ["syndicat.api.authentification.SessionDuMembre"],
    "DEFAULT_PAGINATION_CLASS": "syndicat.api.pagination.ParCurseur",
    "DEFAULT_THROTTLE_CLASSES": ["syndicat.api.limites.LimiteParAppelant"],
    "DEFAULT_THROTTLE_RATES": {
        "anonyme": env("API_LIMITE_ANONYME", default="120/min"),
        "compte": env("API_LIMITE_COMPTE", default="1200/min"),
    },
    "EXCEPTION_HANDLER": "syndicat.api.erreurs.reponse_d_erreur",
    "NUM_PROXIES": env.int("PROXYS_DE_CONFIANCE", default=0),
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "COERCE_DECIMAL_TO_STRING": True,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "API du syndicat",
    "DESCRIPTION": "Les mêmes droits que les pages, pour la collectivité dont l’hôte est appelé.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "PREPROCESSING_HOOKS": ["syndicat.api.schema.seulement_les_themes"],
}

# --- Language and time -----------------------------------------------------------------------------
LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", "Français")]
TIME_ZONE = "Europe/Paris"
USE_TZ = True
USE_I18N = True

# --- Files -----------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
MEDIA_ROOT = Path(env("SYNDICAT_FICHIERS", default=str(BASE_DIR / ".demo" / "fichiers")))
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FICHIERS_QUOTA_GO = env.int("FICHIERS_QUOTA_GO", default=50)  # per member; 0: no limit
FICHIERS_ACCEL = env("FICHIERS_ACCEL", default="")  # internal location of the proxy over MEDIA_ROOT
FICHIERS_S3_BUCKET = env("FICHIERS_S3_BUCKET", default="")  # one bucket, a prefix per member; empty: on disk
FICHIERS_S3_URL = env("FICHIERS_S3_URL", default="")
FICHIERS_S3_REGION = env("FICHIERS_S3_REGION", default="")
FICHIERS_S3_CLE = env("FICHIERS_S3_CLE", default="")
FICHIERS_S3_SECRET = env("FICHIERS_S3_SECRET", default="")
CLAMAV_URL = env("CLAMAV_URL", default="")  # tcp://127.0.0.1:3310 or unix:///run/clamav/clamd.ctl

# --- E-mail ----------------------------------------------------------------------------------------
EMAIL_BACKEND = env("EMAIL_BACKEND", default="django.core.mail.backends.filebased.EmailBackend")
EMAIL_FILE_PATH = env("SYNDICAT_COURRIELS", default=str(BASE_DIR / ".demo" / "courriels"))
DEFAULT_FROM_EMAIL = env("COURRIEL_EXPEDITEUR", default=f"ne-pas-repondre@{DOMAINE_BASE}")

# --- SMS -------------------------------------------------------------------------------------------
SMS_FOURNISSEUR = env("SMS_FOURNISSEUR", default="")  # dotted class; empty: no SMS is ever sent
SMS_FICHIER = env("SMS_FICHIER", default=str(BASE_DIR / ".demo" / "sms.jsonl"))

# --- Logs ------------------------------------------------------------------------------------------
LOG_JSON = env.bool("LOG_JSON", default=False)
LOG_NIVEAU = env("LOG_NIVEAU", default="INFO")
LOG_ACCES = env.bool("LOG_ACCES", default=False)  # a line a request: route, status, duration
METRIQUES_JETON = env("METRIQUES_JETON", default="")  # empty: /metrics answers this machine only
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"contexte": {"()": "syndicat.socle.journalisation.FiltreContexte"}},
    "formatters": {
        "json": {
            "()": "pythonjsonlogger.json.JsonFormatter",
            "fmt": "%(asctime)s %(levelname)s %(name)s %(message)s %(collectivite)s %(requete)s",
        },
        "texte": {"format": "%(levelname)s %(name)s [%(collectivite)s %(requete)s] %(message)s"},
    },
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": "json" if LOG_JSON else "texte",
            "filters": ["contexte"],
        }
    },
    # uvicorn and celery bring handlers of their own: their lines must be ours, with collectivité and request.
    # The access line is the product's own (LOG_ACCES): uvicorn's holds addresses.
    "loggers": {
        **{
            nom: {"handlers": [], "propagate": True, "level": LOG_NIVEAU}
            for nom in ("uvicorn", "uvicorn.error", "celery")
        },
        "uvicorn.access": {"handlers": [], "propagate": False},
    },
    "root": {"handlers": ["console"], "level": LOG_NIVEAU},
}

# --- Product switches ------------------------------------------------------------------------------
MFA_OBLIGATOIRE = env.bool("MFA_OBLIGATOIRE", default=True)
JOURNAL_CLE = env("JOURNAL_CLE", default="")
JOURNAL_CLES_ANCIENNES = env.list("JOURNAL_CLES_ANCIENNES", default=[])
CARTE_TUILES = env(
    "CARTE_TUILES",
    default="https://data.geopf.fr/wmts?SERVICE=WMTS&REQUEST=GetTile&VERSION=1.0.0&LAYER=GEOGRAPHICALGRIDSYSTEMS.PLANIGNV2"
    "&STYLE=normal&FORMAT=image/png&TILEMATRIXSET=PM&TILEMATRIX={z}&TILEROW={y}&TILECOL={x}",
)
