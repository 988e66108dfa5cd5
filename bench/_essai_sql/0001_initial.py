from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.CreateModel(
            name="Essai",
            fields=[
                ("id", models.BigAutoField(primary_key=True)),
                ("nom", models.CharField(max_length=20, unique=True)),
            ],
            options={"db_table": "essai_chose"},
        ),
        migrations.RunSQL("INSERT INTO essai_chose (id, nom) VALUES (7, '100 % d''accord')"),
    ]
