"""Rates: per account, else per address; counted apart in each collectivité (cache keys carry it)."""

from typing import Any

from django.core.cache import cache
from rest_framework.throttling import SimpleRateThrottle


class LimiteParAppelant(SimpleRateThrottle):
    """``compte`` for who is signed in, ``anonyme`` for the others (settings, DEFAULT_THROTTLE_RATES)."""

    scope = "anonyme"
    cache = cache

    def allow_request(self, request: Any, view: Any) -> bool:
        user = getattr(request, "user", None)
        connu = bool(user is not None and user.is_authenticated)
        self.scope = "compte" if connu else "anonyme"
        self.rate = self.get_rate()
        self.num_requests, self.duration = self.parse_rate(self.rate)
        return bool(super().allow_request(request, view))

    def get_cache_key(self, request: Any, view: Any) -> str:
        qui = request.user.pk if self.scope == "compte" else self.get_ident(request)
        return f"api.limite.{self.scope}.{qui}"
