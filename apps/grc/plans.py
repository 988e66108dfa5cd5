"""The place of a report on the drawn map: pin, square, click without a script, address without a map."""

from collections.abc import Sequence
from typing import Any

from apps.grc import regles
from apps.grc.liens import geoplateforme
from syndicat.socle.contexte import exiger_portee
from syndicat.web.plans import Plan, plan_de

LARGEUR_IMAGE = 320


def _plan() -> Plan:
    return plan_de(exiger_portee())


def carreau_de(longitude: float, latitude: float) -> str:
    """« C6 » in the grid of the collectivité, or an empty string."""
    e = _plan().emprise
    return regles.carreau(longitude, latitude, (e.ouest, e.sud, e.est, e.nord))


def emprise_en_texte() -> str:
    """« west,south,east,north » for the map's script."""
    e = _plan().emprise
    return f"{e.ouest:.5f},{e.sud:.5f},{e.est:.5f},{e.nord:.5f}"


def repere(donnees: dict[str, Any]) -> str:
    """The square of the draft's pin in words, or an empty string."""
    return carreau_de(donnees["lon"], donnees["lat"]) if "lon" in donnees else ""


def placer(adresse: str) -> tuple[float, float, str]:
    """(longitude, latitude, source): the address found by the Géoplateforme, else the centre, to be placed by an agent."""
    e = _plan().emprise
    trouve = geoplateforme.chercher(
        adresse, emprise=(e.ouest, e.sud, e.est, e.nord), contexte=exiger_portee().nom
    )
    if trouve is not None:
        return (*trouve, "adresse")
    return (*e.centre, "centre")


def depuis_pixels(x: str, y: str) -> tuple[float, float]:
    """Longitude and latitude of a click on the image of :data:`LARGEUR_IMAGE` pixels; the centre when unreadable."""
    plan = _plan()
    p = plan.projection
    cx, cy = p.emprise.centre
    if not (x.isdigit() and y.isdigit()):
        return round(cx, 6), round(cy, 6)
    facteur = plan.largeur / LARGEUR_IMAGE
    ux, uy = int(x) * facteur - plan.largeur / 2, int(y) * facteur - plan.hauteur / 2
    dx, dy = p.km(1), p.km(1)
    lat = cy - uy / dy / 111.32
    ax, _ = p.point(cx + 1, cy)
    lon = cx + ux / (ax - plan.largeur / 2) if dx else cx
    return round(lon, 6), round(lat, 6)


def dessin(donnees: dict[str, Any]) -> dict[str, Any]:
    """What the SVG template draws."""
    plan = _plan()
    pin = plan.projection.point(donnees["lon"], donnees["lat"]) if "lon" in donnees else None
    hauteur = round(LARGEUR_IMAGE * plan.hauteur / plan.largeur)
    noms = [v for v in plan.voisins if 60 < v.x < plan.largeur - 60 and 30 < v.y < plan.hauteur - 45]
    return {"plan": plan, "noms": noms, "pin": pin, "largeur": LARGEUR_IMAGE, "hauteur_px": hauteur}


def alentours(points: Sequence[tuple[float, float]]) -> dict[str, Any]:
    """A window of about a kilometre of the drawn plan around the first point; the others where they fall in it."""
    plan = _plan()
    p = plan.projection
    x, y = p.point(*points[0])
    large, haut = p.km(1), p.km(0.65)
    pas = p.km(0.25)
    gauche, sommet = x - large / 2, y - haut / 2
    grille = [f"M{gauche + pas * i:.2f} {sommet:.2f}v{haut:.2f}" for i in range(5)]
    grille += [f"M{gauche:.2f} {sommet + pas * i:.2f}h{large:.2f}" for i in range(3)]
    reperes = []
    for rang, point in enumerate(points, 1):
        px, py = p.point(*point)
        reperes.append({"rang": rang, "x": round(px, 2), "y": round(py, 2), "premier": rang == 1})
    return {
        "plan": plan,
        "boite": f"{gauche:.2f} {sommet:.2f} {large:.2f} {haut:.2f}",
        "grille": grille,
        "reperes": reperes,
        "echelle": round(large / 256, 4),
    }
