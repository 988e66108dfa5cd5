"""The first categories of every collectivité: hers to change."""

from django.db import migrations

CATEGORIES = (
    # code, libellé, titre, icône, ordre, équipe, réponse, réparation
    ("eclairage", "Éclairage", "Éclairage en panne", "lampe", 10, "l’équipe voirie", 2, 7),
    ("chaussee", "Chaussée, trottoir", "Chaussée ou trottoir abîmé", "route", 20, "l’équipe voirie", 2, 14),
    ("dechets", "Déchets, dépôt", "Déchets ou dépôt", "dechet", 30, "l’équipe propreté", 2, 5),
    (
        "espaces_verts",
        "Arbres, espaces verts",
        "Espace vert à entretenir",
        "arbre",
        40,
        "l’équipe espaces verts",
        3,
        21,
    ),
    ("panneaux", "Panneau, feu", "Panneau ou feu abîmé", "panneau", 50, "l’équipe voirie", 2, 7),
    ("autre", "Autre chose", "Autre signalement", "autre", 90, "l’accueil de la mairie", 3, 21),
)
REPONSES = (
    (
        "Bien reçu, nous regardons",
        "Bonjour, nous avons bien reçu votre signalement et nous allons voir sur place. Nous revenons vers vous dans les jours qui viennent.",
    ),
    (
        "Intervention programmée",
        "Bonjour, l’intervention est programmée. Nous vous écrirons dès que ce sera fait.",
    ),
    ("C’est réparé", "Bonjour, c’est réparé. Merci de nous avoir prévenus."),
    (
        "Il nous manque une précision",
        "Bonjour, pourriez-vous nous préciser l’endroit exact (numéro, côté de la rue) ? Nous pourrons alors intervenir.",
    ),
    (
        "Ce n’est pas de notre ressort",
        "Bonjour, ce lieu n’est pas géré par la commune. Nous transmettons votre signalement à l’organisme compétent.",
    ),
)


def semer(apps, schema_editor):
    Categorie = apps.get_model("grc", "Categorie")
    ReponseType = apps.get_model("grc", "ReponseType")
    base = schema_editor.connection.alias
    for code, libelle, titre, icone, ordre, equipe, reponse, reparation in CATEGORIES:
        Categorie.objects.using(base).get_or_create(
            code=code,
            defaults={
                "libelle": libelle, "titre": titre, "icone": icone, "ordre": ordre, "equipe": equipe,
                "delai_reponse_jours": reponse, "delai_reparation_jours": reparation,
            },
        )  # fmt: skip
    for i, (intitule, texte) in enumerate(REPONSES):
        ReponseType.objects.using(base).get_or_create(
            intitule=intitule, defaults={"texte": texte, "ordre": 10 * i}
        )


class Migration(migrations.Migration):
    dependencies = [("grc", "0001_initial")]
    operations = [migrations.RunPython(semer, migrations.RunPython.noop)]
