"""Context of every page: collectivité, menu, switcher."""

from typing import Any

from django.http import HttpRequest


def coquille(request: HttpRequest) -> dict[str, Any]:
    """Values the layouts need."""
    return {"portee": getattr(request, "portee", None), "acteur": getattr(request, "acteur", None)}
