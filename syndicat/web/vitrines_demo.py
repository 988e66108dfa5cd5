"""What the demonstration's members show of themselves. Telephone numbers are those ARCEP keeps for fiction (03 53 01 …)."""

from decimal import Decimal
from typing import Any

from syndicat.membres.enums import Nature
from syndicat.membres.models import Collectivite, Vitrine

_PLEIN = [["08:30", "12:00"], ["13:30", "17:00"]]
_MATIN = [["09:00", "12:00"]]
VILLE: dict[str, Any] = {j: _PLEIN for j in ("lundi", "mardi", "mercredi", "jeudi")} | {
    "vendredi": [["08:30", "12:00"], ["13:30", "16:30"]],
    "samedi": _MATIN,
}
VILLAGE: dict[str, Any] = {"mardi": [["16:00", "19:00"]], "jeudi": _MATIN, "vendredi": [["14:00", "18:00"]]}
SIEGE: dict[str, Any] = {j: _PLEIN for j in ("lundi", "mardi", "mercredi", "jeudi", "vendredi")}
#: slug → hue, chroma of its white label.
TEINTES: dict[str, tuple[int, str]] = {
    "hettange-grande": (222, "0.075"),
    "syndicat": (280, "0.125"),
    "departement-de-la-moselle": (258, "0.110"),
    "cc-de-cattenom-et-environs": (160, "0.085"),
    "rodemack": (28, "0.110"),
    "cattenom": (200, "0.090"),
    "boust": (140, "0.080"),
    "sarrebourg": (350, "0.110"),
    "phalsbourg": (48, "0.090"),
    "chateau-salins": (180, "0.070"),
}


def _accueil(c: Collectivite) -> str:
    if c.nature != Nature.COMMUNE:
        return c.nom
    return f"Mairie d’{c.nom}" if c.nom[0] in "AEÉÈÊIOUYŒ" else f"Mairie de {c.nom}"


def habiller(c: Collectivite, rang: int) -> None:
    """Give a member its colours, address and hours, once (what has been changed since stays)."""
    vitrine, _ = Vitrine.objects.get_or_create(collectivite=c)
    if vitrine.accueil:
        return
    teinte, chroma = TEINTES.get(c.slug, ((47 * rang) % 360, "0.080"))
    commune = c.nature == Nature.COMMUNE
    grande = not commune or c.population_municipale > 2000
    vitrine.teinte, vitrine.chroma = teinte, Decimal(chroma)
    vitrine.blason = "ondes" if commune else "reseau"
    vitrine.accueil = _accueil(c)
    vitrine.adresse = "1, place de la Mairie" if commune else "1, rue du Territoire"
    vitrine.code_postal = c.codes_postaux[0] if c.codes_postaux else "57000"
    vitrine.ville = c.nom if commune else "Metz"
    vitrine.telephone = f"03 53 01 {(rang // 100) % 100:02d} {rang % 100:02d}"
    vitrine.courriel = f"accueil@{c.slug}.exemple"
    vitrine.horaires = (VILLE if commune else SIEGE) if grande else VILLAGE
    vitrine.dpo_nom = "Mme Léa Hoffmann" if c.slug == "hettange-grande" else "Délégué mutualisé du syndicat"
    vitrine.dpo_courriel = f"dpo@{c.slug}.exemple"
    vitrine.version += 1
    vitrine.save()
