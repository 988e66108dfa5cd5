"""The living catalogue of components, for the syndicate's agents: every component in its states, four white labels."""

from datetime import timedelta

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from syndicat.comptes.acteur import acteur_de
from syndicat.web.formulaires import SaisieDate, SaisieMontant
from syndicat.web.plans import plan_de
from syndicat.web.theme import RECIPES, Marque, derive, feuille
from syndicat.web.tuiles import Point
from syndicat.web.vitrines import portee_de

MARQUES: tuple[tuple[str, str, Marque], ...] = (
    ("onde", "Hettange-Grande", Marque(222, 0.082)),
    ("syndicat", "Le syndicat", Marque(280, 0.125)),
    ("gres", "Bitche", Marque(42, 0.105)),
    ("foret", "Phalsbourg", Marque(158, 0.075)),
)
JETONS_MONTRES = (
    ("fond", "Fond"), ("surface", "Surface"), ("creux", "Creux"), ("trait", "Trait"), ("trait-fort", "Bord de champ"),
    ("texte-2", "Texte second"), ("texte", "Texte"), ("accent", "Accent"), ("accent-doux", "Accent doux"),
    ("info", "Information"), ("ok", "Réussite"), ("alerte", "Attention"), ("danger", "Erreur"),
)  # fmt: skip


class FormulaireExemple(forms.Form):
    """Every kind of field the product uses."""

    association = forms.CharField(label="Nom de l'association", initial="Les Amis du Lavoir")
    mobile = forms.CharField(label="Numéro de mobile", help_text="Pour vous prévenir de la réparation", required=False, widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}))  # fmt: skip
    courriel = forms.EmailField(
        label="Adresse électronique", error_messages={"invalid": "Il manque le @. Exemple : nom@exemple.fr"}
    )
    date = forms.DateField(label="Date de la manifestation", widget=SaisieDate, required=False)
    montant = forms.DecimalField(
        label="Montant hors taxes", widget=SaisieMontant, initial="1250.00", required=False
    )
    adresse = forms.CharField(label="Adresse", required=False, help_text="Commencez par le numéro et la rue")
    equipe = forms.ChoiceField(label="Équipe", choices=[("v", "Voirie et éclairage"), ("e", "Espaces verts")])
    message = forms.CharField(label="Votre message", widget=forms.Textarea(attrs={"rows": 3}), required=False)
    fixe = forms.CharField(label="Commune", initial="Hettange-Grande", disabled=True)
    accord = forms.BooleanField(
        label="J'accepte d'être rappelé", required=False, help_text="Du lundi au vendredi, de 9 h à 17 h"
    )
    paiement = forms.ChoiceField(label="Comment payez-vous ?", choices=[("cb", "Par carte bancaire"), ("virement", "Par virement")], initial="cb", widget=forms.RadioSelect)  # fmt: skip
    quoi = forms.ChoiceField(label="De quoi s'agit-il ?", choices=[("eclairage", "Éclairage"), ("route", "Chaussée, trottoir"), ("dechet", "Déchets, dépôt"), ("arbre", "Arbres, espaces verts")], widget=forms.RadioSelect, required=False)  # fmt: skip
    fichier = forms.FileField(label="Plan de situation", required=False, help_text="PDF ou image")


def _exemples() -> dict[str, object]:
    maintenant = timezone.now()
    avec_erreur = FormulaireExemple(
        {"courriel": "martin.exemple.fr", "association": "", "equipe": "v", "paiement": "cb"}, prefix="e"
    )
    return {
        "form": FormulaireExemple(prefix="c"),
        "form_erreur": avec_erreur,
        "icones_quoi": {"eclairage": "lampe", "route": "route", "dechet": "dechet", "arbre": "arbre"},
        "aides_paiement": {"cb": "Tout de suite, site de paiement de l’État", "virement": "Trois jours ouvrés"},
        "etapes_noms": ["Vous", "Votre enfant", "La cantine", "Vérifier"],
        "recap": [
            {"terme": "Enfant", "valeur": "Léa, 7 ans", "modifier": "#parcours", "quoi": "l’enfant"},
            {"terme": "Jours", "valeur": "mardi et jeudi", "modifier": "#parcours", "quoi": "les jours"},
            {"terme": "Prix", "valeur": "4,20 € par repas"},
        ],
        "suites": [("Aujourd’hui", "L’équipe voirie lit votre signalement."), ("Sous 2 jours", "Vous recevez une date d’intervention.")],
        "frise": [
            {"titre": "Réparé", "quand": "jeudi 26 novembre", "icone": "coche", "genre": "ok", "texte": "La lampe a été remplacée.", "bulle": "nous"},
            {"titre": "Note interne", "quand": "mardi 24 novembre", "icone": "note", "texte": "Même armoire que le n° 14.", "bulle": "note"},
            {"titre": "Reçu", "quand": "mardi 24 novembre", "icone": "signaler"},
        ],
        "vues": [
            {"libelle": "À moi", "url": "#dossier", "actif": True, "compte": 8},
            {"libelle": "Équipe", "url": "#dossier", "actif": False, "compte": 18},
            {"libelle": "En retard", "url": "#dossier", "actif": False, "compte": 0},
        ],
        "filtres": [{"nom": "État", "valeur": "en cours", "retirer": "#dossier"}, {"nom": "Population", "valeur": "moins de 3 500 habitants", "retirer": "#dossier"}],
        "bascule": [
            {"nom": "Hettange-Grande", "role": "Secrétaire de mairie", "url": "#dossier", "active": True, "blason": "ondes"},
            {"nom": "Rodemack", "role": "Remplaçante, jusqu’au 18 décembre", "url": "#dossier", "active": False, "blason": "tour"},
        ],
        "serie": [4.1, 3.9, 3.6, 3.4, 3.3, 3.1, 3.4, 3.6, 3.0, 2.9, 2.4],
        "mois": list(zip(("janv.", "févr.", "mars", "avril", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov."), (4.1, 3.9, 3.6, 3.4, 3.3, 3.1, 3.4, 3.6, 3.0, 2.9, 2.4), strict=True)),
        "hier": maintenant - timedelta(days=1),
        "tantot": maintenant - timedelta(hours=2),
    }  # fmt: skip


@require_safe
def composants(request: HttpRequest) -> HttpResponse:
    """``/composants/``: 403 to anyone who does not work for the syndicate."""
    if not acteur_de(request).est_du_syndicat:
        raise PermissionDenied("Le catalogue des composants est réservé aux agents du syndicat.")
    plan = plan_de(portee_de(request))
    (x, y), e, n = (
        plan.emprise.centre,
        plan.emprise.est - plan.emprise.ouest,
        plan.emprise.nord - plan.emprise.sud,
    )
    contexte = {
        "marques": [(code, nom, derive(m).reprises) for code, nom, m in MARQUES],
        "jetons": JETONS_MONTRES,
        "nombre_jetons": len(RECIPES),
        "plan": plan,
        "points": [
            Point(x, y, "Lampadaire, rue de la Gare"),
            Point(x - e / 5, y + n / 6, "Nid-de-poule, résolu", clos=True),
        ],
        **_exemples(),
    }
    return render(request, "web/composants.html", contexte)


@require_safe
def marques_css(request: HttpRequest) -> HttpResponse:
    """The four white labels of the catalogue, each limited to ``[data-marque]``, and one swatch per token."""
    regles = [feuille(m, f'[data-marque="{code}"]') for code, _, m in MARQUES]
    regles += [f".nuance-{nom}{{background:var(--{nom})}}" for nom in RECIPES]
    return HttpResponse("".join(regles), content_type="text/css; charset=utf-8")
