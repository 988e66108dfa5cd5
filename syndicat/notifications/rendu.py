"""Rendering a message: subject, text and HTML from the theme's templates, in the member's own frame.

``modele="grc/accuse"`` reads ``grc/courriels/accuse_objet.txt``, ``…/accuse.txt`` and, where it exists, ``…/accuse.html``. The text is
framed by ``notifications/courriels/cadre.txt`` and the HTML by ``cadre.html``; without an HTML template the text's paragraphs are
framed. Templates receive ``membre`` (:class:`Membre`) besides the caller's context.
"""

import re
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.template import Context, TemplateDoesNotExist
from django.template.loader import get_template
from django.utils.html import urlize
from django.utils.safestring import SafeString, mark_safe

from syndicat.membres import annuaire
from syndicat.membres.models import Vitrine
from syndicat.socle.contexte import exiger_portee
from syndicat.socle.protocoles import Charte, demander

_CADRE = "notifications/courriels/cadre"


@dataclass(frozen=True)
class Membre:
    """What a message says of its sender. ``accent`` and ``sur_accent``: #rrggbb, contrast ≥ 4.5:1."""

    nom: str
    telephone: str
    adresse: str
    site: str
    mention: str
    accent: str
    sur_accent: str


@dataclass(frozen=True)
class Message:
    """A rendered message, ready to be stored."""

    objet: str
    texte: str
    html: str


def membre_en_cours() -> Membre:
    """The sender, for the collectivité in scope."""
    portee = exiger_portee()
    vitrine = Vitrine.objects.filter(collectivite_id=portee.collectivite_id).first()
    nom = (vitrine.accueil if vitrine else "") or portee.nom
    lieu = ""
    if vitrine is not None:
        lieu = ", ".join(m for m in (vitrine.adresse, f"{vitrine.code_postal} {vitrine.ville}".strip()) if m)
    charte = demander(Charte)  # type: ignore[type-abstract]
    accent, sur_accent = charte.accent(portee) if charte is not None else ("#1f4e79", "#ffffff")
    mention = f"Ce message vous est adressé par {nom} pour le suivi de votre demande ou de votre dossier."
    return Membre(
        nom=nom,
        telephone=vitrine.telephone if vitrine else "",
        adresse=lieu,
        site=annuaire.adresse(portee),
        mention=mention,
        accent=accent,
        sur_accent=sur_accent,
    )


def gabarits(modele: str) -> str:
    """Path of the templates of a model, without their endings."""
    if "/courriels/" in modele:
        return modele
    theme, _, nom = modele.replace(".", "/", 1).partition("/")
    return f"{theme}/courriels/{nom}"


def rendre(modele: str, contexte: dict[str, Any], *, desabonnement: str = "") -> Message:
    """Render a message for the collectivité in scope. Raises TemplateDoesNotExist (subject and text are required)."""
    base = gabarits(modele)
    membre = membre_en_cours()
    valeurs = {"membre": membre, "produit": settings.DOMAINE_BASE, **contexte}
    objet = " ".join(_texte(f"{base}_objet.txt", valeurs).split())[:250]
    corps = _aere(_texte(f"{base}.txt", valeurs))
    cadre = {**valeurs, "corps": corps, "objet": objet, "desabonnement": desabonnement}
    texte = _aere(_texte(f"{_CADRE}.txt", cadre))
    try:
        interieur = get_template(f"{base}.html").render(valeurs)
    except TemplateDoesNotExist:
        interieur = _paragraphes(corps)
    html = get_template(f"{_CADRE}.html").render({**cadre, "corps": mark_safe(interieur)})  # noqa: S308 - rendered by autoescaping templates
    return Message(objet=objet, texte=texte, html=html)


def _texte(gabarit: str, valeurs: dict[str, Any]) -> str:
    """Plain text: nothing is escaped, for nothing is HTML."""
    moteur: Any = get_template(gabarit)
    rendu: str = moteur.template.render(Context(valeurs, autoescape=False))
    return str.__str__(rendu)


def _aere(texte: str) -> str:
    """One blank line at most between paragraphs, none at the ends."""
    return re.sub(r"\n{3,}", "\n\n", re.sub(r"[ \t]+\n", "\n", texte)).strip() + "\n"


def _paragraphes(texte: str) -> SafeString:
    """Paragraphs of a text as HTML, escaped, its addresses made into links."""
    blocs = (b.strip() for b in re.split(r"\n\s*\n", texte) if b.strip())
    return mark_safe("".join(f"<p>{urlize(b, autoescape=True).replace(chr(10), '<br>')}</p>" for b in blocs))  # noqa: S308 - urlize escapes
