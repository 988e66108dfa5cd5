"""REST: everything is refused unless a view says who may."""

from typing import Any

from rest_framework.permissions import BasePermission


class Refus(BasePermission):
    """Default permission: nobody."""

    def has_permission(self, request: Any, view: Any) -> bool:
        return False
