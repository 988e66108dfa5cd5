"""Tests: real PostgreSQL and Redis, fast hasher, mails in memory."""

from syndicat.settings.base import *  # noqa: F403
from syndicat.settings.base import DATABASES

SECRET_KEY = "tests-seulement-0123456789abcdefghijklmnopqrstuvwxyz"  # noqa: S105
JOURNAL_CLE = "tests-seulement-cle-du-journal"
DEBUG = False
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
DATABASES["default"]["OPTIONS"].pop("pool", None)  # type: ignore[attr-defined]
CELERY_TASK_ALWAYS_EAGER = False
SERVESTATIC_USE_FINDERS = True
SERVESTATIC_AUTOREFRESH = True
