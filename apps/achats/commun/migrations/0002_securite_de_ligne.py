"""Row-level security of the orders; a trigram index for the search of the catalogue."""

from typing import ClassVar

from django.db import migrations

from syndicat.socle.partage import securite_de_ligne

_TABLES = ("commande", "lignecommande", "evenementcommande", "reglageachats")


class Migration(migrations.Migration):
    """Each member its orders; articles are found by any part of their words."""

    dependencies: ClassVar = [("achats_commun", "0001_initial")]
    operations: ClassVar = [
        *[securite_de_ligne(f"achats_commun_{table}") for table in _TABLES],
        migrations.RunSQL(
            "CREATE INDEX achats_article_recherche ON public.achats_commun_article USING gin (recherche gin_trgm_ops)",
            "DROP INDEX public.achats_article_recherche",
        ),
    ]
