"""Tables of the shared schema that carry a collectivité: refused without scope, and by row-level security.

``DeMembre`` is the abstract model; ``securite_de_ligne(table)`` the migration operation that goes with it.
"""

from typing import Any, TypeVar

from django.db import migrations, models

from syndicat.socle import contexte

M = TypeVar("M", bound=models.Model)
_QUI = "NULLIF(current_setting('syndicat.collectivite', true), '')::bigint"
_TRANSVERSE = "COALESCE(current_setting('syndicat.transverse', true), '') <> ''"


class ManagerDeMembre(models.Manager[M]):
    """Rows of the collectivité in scope; all rows inside ``contexte.transverse``; otherwise an error."""

    def get_queryset(self) -> models.QuerySet[M]:
        etat = contexte.etat()
        lignes = super().get_queryset()
        if etat.transverse:
            return lignes
        if etat.portee is None:
            raise contexte.SansCollectivite(f"{self.model.__name__} : aucune collectivité en cours.")
        return lignes.filter(**{f"{self.model.CHAMP_COLLECTIVITE}_id": etat.portee.collectivite_id})  # type: ignore[attr-defined]


def collectivite_en_cours() -> int:
    """Default of the ``collectivite`` key: the collectivité in scope."""
    return contexte.exiger_portee().collectivite_id


class DeMembre(models.Model):
    """Abstract: a row of the shared schema that belongs to one collectivité."""

    CHAMP_COLLECTIVITE = "collectivite"
    collectivite = models.ForeignKey(
        "membres.Collectivite", on_delete=models.PROTECT, related_name="+", default=collectivite_en_cours
    )
    objects: models.Manager[Any] = ManagerDeMembre()

    class Meta:
        abstract = True
        base_manager_name = "objects"


def securite_de_ligne(table: str, colonne: str = "collectivite_id") -> migrations.RunSQL:
    """Operation: FORCE ROW LEVEL SECURITY on a shared table, keyed by its collectivité column."""
    condition = f"{colonne} = {_QUI} OR {_TRANSVERSE}"
    return migrations.RunSQL(
        sql=(
            f'ALTER TABLE public."{table}" ENABLE ROW LEVEL SECURITY;'
            f'ALTER TABLE public."{table}" FORCE ROW LEVEL SECURITY;'
            f'CREATE POLICY membre ON public."{table}" USING ({condition}) WITH CHECK ({condition});'
        ),
        reverse_sql=(
            f'DROP POLICY membre ON public."{table}";ALTER TABLE public."{table}" NO FORCE ROW LEVEL SECURITY;'
            f'ALTER TABLE public."{table}" DISABLE ROW LEVEL SECURITY;'
        ),
    )
