"""Components of the shell, as template tags. The catalogue at /composants/ shows each in every state.

Rule: a tag takes words and plain values and renders one partial of ``web/composants/``; it never queries.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import template
from django.forms import BoundField
from django.template import Context
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from syndicat.web import francais
from syndicat.web.graphiques import barres as calcule_barres
from syndicat.web.graphiques import courbe as calcule_courbe
from syndicat.web.horaires import telephone as dire_telephone
from syndicat.web.icones import identifiant
from syndicat.web.templatetags import cartes
from syndicat.web.typographie import typo_html

register = template.Library()
Nombre = int | float | Decimal

# --- Filtres : typographie, montants, dates ------------------------------------------------------

register.filter("typo", typo_html)


@register.filter
def euros(montant: Nombre | None) -> str:
    """``{{ montant|euros }}`` → « 1 250,00 € »."""
    return "" if montant is None or montant == "" else francais.euros(montant)


@register.filter
def nombre(valeur: Nombre | None, decimales: int | None = None) -> str:
    """``{{ n|nombre }}`` → « 12 345 » ; ``{{ x|nombre:1 }}`` → « 2,4 »."""
    return "" if valeur is None or valeur == "" else francais.nombre(valeur, decimales)


@register.filter
def taille(octets: int | None) -> str:
    """``{{ fichier.size|taille }}`` → « 1,8 Mo »."""
    return "" if octets is None else francais.taille(octets)


@register.filter
def jour(quand: date | datetime | None) -> str:
    """``{{ d|jour }}`` → « mardi 24 novembre », l’année si ce n’est pas la nôtre."""
    return francais.jour(quand) if quand else ""


@register.filter
def jour_court(quand: date | datetime | None) -> str:
    """« 24 nov. »."""
    return francais.jour_court(quand) if quand else ""


@register.filter
def mois_court(quand: date | datetime | None) -> str:
    """« nov. »."""
    return francais.MOIS_COURTS[quand.month - 1] if quand else ""


@register.filter
def date_longue(quand: date | datetime | None) -> str:
    """« 24 novembre 2026 »."""
    return francais.date_longue(quand) if quand else ""


@register.filter
def heure(quand: datetime | None) -> str:
    """« 8 h 30 »."""
    return francais.heure(quand) if quand else ""


@register.filter
def jour_heure(quand: datetime | None) -> str:
    """« mardi 24 novembre, 13 h 48 »."""
    return f"{francais.jour(quand)}, {francais.heure(quand)}" if quand else ""


@register.filter
def il_y_a(quand: date | datetime | None) -> str:
    """« il y a 2 heures », « hier », « demain »."""
    return francais.il_y_a(quand) if quand else ""


@register.filter
def pluriel(n: Nombre, formes: str) -> str:
    """``{{ n|pluriel:"signalement" }}`` ou ``{{ n|pluriel:"cheval,chevaux" }}`` → « 12 chevaux »."""
    un, _, plusieurs = formes.partition(",")
    return francais.pluriel(n, un, plusieurs)


@register.filter
def accorde(n: Nombre, formes: str) -> str:
    """``{{ n|accorde:"résolu" }}`` → « résolus » ; ``{{ n|accorde:"est,sont" }}``."""
    un, _, plusieurs = formes.partition(",")
    return francais.accorde(n, un, plusieurs)


@register.filter
def telephone(numero: str) -> str:
    """« 03 53 01 00 57 », insécable."""
    return dire_telephone(numero)


@register.filter
def initiales(nom: str) -> str:
    """« Mme Anne Muller » → « AM »."""
    mots = [
        m
        for m in str(nom).replace("-", " ").split()
        if m not in {"M.", "Mme", "Dr", "Me"} and m[:1].isalpha()
    ]
    return (mots[0][0] + mots[-1][0] if len(mots) > 1 else (mots[0][:2] if mots else "?")).upper()


@register.filter
def element(table: Mapping[str, Any], cle: str) -> Any:
    """``{{ table|element:cle }}``."""
    return table.get(cle, "")


# --- Éléments ------------------------------------------------------------------------------------


@register.simple_tag
def icone(nom: str, classe: str = "") -> SafeString:
    """``{% icone "signaler" %}`` : toujours à côté d’un mot. ``classe="ico-l"`` pour 28 px."""
    return format_html(
        '<svg class="ico{}" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        f" {classe}" if classe else "",
        static("web/dist/icones.svg"),
        identifiant(nom),
    )


def _attributs(extra: Mapping[str, Any]) -> SafeString:
    """hx_post="/x" → hx-post="/x" ; True donne l’attribut seul, None et False rien."""
    paires = [(k.rstrip("_").replace("_", "-"), v) for k, v in extra.items() if v not in (None, False)]
    interdits = [k for k, _ in paires if k == "style" or k.startswith("on")]
    if interdits:
        raise template.TemplateSyntaxError(f"Attribut interdit par la politique de sécurité : {interdits[0]}")
    return mark_safe(  # noqa: S308
        "".join(format_html(" {}", k) if v is True else format_html(' {}="{}"', k, v) for k, v in paires)
    )


GENRES = {"principal": "", "second": " btn-2", "discret": " btn-3", "danger": " btn-danger"}


@register.simple_tag
def bouton(
    texte: str,
    *,
    href: str = "",
    genre: str = "principal",
    type: str = "submit",
    icone: str = "",
    icone_fin: str = "",
    precision: str = "",
    en_cours: str = "",
    desactive: bool = False,
    bloc: bool = False,
    classe: str = "",
    touche: str = "",
    **attributs: Any,
) -> SafeString:
    """``{% bouton "Envoyer ma demande" icone="envoyer" %}`` ; avec ``href`` c’est un lien.

    ``genre`` : principal (un seul par page), second, discret, danger. ``precision`` : la suite du nom, lue
    seulement (« Lire » … « : arrêté rue de la Gare »). ``en_cours`` : le texte pendant l’envoi.
    """
    classes = f"btn{GENRES[genre]}{' btn-bloc' if bloc else ''}{f' {classe}' if classe else ''}"
    dedans = format_html(
        "{}<span data-bouton-texte>{}</span>{}{}{}",
        _icone_ou_rien(icone),
        typo_html(texte),
        format_html('<span class="vh"> {}</span>', precision) if precision else "",
        format_html("<kbd>{}</kbd>", touche) if touche else "",
        _icone_ou_rien(icone_fin),
    )
    if href:
        if desactive:
            return format_html(
                '<span class="{}" aria-disabled="true"{}>{}</span>', classes, _attributs(attributs), dedans
            )
        return format_html('<a class="{}" href="{}"{}>{}</a>', classes, href, _attributs(attributs), dedans)
    return format_html(
        '<button class="{}" type="{}"{}{}{}>{}</button>',
        classes,
        type,
        mark_safe(" disabled") if desactive else "",
        format_html(' data-en-cours="{}"', en_cours) if en_cours else "",
        _attributs(attributs),
        dedans,
    )


def _icone_ou_rien(nom: str) -> SafeString:
    return icone(nom) if nom else SafeString("")


NIVEAUX_ICONES = {"info": "info", "ok": "ok", "alerte": "alerte", "danger": "danger", "neutre": "info"}


@register.simple_tag
def badge_etat(texte: str, niveau: str = "neutre", icone: str = "") -> SafeString:
    """``{% badge_etat "Reçu" "info" icone="lettre" %}`` : neutre, info, ok, alerte, danger ; icône et mot."""
    dessin = icone or {"ok": "ok", "alerte": "horloge", "danger": "alerte", "info": "info"}.get(niveau, "")
    return format_html(
        '<span class="etat{}">{}{}</span>',
        f" etat-{niveau}" if niveau != "neutre" else "",
        _icone_ou_rien(dessin),
        typo_html(texte),
    )


@register.simple_tag
def initiales_rondes(nom: str) -> SafeString:
    """Rond d’initiales, muet : le nom est toujours écrit à côté."""
    return format_html('<span class="initiales" aria-hidden="true">{}</span>', initiales(nom))


@register.simple_tag
def delai(part: Nombre, texte: str) -> SafeString:
    """``{% delai 92 "À signer avant 18 h" %}`` : une barre qui se réchauffe, ``part`` écoulée de 0 à 100."""
    p = max(0, min(100, int(part)))
    chaleur = " delai-chaud" if p >= 90 else " delai-tiede" if p >= 60 else ""
    return format_html(
        '<span class="delai{}"><svg class="delai-b" viewBox="0 0 48 4" aria-hidden="true"><rect class="fond" width="48" height="4" rx="2"></rect>'
        '<rect class="plein" width="{}" height="4" rx="2"></rect></svg>{}</span>',
        chaleur,
        round(48 * p / 100, 1),
        typo_html(texte),
    )


@register.simple_tag
def definition(valeur: str, explication: str) -> SafeString:
    """Un chiffre qui s’explique : source, date, définition au focus comme au survol."""
    return format_html(
        '<button class="def" type="button">{}<span><span class="vh">. </span>{}</span></button>',
        typo_html(valeur),
        typo_html(explication),
    )


@register.simple_tag
def pips(n: int, total: int) -> SafeString:
    """``{% pips 5 7 %}`` : n cases pleines sur total ; le nombre est écrit à côté."""
    cases = format_html_join(
        "", "<i{}></i>", ((mark_safe(' class="p"') if i < n else "",) for i in range(total))
    )
    return format_html('<span class="pips" aria-hidden="true">{}</span>', cases)


# --- Graphiques ----------------------------------------------------------------------------------


@register.inclusion_tag("web/composants/courbe.html")
def courbe(valeurs: Sequence[float] | None) -> dict[str, Any]:
    """Petite courbe muette, à côté de sa phrase."""
    return {"courbe": calcule_courbe([float(v) for v in valeurs or []])}


@register.inclusion_tag("web/composants/barres.html")
def barres(
    donnees: Sequence[tuple[str, float]],
    titre: str,
    unite: str = "",
    decimales: int | None = None,
    colonne: str = "Période",
) -> dict[str, Any]:
    """``{% barres donnees titre="Délai moyen, en jours" unite="j" %}`` : figure et tableau « Voir les données »."""
    return {
        "figure": calcule_barres(donnees, unite=unite, decimales=decimales),
        "titre": titre,
        "colonne": colonne,
    }


# --- Blocs ---------------------------------------------------------------------------------------


@register.inclusion_tag("web/composants/tuile.html")
def tuile(
    titre: str,
    phrase: str,
    *,
    fort: str = "",
    icone: str = "info",
    url: str = "",
    lien: str = "Voir",
    valeurs: Sequence[float] | None = None,
    niveau: int = 3,
) -> dict[str, Any]:
    """Un service en une phrase : ``fort`` en gras d’abord, le reste, un lien, sa tendance. Dans ``<ul class="tuiles">``."""
    return {"titre": titre, "fort": fort, "phrase": phrase if not fort or phrase[:1] in " ,.;:" else f" {phrase}", "icone": icone, "url": url, "lien": lien, "valeurs": valeurs or [], "niveau": niveau}  # fmt: skip


@register.inclusion_tag("web/composants/frise.html")
def frise(etapes: Sequence[Mapping[str, Any]], petite: bool = False) -> dict[str, Any]:
    """Étapes : ``titre``, ``quand`` (texte), et au besoin ``qui``, ``texte``, ``icone``, ``genre`` (ok, accent), ``bulle`` (note, nous)."""
    return {"etapes": etapes, "petite": petite}


@register.inclusion_tag("web/composants/etat_vide.html")
def etat_vide(
    titre: str,
    texte: str = "",
    *,
    icone: str = "vide",
    action: str = "",
    url: str = "",
    genre: str = "second",
    niveau: int = 0,
) -> dict[str, Any]:
    """Rien à montrer : il apprend quoi faire ensuite (``niveau=2`` en fait un titre). Sert aussi pour l’erreur (icone="alerte") et le sans-droit ("cadenas")."""
    return {
        "titre": titre,
        "texte": texte,
        "icone": icone,
        "action": action,
        "url": url,
        "genre": genre,
        "niveau": niveau,
    }


@register.inclusion_tag("web/composants/chargement.html")
def chargement(quoi: str = "Chargement de la liste") -> dict[str, Any]:
    """Lignes qui attendent leur contenu."""
    return {"quoi": quoi}


@register.inclusion_tag("web/composants/pagination.html")
def pagination(
    precedente: str | None = None, suivante: str | None = None, quoi: str = "Pages de la liste"
) -> dict[str, Any]:
    """Pages par repère (keyset) : les adresses, vides quand il n’y en a pas."""
    return {"precedente": precedente, "suivante": suivante, "quoi": quoi}


@register.inclusion_tag("web/composants/filtres_actifs.html")
def filtres_actifs(
    filtres: Sequence[Mapping[str, str]], compte: str = "", effacer: str = ""
) -> dict[str, Any]:
    """Filtres : ``nom``, ``valeur``, ``retirer`` (adresse sans ce filtre). ``compte`` : « 18 demandes sur 431 »."""
    return {"filtres": filtres, "compte": compte, "effacer": effacer}


@register.inclusion_tag("web/composants/etapes.html")
def etapes(noms: Sequence[str], courante: int) -> dict[str, Any]:
    """``{% etapes noms 3 %}`` : la troisième est en cours."""
    return {"etapes": [(i, n, i < courante, i == courante) for i, n in enumerate(noms, 1)]}


@register.inclusion_tag("web/composants/pas.html")
def pas(courant: int, total: int) -> dict[str, Any]:
    """« Étape 3 sur 5 » et sa barre, au téléphone."""
    return {"courant": courant, "total": total}


@register.inclusion_tag("web/composants/recap.html")
def recap(lignes: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Vérifiez avant d’envoyer : ``terme``, ``valeur``, ``modifier`` (adresse), ``quoi`` (« le lieu »)."""
    return {"lignes": lignes}


