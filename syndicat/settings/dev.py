"""Demo and development: plain HTTP on *.localhost, e-mails written to files."""

from syndicat.settings.base import *  # noqa: F403
from syndicat.settings.base import env

DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env("SECRET_KEY", default="demo-seulement-ne-jamais-servir-en-production-0123456789abcdef")
JOURNAL_CLE = env("JOURNAL_CLE", default="demo-seulement-cle-du-journal")
SERVESTATIC_USE_FINDERS = True
SERVESTATIC_AUTOREFRESH = env.bool("DEBUG", default=False)
