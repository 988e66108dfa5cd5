"""The two pages of the routing bench, and what times them."""

import time
from functools import cache
from typing import Any

from django.db import models
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import path


class Ligne(models.Model):
    """A table of a member, made by the bench."""

    titre = models.CharField(max_length=80)
    etat = models.CharField(max_length=20)
    le = models.DateTimeField()

    class Meta:
        app_label = "banc"
        db_table = "banc_ligne"
        managed = False

    def __str__(self) -> str:
        return self.titre


_GABARIT = """<h1>{{ user.prenom }} {{ visites }}</h1><table>{% for l in lignes %}<tr><td>{{ l.titre }}</td>
<td>{{ l.etat }}</td><td>{{ l.le|date:"j F Y" }}</td></tr>{% endfor %}</table>"""


@cache
def _gabarit() -> Any:
    """Compiled once, as the cached loader does."""
    return engines["django"].from_string(_GABARIT)


def nue(request: HttpRequest) -> HttpResponse:
    """Nothing but routing."""
    return HttpResponse("oui")


def liste(request: HttpRequest) -> HttpResponse:
    """25 rows of the member, the session and the user."""
    contexte = {
        "lignes": Ligne.objects.order_by("-le")[:25],
        "user": request.user,
        "visites": request.session.get("visites", 0),
    }
    return HttpResponse(_gabarit().render(contexte))


urlpatterns = [path("nue/", nue), path("liste/", liste)]


class Comptage:
    """Queries seen by Django, and those that look for a domain."""

    def __init__(self) -> None:
        self.total = self.domaines = 0

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        self.total += 1
        self.domaines += "membres_domaine" in sql
        return execute(sql, params, many, context)


class Banc:
    """Serves requests through Django's whole handler, in this process."""

    def __init__(self) -> None:
        from django.core.handlers.base import BaseHandler

        self.handler = BaseHandler()
        self.handler.load_middleware()

    def une(self, chemin: str, hote: str, session: str) -> Any:
        from django.test import RequestFactory

        requete = RequestFactory(headers={"host": hote}).get(chemin)
        requete.COOKIES = {"sessionid": session} if session else {}
        return requete

    def jouer(self, chemin: str, n: int, hotes: list[str], session: str) -> dict[str, Any]:
        """CPU microseconds a request, hosts taken in turn; SET statements and domain queries by request."""
        from django.core.signals import request_finished, request_started
        from django.db import connection

        requetes = [self.une(chemin, hotes[i % len(hotes)], session) for i in range(n)]
        compte = Comptage()
        for requete in requetes[: len(hotes)]:  # warm: each host once
            reponse = self.handler.get_response(requete)
            assert reponse.status_code == 200, reponse.content[:500]
        sets = getattr(connection, "nb_set", 0)
        with connection.execute_wrapper(compte):
            for requete in requetes[: len(hotes) * 2]:
                self.handler.get_response(requete)
        vus = len(requetes[: len(hotes) * 2])
        sets = getattr(connection, "nb_set", 0) - sets
        debut = time.process_time()
        for requete in requetes:
            request_started.send(sender=None)
            self.handler.get_response(requete)
            request_finished.send(sender=None)
        cpu = time.process_time() - debut
        return {
            "us": cpu / n * 1e6,
            "requetes": compte.total / vus,
            "domaines": compte.domaines,
            "sets": sets / vus,
        }
