"""Row-level security of the index: each member its rows, everybody what is published."""

from typing import ClassVar

from django.db import migrations

from syndicat.socle.partage import securite_de_ligne

_VISIBLES = {
    # The notice of a withdrawn data set stays readable (harvesters must learn it), its files and rows do not.
    "data_commun_jeudedonnees": "publie_at IS NOT NULL AND etat IN ('publie', 'retire')",
    "data_commun_distribution": (
        "jeu_id IN (SELECT j.id FROM public.data_commun_jeudedonnees j WHERE j.etat = 'publie')"
    ),
    "data_commun_ligne": (
        "jeu_id IN (SELECT j.id FROM public.data_commun_jeudedonnees j WHERE j.etat = 'publie')"
    ),
}


def lecture_publique(table: str, condition: str) -> migrations.RunSQL:
    """Operation: a SELECT policy for what is published."""
    return migrations.RunSQL(
        sql=f'CREATE POLICY publie ON public."{table}" FOR SELECT USING ({condition});',
        reverse_sql=f'DROP POLICY publie ON public."{table}";',
    )


class Migration(migrations.Migration):
    """FORCE ROW LEVEL SECURITY on the three tables, then the public reading of published rows."""

    dependencies: ClassVar = [("data_commun", "0001_initial")]
    operations: ClassVar = [
        *[securite_de_ligne(table) for table in _VISIBLES],
        *[lecture_publique(table, condition) for table, condition in _VISIBLES.items()],
    ]
