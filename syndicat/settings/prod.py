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
LOG_ACCES = env.bool("LOG_ACCES", default=True)
EMAIL_BACKEND = env("EMAIL_BACKEND", default="django.core.mail.backends.smtp.EmailBackend")
_smtp = env.email_url("EMAIL_URL", default="smtp://localhost:25")
EMAIL_HOST, EMAIL_PORT = _smtp["EMAIL_HOST"], _smtp["EMAIL_PORT"] or 25
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _smtp["EMAIL_HOST_USER"] or "", _smtp["EMAIL_HOST_PASSWORD"] or ""
EMAIL_USE_TLS = _smtp.get("EMAIL_USE_TLS", False)
EMAIL_USE_SSL = _smtp.get("EMAIL_USE_SSL", False)
EMAIL_TIMEOUT = 20
FICHIERS_ACCEL = env("FICHIERS_ACCEL", default="/_fichiers/")
