"""Sessions belong to one host; adhesions to one collectivité."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse


class SessionDeMembreMiddleware:
    """Refuses a session opened for another collectivité or whose parent sign-in has ended."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)


class AdhesionMiddleware:
    """Gives ``request.acteur``."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)
