"""Components: what assistive technologies are told, and what the security policy forbids."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from django import forms
from django.template import Context, Template, TemplateSyntaxError

from syndicat.web.formulaires import SaisieDate, SaisieMontant
from syndicat.web.icones import alias, identifiant

RACINE = Path(__file__).resolve().parents[3]
GABARITS = sorted(p for d in ("syndicat", "apps") for p in (RACINE / d).glob("**/templates/**/*.html"))


class Balises(HTMLParser):
    """Every start tag with its attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.vues: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.vues.append((tag, dict(attrs)))


def rendre(source: str, **contexte: Any) -> str:
    return Template("{% load ui %}" + source).render(Context(contexte))


def balises(html: str) -> list[tuple[str, dict[str, str | None]]]:
    lecteur = Balises()
    lecteur.feed(html)
    return lecteur.vues


class Demande(forms.Form):
    courriel = forms.EmailField(label="Adresse électronique", help_text="Pour vous répondre : rien d'autre")
    quand = forms.DateField(label="Quand ?", widget=SaisieDate, required=False)
    montant = forms.DecimalField(label="Montant", widget=SaisieMontant, required=False)
    choix = forms.ChoiceField(
        label="Comment ?", choices=[("a", "Par courriel"), ("b", "Par SMS")], widget=forms.RadioSelect
    )
    accord = forms.BooleanField(label="J'accepte", required=False)
    piece = forms.FileField(label="Pièce", required=False)


def test_un_champ_refuse_dit_etiquette_aide_erreur_puis_saisie_et_les_lie() -> None:
    html = Demande({"courriel": "x"})["courriel"].as_field_group()
    ordre = [
        html.index(m) for m in ("<label", 'id="id_courriel_helptext"', 'id="id_courriel_error"', "<input")
    ]
    assert ordre == sorted(ordre)
    saisie = next(a for t, a in balises(html) if t == "input")
    assert saisie["aria-invalid"] == "true"
    assert (saisie["aria-describedby"] or "").split() == ["id_courriel_helptext", "id_courriel_error"]
    assert saisie["class"] == "saisie"
    assert "répondre\u00a0: rien d’autre" in html


def test_un_champ_facultatif_le_dit_et_aucun_asterisque_ne_reste() -> None:
    html = str(Demande())
    assert html.count("(facultatif)") == 3
    assert "*" not in html


def test_chaque_saisie_d_un_formulaire_a_son_etiquette() -> None:
    html = str(Demande())
    vues = balises(html)
    etiquettes = {a.get("for") for t, a in vues if t == "label"}
    saisies = [a for t, a in vues if t in {"input", "select", "textarea"} and a.get("type") != "hidden"]
    assert len(saisies) == 7
    assert {a["id"] for a in saisies} <= etiquettes


def test_les_radios_sont_un_groupe_nomme_de_cartes() -> None:
    html = Demande()["choix"].as_field_group()
    assert html.count('class="choix"') == 2
    assert "<fieldset" in html
    assert "Comment\u202f?" in html


def test_un_montant_se_tape_a_la_francaise() -> None:
    form = Demande({"courriel": "a@b.fr", "choix": "a", "montant": "1\u202f250,50 €"})
    assert form.is_valid()
    assert str(form.cleaned_data["montant"]) == "1250.50"


def test_le_resume_des_erreurs_mene_a_chaque_champ() -> None:
    html = rendre("{% resume_erreurs form %}", form=Demande({"courriel": "x"}))
    assert 'role="alert"' in html
    assert 'href="#id_courriel"' in html
    assert "2 réponses sont à corriger" in html
    assert rendre("{% resume_erreurs form %}", form=Demande()).strip() == ""


def test_un_bouton_est_un_bouton_et_un_lien_un_lien() -> None:
    assert balises(rendre('{% bouton "Envoyer" %}'))[0] == ("button", {"class": "btn", "type": "submit"})
    nom, attrs = balises(rendre('{% bouton "Lire" href="/x" genre="discret" hx_get="/y" %}'))[0]
    assert (nom, attrs["href"], attrs["class"], attrs["hx-get"]) == ("a", "/x", "btn btn-3", "/y")
    assert "aria-disabled" in rendre('{% bouton "Lire" href="/x" desactive=True %}')


@pytest.mark.parametrize("attribut", ['onclick="x"', 'style="x"'])
def test_un_bouton_refuse_ce_que_la_politique_de_securite_bloque(attribut: str) -> None:
    with pytest.raises(TemplateSyntaxError):
        rendre(f'{{% bouton "Non" {attribut} %}}')


