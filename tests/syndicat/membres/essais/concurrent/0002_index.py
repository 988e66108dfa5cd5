from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("videoprotection", "0001_initial")]
    operations = [AddIndexConcurrently("Essai", models.Index(fields=["nom"], name="essai_nom_idx"))]
