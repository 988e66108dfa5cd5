"""Reading the catalogue: search without accents, what others ordered (numbers only)."""

from collections.abc import Collection, Iterable
from datetime import date

from django.core.cache import cache
from django.db.models import Count, Q

from apps.achats.commun.models import Article, ArticleQuerySet, LigneCommande
from apps.achats.enums import ENGAGEES
from syndicat.membres.registre import sans_accents
from syndicat.socle import contexte

ACTE_COMBIEN = contexte.declarer_acte(
    "achats.combien", "Compter, par article, les collectivités qui l’ont commandé (nombres seuls)"
)
DUREE = 600


def texte_de_recherche(article: Article) -> str:
    """Words an article is found by: reference, designation, description, lot and family, without accents."""
    return sans_accents(
        " ".join(
            (
                article.reference,
                article.designation,
                article.description,
                article.lot.intitule,
                article.lot.get_famille_display(),
                article.lot.fournisseur,
                article.get_genre_display(),
            )
        )
    )


def mots(demande: str) -> list[str]:
    """Words asked, without accents nor plural mark, eight at most."""
    nus = sans_accents(demande.replace("’", " ").replace("'", " ")).split()
    return [m[:-1] if len(m) > 4 and m[-1] in "sx" else m for m in nus[:8]]


def chercher(
    *, jour: date, demande: str = "", famille: str = "", mode: str = "", genre: str = ""
) -> ArticleQuerySet:
    """Articles that hold every word asked, filtered, in the order of their names."""
    articles = Article.objects.au_catalogue(jour)
    condition = Q()
    for mot in mots(demande):
        condition &= Q(recherche__contains=mot)
    if famille:
        condition &= Q(lot__famille=famille)
    if mode:
        condition &= Q(lot__marche__mode=mode)
    if genre:
        condition &= Q(genre=genre)
    return articles.filter(condition).order_by("designation", "pk")


def nombre_de_collectivites(article_ids: Collection[int]) -> dict[int, int]:
    """How many collectivités ordered each article: numbers only, across members, kept ten minutes."""
    trouves: dict[int, int] = {}
    with contexte.hors_membre():
        connus = cache.get_many([f"achats:combien:{i}" for i in article_ids])
    manquants = [i for i in article_ids if f"achats:combien:{i}" not in connus]
    trouves.update({int(cle.rsplit(":", 1)[1]): n for cle, n in connus.items()})
    if manquants:
        comptes = _compter(manquants)
        with contexte.hors_membre():
            cache.set_many({f"achats:combien:{i}": comptes.get(i, 0) for i in manquants}, DUREE)
        trouves.update({i: comptes.get(i, 0) for i in manquants})
    return trouves


def oublier(article_ids: Iterable[int]) -> None:
    """An order of these articles was committed or cancelled: their number is counted anew."""
    with contexte.hors_membre():
        cache.delete_many([f"achats:combien:{i}" for i in article_ids])


def _compter(article_ids: Iterable[int]) -> dict[int, int]:
    with contexte.transverse(ACTE_COMBIEN):
        return dict(
            LigneCommande.objects.filter(article_id__in=list(article_ids), commande__etat__in=ENGAGEES)
            .values("article_id")
            .annotate(n=Count("collectivite_id", distinct=True))
            .values_list("article_id", "n")
        )
