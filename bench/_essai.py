"""Settings: the product's, plus a scratch set of pure-SQL migrations on a theme."""

from syndicat.settings.dev import *  # noqa: F403

MIGRATION_MODULES = {"videoprotection": "bench._essai_sql"}