@register.inclusion_tag("web/composants/confirmation.html")
def confirmation(
    titre: str, numero: str = "", suites: Sequence[tuple[str, str]] = (), etiquette: str = "Votre numéro"
) -> dict[str, Any]:
    """C’est envoyé : le numéro à garder, puis ce qui va se passer et quand (``suites`` : quand, quoi)."""
    return {"titre": titre, "numero": numero, "suites": suites, "etiquette": etiquette}


@register.inclusion_tag("web/composants/onglets.html")
def onglets(liste: Sequence[Mapping[str, Any]], nom: str) -> dict[str, Any]:
    """Vues : ``libelle``, ``url``, ``actif``, et au besoin ``compte``."""
    return {"liste": liste, "nom": nom}


@register.inclusion_tag("web/composants/bascule.html")
def bascule(collectivites: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Changer de collectivité : ``nom``, ``role``, ``url``, ``active``."""
    return {"collectivites": collectivites}


@register.inclusion_tag("web/composants/personne.html")
def personne(nom: str, sous: str = "") -> dict[str, Any]:
    """Initiales, nom, précision."""
    return {"nom": nom, "sous": sous}


@register.inclusion_tag("web/composants/fil.html")
def fil(*paires: str) -> dict[str, Any]:
    """``{% fil "Accueil" "/" "Commandes" "/c/" "Commande 12" %}`` : libellé, adresse… et la page, sans adresse."""
    liens = [(paires[i], paires[i + 1]) for i in range(0, len(paires) - 1, 2)]
    return {"liens": liens, "page": paires[-1] if len(paires) % 2 else ""}


@register.inclusion_tag("web/composants/tri.html", takes_context=True)
def tri(context: Context, libelle: str, cle: str, classe: str = "") -> dict[str, Any]:
    """En-tête de colonne triable : garde les autres paramètres, pose ``tri=cle`` ou ``tri=-cle`` et aria-sort."""
    requete = context.get("request")
    params = requete.GET.copy() if requete else None
    courant = params.get("tri", context.get("tri_courant", "")) if params is not None else ""
    sens = "ascending" if courant == cle else "descending" if courant == f"-{cle}" else ""
    url = ""
    if params is not None:
        params["tri"] = f"-{cle}" if sens == "ascending" else cle
        params.pop("apres", None)
        params.pop("avant", None)
        url = "?" + params.urlencode()
    return {"libelle": libelle, "url": url, "sens": sens, "classe": classe}


@register.inclusion_tag("web/composants/depot.html")
def depot(champ: BoundField, max_octets: int = 20_000_000, aide: str = "ou le glisser ici") -> dict[str, Any]:
    """Dépôt de fichier ; le champ reste un ``<input type=file>`` ordinaire."""
    return {"champ": champ, "max": max_octets, "aide": aide}


@register.inclusion_tag("web/composants/choix.html")
def choix(champ: BoundField, icones: Mapping[str, str] | None = None, aides: Mapping[str, str] | None = None, grille: bool = False) -> dict[str, Any]:  # fmt: skip
    """Cartes de choix pour un champ radio ou à cocher. ``icones``/``aides`` : par valeur."""
    return {"champ": champ, "icones": icones or {}, "aides": aides or {}, "grille": grille}


@register.simple_tag
def champ(champ_: BoundField, **options: Any) -> SafeString:
    """``{% champ form.telephone %}`` ; options : ``unite="€"``, ``classe``, ``facultatif=False``."""
    return render_to_string("web/formulaires/champ.html", {"field": champ_, **options})


@register.inclusion_tag("web/composants/resume_erreurs.html")
def resume_erreurs(form: Any, focus: bool = True) -> dict[str, Any]:
    """En tête d’un formulaire refusé : les erreurs, liées à leurs champs, avec le focus."""
    return {"form": form, "focus": focus}


# --- Blocs qui entourent -------------------------------------------------------------------------


@register.simple_block_tag(end_name="endalerte")
def alerte(content: str, niveau: str = "info", titre: str = "", role: str = "") -> SafeString:
    """``{% alerte "danger" titre="L’envoi a échoué" %}Votre texte est conservé.{% endalerte %}``."""
    return format_html(
        '<div class="message message-{}"{}>{}<div>{}<div>{}</div></div></div>',
        niveau,
        format_html(' role="{}"', role) if role else "",
        icone(NIVEAUX_ICONES.get(niveau, "info")),
        format_html("<strong>{}</strong>", typo_html(titre)) if titre else "",
        content,
    )


@register.simple_block_tag(end_name="enddialogue")
def dialogue(content: str, id: str, titre: str) -> SafeString:
    """``{% dialogue id="signer" titre="Signer l’arrêté ?" %}…{% enddialogue %}`` ; s’ouvre par ``data-ouvre="signer"``."""
    return format_html(
        '<dialog class="dialogue-b" id="{0}" aria-labelledby="{0}-t"><div class="rang-ecart"><h2 class="t-l" id="{0}-t">{1}</h2>'
        '<button class="btn btn-3 btn-ico" type="button" data-ferme aria-label="Fermer">{2}</button></div>{3}</dialog>',
        id,
        typo_html(titre),
        icone("croix"),
        content,
    )


@register.simple_block_tag(end_name="endaide")
def aide(content: str, id: str, titre: str) -> SafeString:
    """Tiroir d’aide : même usage que ``dialogue`` ; glisse depuis la droite."""
    return format_html(
        '<dialog class="tiroir" id="{0}" aria-labelledby="{0}-t"><div class="rang-ecart"><h2 class="t-l" id="{0}-t">{1}</h2>'
        '<button class="btn btn-3 btn-ico" type="button" data-ferme aria-label="Fermer l’aide">{2}</button></div><div class="texte">{3}</div></dialog>',
        id,
        typo_html(titre),
        icone("croix"),
        content,
    )


@register.simple_block_tag(end_name="enddepliant")
def depliant(content: str, titre: str, icone_: str = "", ouvert: bool = False) -> SafeString:
    """``{% depliant "Comment ce chiffre est calculé" %}…{% enddepliant %}``."""
    return format_html(
        "<details{}><summary>{}{}{}</summary>{}</details>",
        mark_safe(" open") if ouvert else "",
        _icone_ou_rien(icone_),
        typo_html(titre),
        icone("bas", "chev"),
        content,
    )


register.tags.update(cartes.register.tags)
