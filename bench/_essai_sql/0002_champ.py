from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("videoprotection", "0001_initial")]
    operations = [
        migrations.AddField("Essai", "etat", models.CharField(max_length=9, default="été %s")),
        migrations.AddConstraint(
            "Essai",
            models.CheckConstraint(condition=models.Q(etat__in=["été %s", "hiver"]), name="essai_saison"),
        ),
        migrations.AlterField("Essai", "nom", models.CharField(max_length=40)),
    ]