def test_les_textes_recus_sont_toujours_proteges() -> None:
    mechant = '<img src=x onerror=alert(1)>"'
    gabarits = (
        "{% bouton t %}", "{% bouton 'a' href=t %}", "{% badge_etat t %}", "{% delai 3 t %}", "{% definition t t %}", "{% etat_vide t t %}",
        "{% tuile t t fort=t url=t lien=t %}", "{% fil t t t %}", "{% personne t t %}", "{% alerte 'info' titre=t %}{% endalerte %}",
        "{% dialogue id='d' titre=t %}{% enddialogue %}", "{% barres d titre=t %}", "{% confirmation t t s %}", "{% recap r %}", "{% frise f %}",
    )  # fmt: skip
    for gabarit in gabarits:
        html = rendre(
            gabarit, t=mechant, d=[(mechant, 1), ("b", 2)], s=[(mechant, mechant)],
            r=[{"terme": mechant, "valeur": mechant, "modifier": "#"}], f=[{"titre": mechant, "texte": mechant, "quand": mechant}],
        )  # fmt: skip
        assert "<img" not in html, gabarit
        assert all("onerror" not in a for _, a in balises(html)), gabarit


def test_un_etat_porte_toujours_une_icone_et_un_mot() -> None:
    for niveau in ("info", "ok", "alerte", "danger"):
        html = rendre(f'{{% badge_etat "Reçu" "{niveau}" %}}')
        assert "<svg" in html
        assert "Reçu" in html


def test_un_graphique_a_un_nom_et_toutes_ses_donnees_en_tableau() -> None:
    html = rendre(
        '{% barres d titre="Délai" unite="j" decimales=1 %}', d=[("janv.", 4.1), ("févr.", 0), ("mars", 2.4)]
    )
    assert 'role="img"' in html
    assert "de 4,1\u00a0j (janv.) à 2,4\u00a0j (mars)" in html
    assert html.count('<th scope="row">') == 3
    assert rendre('{% barres d titre="Vide" %}', d=[])


def test_une_courbe_d_un_seul_point_ne_se_dessine_pas() -> None:
    assert rendre("{% courbe v %}", v=[1]).strip() == ""
    assert "<path" in rendre("{% courbe v %}", v=[3, 3, 3])


def test_les_pages_impossibles_ne_sont_pas_des_liens() -> None:
    html = rendre('{% pagination "" "/suite" %}')
    assert html.count("<a ") == 1
    assert 'aria-disabled="true"' in html
    assert rendre("{% pagination %}").strip() == ""


def test_la_page_courante_du_fil_n_est_pas_un_lien() -> None:
    html = rendre('{% fil "Accueil" "/" "Ici" %}')
    assert html.count("<a ") == 1
    assert '<li aria-current="page">Ici' in html


def test_toute_icone_nommee_en_francais_existe_une_fois() -> None:
    assert identifiant("signaler") == "signaler"
    assert identifiant("cart") == "bi-cart"
    sprite = RACINE / "syndicat/web/static/web/dist/icones.svg"
    if not sprite.exists():
        pytest.skip("sprite non construit : « npm run build »")
    ids = re.findall(r'<symbol id="([^"]+)"', sprite.read_text())
    assert len(ids) == len(set(ids))
    assert set(alias()) <= set(ids)


def test_le_fichier_des_icones_n_a_pas_de_doublon() -> None:
    def paires(lues: list[tuple[str, str]]) -> dict[str, str]:
        assert len(dict(lues)) == len(lues)
        return dict(lues)

    json.loads((RACINE / "syndicat/web/assets/icones.json").read_text(), object_pairs_hook=paires)


@pytest.mark.parametrize("gabarit", GABARITS, ids=lambda p: str(p.relative_to(RACINE)))
def test_aucun_gabarit_ne_porte_de_style_ni_de_script_dans_la_page(gabarit: Path) -> None:
    if "/courriels/" in str(gabarit):
        pytest.skip("les courriels n’ont que des styles dans le texte")
    source = re.sub(r"{%.*?%}|{{.*?}}|{#.*?#}", "", gabarit.read_text(), flags=re.S)
    assert not re.search(r"<style\b", source)
    assert not re.search(r"\sstyle\s*=", source)
    assert not re.search(r"\son[a-z]+\s*=", source)
    assert "javascript:" not in source
    scripts = [attrs for tag, attrs in balises(gabarit.read_text()) if tag == "script"]
    assert all("src" in a or a.get("type") == "application/json" for a in scripts)  # du JSON ne s’exécute pas
