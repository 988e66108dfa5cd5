"""Production: HTTPS only; refuses to start on a missing secret."""

from django.core.exceptions import ImproperlyConfigured

from syndicat.settings.base import *  # noqa: F403
from syndicat.settings.base import env

_EXIGES = ("SECRET_KEY", "JOURNAL_CLE", "DATABASE_URL", "REDIS_URL", "SYNDICAT_BASE_URL")
_absents = [nom for nom in _EXIGES if not env(nom, default="")]
if _absents:
    raise ImproperlyConfigured(
        "Réglages manquants, le service ne démarre pas : " + ", ".join(_absents) + " (voir .env.example)."
    )

SECRET_KEY = env("SECRET_KEY")
JOURNAL_CLE = env("JOURNAL_CLE")
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = True
SECURE_HSTS_SECONDS = 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
SESSION_COOKIE_NAME = "__Host-session"
CSRF_COOKIE_NAME = "__Host-csrf"
LOG_JSON = True
EMAIL_BACKEND = env("EMAIL_BACKEND", default="django.core.mail.backends.smtp.EmailBackend")
FICHIERS_ACCEL = env("FICHIERS_ACCEL", default="/_fichiers/")
