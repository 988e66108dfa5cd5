"""Row-level security of the tables that carry a collectivité."""

from django.db import migrations

from syndicat.socle.partage import securite_de_ligne

TABLES = (
    "comptes_adhesion",
    "comptes_mandat",
    "comptes_delegation",
    "comptes_absence",
    "comptes_sessiondemembre",
    "comptes_passage",
)


class Migration(migrations.Migration):
    dependencies = [("comptes", "0001_initial")]
    operations = [securite_de_ligne(table) for table in TABLES]
