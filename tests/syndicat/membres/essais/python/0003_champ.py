from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("videoprotection", "0002_remplir")]
    operations = [migrations.AddField("Essai", "rang", models.IntegerField(default=3))]
