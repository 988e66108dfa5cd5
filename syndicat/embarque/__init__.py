"""The embedded PostgreSQL and Valkey of ``make demo`` and ``make test``, and the supervisor.

Plain Python, without Django at module level: it runs before the settings can be read, since it is what
exports ``DATABASE_URL``, ``DATABASE_URL_PROPRIETAIRE`` and ``REDIS_URL``. When these are already in the
environment nothing is embedded and the very same path is walked on the outside services.
"""
