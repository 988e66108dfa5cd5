"""Agents read; anyone may report, at a limited rate. Same rights and same action as the pages."""

import re
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid4

from django.core.cache import cache
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.exceptions import ParseError
from rest_framework.generics import GenericAPIView
from rest_framework.permissions import SAFE_METHODS, AllowAny, BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import BaseThrottle, SimpleRateThrottle

from apps.grc import actions, perms
from apps.grc.api.serializers import SignalementDepose, SignalementLu, SignalementRecu
from apps.grc.enums import Etat
from apps.grc.models import Signalement
from syndicat.api.permissions import ParDroit, acteur

_CLE = re.compile(r"^[\w.\-]{16,64}$", re.ASCII)


class LimiteDeDepot(SimpleRateThrottle):
    """Thirty reports an hour from one address in one collectivité (cache keys carry it): a town hall's desk still passes."""

    scope = "grc_depot"
    rate = "30/hour"
    cache = cache

    def get_cache_key(self, request: Any, view: Any) -> str:
        return f"api.grc.depot.{self.get_ident(request)}"


class Signalements(GenericAPIView[Signalement]):
    """The list for agents (keyset pages), and the door for everyone."""

    # Reviewed as public because of POST; reading asks the pages' own right (see get_permissions).
    permission_classes = (AllowAny,)
    droit = staticmethod(perms.can_lire)
    serializer_class = SignalementLu
    queryset = Signalement.objects.none()

    def get_permissions(self) -> list[BasePermission]:
        return [ParDroit()] if self.request.method in SAFE_METHODS else [AllowAny()]

    def get_throttles(self) -> list[BaseThrottle]:
        return [LimiteDeDepot()] if self.request.method == "POST" else super().get_throttles()

    def get_queryset(self) -> Any:
        lignes = Signalement.objects.select_related("categorie")
        etat = self.request.query_params.get("etat", "")
        if etat in Etat.values:
            lignes = lignes.filter(etat=etat)
        return lignes

    @extend_schema(
        summary="Les signalements, les plus récents d’abord (agents)",
        parameters=[OpenApiParameter("etat", str, description="Un état seulement", enum=list(Etat.values))],
        responses=SignalementLu(many=True),
    )
    def get(self, request: Request) -> Response:
        """A page of reports."""
        page = self.paginate_queryset(self.get_queryset())
        return self.get_paginated_response(SignalementLu(page, many=True).data)

    @extend_schema(
        summary="Signaler un problème (tout le monde, 30 par heure et par adresse)",
        description="« Idempotency-Key » (16 à 64 caractères) : le même envoi reçu deux fois ne fait qu’un signalement.",
        parameters=[OpenApiParameter("Idempotency-Key", str, OpenApiParameter.HEADER)],
        request=SignalementDepose,
        responses={201: SignalementRecu},
    )
    def post(self, request: Request) -> Response:
        """Report a problem."""
        lu = SignalementDepose(data=request.data)
        lu.is_valid(raise_exception=True)
        s = actions.signaler(by=acteur(request), cle=_cle(request), **lu.validated_data)
        return Response(SignalementRecu(s).data, status=status.HTTP_201_CREATED)


def _cle(request: Request) -> str:
    """The sender's idempotency key, in a space of its own; a fresh one without it."""
    donnee = request.headers.get("Idempotency-Key", "")
    if not donnee:
        return f"api-{uuid4().hex}"
    if not _CLE.match(donnee):
        raise ParseError
    return f"api-{sha256(donnee.encode()).hexdigest()[:56]}"


class UnSignalement(GenericAPIView[Signalement]):
    """One report, for agents."""

    permission_classes = (ParDroit,)
    droit = staticmethod(perms.can_lire)
    serializer_class = SignalementLu
    queryset = Signalement.objects.none()

    @extend_schema(summary="Un signalement (agents)", responses=SignalementLu)
    def get(self, request: Request, uuid: UUID) -> Response:
        """One report."""
        s = get_object_or_404(Signalement.objects.select_related("categorie"), uuid=uuid)
        self.check_object_permissions(request, s)
        return Response(SignalementLu(s).data)
