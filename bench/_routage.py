"""Settings of the routing bench's children: the same two views, once behind our engine and middleware, once on plain Django.

``BANC_NU=1`` is plain Django: its own PostgreSQL engine, no tenancy, the same table reached by a fixed search_path.
"""

import os

from syndicat.settings.dev import *  # noqa: F403
from syndicat.settings.dev import DATABASES

NU = os.environ.get("BANC_NU") == "1"
_COMMUNS = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]
ROOT_URLCONF = "bench._vues_routage"
URLCONF_CONNEXION = URLCONF_DONNEES = ROOT_URLCONF
MIDDLEWARE = _COMMUNS if NU else ["syndicat.membres.middleware.MembreMiddleware", *_COMMUNS]
_base = dict(DATABASES["default"])
_options = {"pool": {"min_size": 1, "max_size": 2}} if os.environ.get("BANC_POOL") == "1" else {}
if NU:
    _base["ENGINE"] = "django.db.backends.postgresql"
    _options["options"] = f"-c search_path={os.environ['BANC_SCHEMA']},public"
_base |= {"OPTIONS": _options, "CONN_MAX_AGE": 0 if "pool" in _options else None, "CONN_HEALTH_CHECKS": False}
DATABASES = {"default": _base, "proprietaire": DATABASES["proprietaire"]}
if NU:
    TENANT_DB_ALIAS = "default"
    # django-tenants insists on its router at start; it only speaks at migrations.
    TENANT_SYNC_ROUTER = "django_tenants.routers.TenantSyncRouter"
    DATABASE_ROUTERS = [TENANT_SYNC_ROUTER]
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
SESSION_ENGINE = "django.contrib.sessions.backends.db" if NU else "syndicat.membres.sessions"
