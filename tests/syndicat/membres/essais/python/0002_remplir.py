from django.db import migrations


def remplir(apps, schema_editor):
    """What it writes depends on the schema: SQL collected elsewhere would be wrong."""
    with schema_editor.connection.cursor() as curseur:
        curseur.execute("SELECT current_schema()")
        nom = curseur.fetchone()[0]
    apps.get_model("videoprotection", "Essai").objects.using(schema_editor.connection.alias).create(nom=nom)


class Migration(migrations.Migration):
    dependencies = [("videoprotection", "0001_initial")]
    operations = [migrations.RunPython(remplir, migrations.RunPython.noop)]
