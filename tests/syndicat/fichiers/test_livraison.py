"""One way out: the object's theme decides, images leave remade, bytes leave by pieces and by ranges."""

import inspect
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from asgiref.sync import async_to_sync
from django.http import StreamingHttpResponse
from django.test import AsyncClient, Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from syndicat.comptes.acteur import Acteur
from syndicat.fichiers import droits, lecture, service, stockage, travaux
from syndicat.fichiers.enums import EtatAnalyse
from syndicat.fichiers.models import Fichier
from syndicat.socle import contexte
from tests.syndicat.fichiers.conftest import GENRE, UUID, jpeg, televerse

CONTENU = bytes(range(256)) * 4000
PDF = b"%PDF-1.7\n" + CONTENU + b"\n%%EOF\n"


@pytest.fixture
def agent(hettange: Any, acteur: Any) -> Acteur:
    a: Acteur = acteur("agent", hettange)
    return a


@pytest.fixture
def photo(hettange: Any, agent: Acteur, droit: Any) -> Fichier:
    with contexte.dans(hettange):
        f = service.deposer(televerse(jpeg()), profil="photo", rattache=(GENRE, UUID), by=agent, public=True)
        travaux.faire(str(f.uuid))
        f.refresh_from_db()
    return f


@pytest.fixture
def document(hettange: Any, agent: Acteur, droit: Any) -> Fichier:
    with contexte.dans(hettange):
        f = service.deposer(
            televerse(PDF, "Délibération n° 12.pdf"),
            profil="document",
            rattache=(GENRE, UUID),
            by=agent,
            public=True,
        )
        Fichier.objects.filter(pk=f.pk).update(etat=EtatAnalyse.SAIN)
        f.refresh_from_db()
    return f


class ClientAsgi(AsyncClient):
    """Django's, which always adds a Host of its own before the one asked for: only the last is kept."""

    def _base_scope(self, **request: Any) -> dict[str, Any]:
        scope: dict[str, Any] = super()._base_scope(**request)
        entetes = scope["headers"]
        hotes = [e for e in entetes if e[0] == b"host"]
        scope["headers"] = [e for e in entetes if e[0] != b"host"] + hotes[-1:]
        return scope


async def _demander(slug: str, adresse: str, methode: str, entetes: dict[str, str]) -> tuple[Any, bytes]:
    entetes = {"host": f"{slug}.localhost", **entetes}
    reponse = await getattr(ClientAsgi(), methode)(adresse, headers=entetes)
    if not reponse.streaming:
        return reponse, bytes(reponse.content)
    return reponse, b"".join([bloc async for bloc in reponse.streaming_content])


def obtenir(
    adresse: str, *, slug: str = "hettange-grande", methode: str = "get", **entetes: str
) -> tuple[Any, bytes]:
    """Through the ASGI handler: (response, body). ``if_range`` stands for the header ``if-range``."""
    return async_to_sync(_demander)(
        slug, adresse, methode, {k.replace("_", "-"): v for k, v in entetes.items()}
    )


@pytest.fixture
def adresse(hettange: Any, document: Fichier) -> str:
    with contexte.dans(hettange):
        return service.url(document, signee=True)


def test_une_photo_publique_est_servie_par_morceaux_asynchrones(photo: Fichier) -> None:
    reponse, octets = obtenir(service.url(photo, "vignette"))
    assert reponse.status_code == 200
    assert reponse.streaming
    assert reponse.is_async
    assert reponse["Content-Type"] == "image/webp"
    assert reponse["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in reponse["Content-Security-Policy"]
    assert len(octets) == photo.variantes["vignette"]["taille"]
    for autre in ("original", "document", "grande"):
        assert obtenir(f"/fichiers/{photo.uuid}/{autre}")[0].status_code == 404


def test_le_fichier_d_un_membre_n_existe_pas_chez_le_voisin(rodemack: Any, photo: Fichier) -> None:
    for slug in ("rodemack", "inconnue", "connexion", "data"):
        assert obtenir(f"/fichiers/{photo.uuid}/vignette", slug=slug)[0].status_code == 404, slug


@pytest.mark.parametrize(
    ("entete", "statut", "debut", "longueur"),
    [
        ("bytes=0-99", 206, 0, 100),
        ("bytes=500-", 206, 500, len(PDF) - 500),
        ("bytes=-7", 206, len(PDF) - 7, 7),
        ("bytes=999999-9999999", 206, 999_999, len(PDF) - 999_999),
        ("bytes=99999999-", 416, 0, 0),
        ("bytes=-0", 416, 0, 0),
        ("bytes=9-3", 200, 0, len(PDF)),
        ("bytes=0-1,4-5", 200, 0, len(PDF)),
        ("lignes=0-1", 200, 0, len(PDF)),
        ("bytes=-", 200, 0, len(PDF)),
    ],
)
def test_une_plage_demandee_est_servie_exactement(
    adresse: str, entete: str, statut: int, debut: int, longueur: int
) -> None:
    reponse, octets = obtenir(adresse, range=entete)
    assert reponse.status_code == statut
    assert octets == PDF[debut : debut + longueur]
    if statut == 206:
        assert reponse["Content-Range"] == f"bytes {debut}-{debut + longueur - 1}/{len(PDF)}"
        assert reponse["Content-Length"] == str(longueur)
    if statut == 416:
        assert reponse["Content-Range"] == f"bytes */{len(PDF)}"


def test_l_etiquette_evite_de_renvoyer_et_garde_les_plages_justes(adresse: str) -> None:
    reponse, octets = obtenir(adresse)
    etag = reponse["ETag"]
    assert octets == PDF
    assert obtenir(adresse, if_none_match=etag)[0].status_code == 304
    assert obtenir(adresse, if_none_match=f'W/{etag}, "x"')[0].status_code == 304
    assert obtenir(adresse, range="bytes=0-9", if_range='"autre"')[0].status_code == 200
    assert obtenir(adresse, range="bytes=0-9", if_range=etag)[0].status_code == 206
    tete, corps = obtenir(adresse, methode="head")
    assert (tete.status_code, tete["Content-Length"], corps) == (200, str(len(PDF)), b"")
    assert not tete.streaming


def test_un_document_part_en_piece_jointe_sous_son_nom(adresse: str) -> None:
    reponse, _ = obtenir(adresse)
    assert reponse["Content-Disposition"].startswith("attachment; filename*=utf-8''D%C3%A9lib")


def test_le_predicat_du_theme_decide_pour_chacun(
    hettange: Any, photo: Fichier, droit: Callable[..., None], visite: Callable[..., Client]
) -> None:
    vus: list[tuple[str, str]] = []

    def lire(a: Acteur, uuid: str) -> bool:
        vus.append((a.genre, uuid))
        return a.a_role("maire")

    droit(lire)
    adresse = f"/fichiers/{photo.uuid}/ecran"
    assert visite("hettange-grande", "maire").head(adresse).status_code == 200
    assert visite("hettange-grande", "agent").head(adresse).status_code == 404
    assert visite("hettange-grande", "habitant").head(adresse).status_code == 404
    assert visite("hettange-grande").head(adresse).status_code == 404
    assert ("anonyme", UUID) in vus
    assert visite("hettange-grande", "maire").post(adresse).status_code == 405


def test_un_fichier_non_public_est_ferme_aux_anonymes_meme_si_le_predicat_dit_oui(
    hettange: Any, photo: Fichier, visite: Callable[..., Client]
) -> None:
    with contexte.dans(hettange):
        Fichier.objects.update(public=False)
    adresse = f"/fichiers/{photo.uuid}/ecran"
    assert visite("hettange-grande").head(adresse).status_code == 404
    assert visite("hettange-grande", "habitant").head(adresse).status_code == 200


def test_sans_predicat_declare_personne_ne_lit(
    hettange: Any, photo: Fichier, visite: Callable[..., Client]
) -> None:
    droits._droits.pop(GENRE)
    assert visite("hettange-grande", "maire").head(f"/fichiers/{photo.uuid}/ecran").status_code == 404


def test_un_lien_signe_vaut_pour_un_fichier_chez_un_membre_et_un_jour(
    hettange: Any, rodemack: Any, photo: Fichier, document: Fichier, visite: Any
) -> None:
    with contexte.dans(hettange):
        Fichier.objects.update(public=False)
        mot = droits.jeton(photo)
    client = visite("hettange-grande")
    assert client.head(f"/fichiers/{photo.uuid}/ecran?j={mot}").status_code == 200
    assert client.head(f"/fichiers/{photo.uuid}/ecran?j={mot}x").status_code == 404
    assert client.head(f"/fichiers/{document.uuid}/document?j={mot}").status_code == 404
    with contexte.dans(rodemack):
        assert not droits.jeton_valide(mot, photo)
    with time_machine.travel(timezone.now() + timedelta(hours=25)):
        assert client.head(f"/fichiers/{photo.uuid}/ecran?j={mot}").status_code == 404


def test_un_service_ferme_par_convention_ne_livre_plus_ses_fichiers(
    hettange: Any, photo: Fichier, visite: Callable[..., Client]
) -> None:
    from syndicat.conventions import porte
    from syndicat.conventions.models import Convention

    droits.declarer("grc.essai", lambda a, u: True)
    adresse = f"/fichiers/{photo.uuid}/ecran"
    try:
        with contexte.dans(hettange):
            Fichier.objects.update(rattache_genre="grc.essai")
            assert visite("hettange-grande").head(adresse).status_code == 200
            Convention.objects.filter(service="grc").delete()
            porte._memoire.clear()
        assert visite("hettange-grande").head(adresse).status_code == 404
    finally:
        droits._droits.pop("grc.essai")


def test_une_image_publique_du_syndicat_se_voit_chez_un_membre(
    syndicat: Any, hettange: Any, acteur: Any, droit: Any, visite: Any
) -> None:
    with contexte.dans(syndicat):
        f = service.deposer(
            televerse(jpeg()),
            profil="photo",
            rattache=(GENRE, UUID),
            by=acteur("catalogue", syndicat),
            public=True,
        )
        travaux.faire(str(f.uuid))
        f.refresh_from_db()
        adresse = service.url(f, "vignette", commun=True)
    client = visite("hettange-grande", "agent")
    assert client.head(adresse).status_code == 200
    assert client.head(f"/fichiers/{f.uuid}/vignette").status_code == 404
    with contexte.dans(syndicat):
        Fichier.objects.update(public=False)
    assert client.head(adresse).status_code == 404
    with contexte.dans(hettange):
        assert not Fichier.objects.exists()


def test_en_production_le_mandataire_lit_le_disque(
    hettange: Any, photo: Fichier, visite: Callable[..., Client], settings: Any
) -> None:
    settings.FICHIERS_ACCEL = "/_fichiers/"
    reponse = visite("hettange-grande").get(f"/fichiers/{photo.uuid}/ecran")
    assert reponse.status_code == 200
    assert reponse["X-Accel-Redirect"] == f"/_fichiers/{hettange.ident}/{photo.variantes['ecran']['cle']}"
    assert reponse.content == b""
    assert visite("rodemack").get(f"/fichiers/{photo.uuid}/ecran").status_code == 404


def test_le_lecteur_ne_garde_pas_le_fichier_en_memoire(hettange: Any, photo: Fichier) -> None:
    import asyncio

    async def lire() -> list[int]:
        depot = stockage.depot(hettange.portee)
        cle = photo.variantes["ecran"]["cle"]
        chemin = depot.chemin(cle)
        chemin.write_bytes(b"x" * 3_000_000)
        return [len(b) async for b in lecture.lire(depot, cle, 0, 2_999_999)]

    morceaux = asyncio.run(lire())
    assert sum(morceaux) == 3_000_000
    assert max(morceaux) <= lecture.BLOC


def _vues(patterns: list[Any], prefixe: str = "") -> list[tuple[str, Any]]:
    trouvees: list[tuple[str, Any]] = []
    for p in patterns:
        if isinstance(p, URLResolver):
            trouvees += _vues(p.url_patterns, prefixe + str(p.pattern))
        elif isinstance(p, URLPattern):
            trouvees.append((prefixe + str(p.pattern), p.callback))
    return trouvees


def test_aucune_reponse_ne_coule_par_un_iterateur_synchrone(
    hettange: Any, photo: Fichier, document: Fichier, visite: Callable[..., Client]
) -> None:
    """Walks the routes of a member that take no argument, and the files: no body may be a sync iterator."""
    clients = [visite("hettange-grande"), visite("hettange-grande", "agent")]
    fautes, vues, coulees = [], 0, 0
    chemins = [
        f"/{p}"
        for p, _ in _vues(get_resolver("syndicat.urls_membre").url_patterns)
        if "<" not in p and "(" not in p
    ]
    chemins += [f"/fichiers/{photo.uuid}/ecran", f"/fichiers/{document.uuid}/document"]
    for client in clients:
        client.raise_request_exception = False
        for chemin in chemins:
            reponse = client.get(chemin)
            vues += 1
            if reponse.streaming:
                coulees += 1
                if not getattr(reponse, "is_async", False):
                    fautes.append(chemin)
    assert fautes == []
    assert vues >= 2 * len(chemins)
    assert coulees >= 3, "the walk must have met streams"


def test_le_test_de_marche_saurait_voir_un_iterateur_synchrone() -> None:
    assert not StreamingHttpResponse(iter([b"x"])).is_async
    assert inspect.isasyncgen(lecture.lire(None, "", 0, 0))  # type: ignore[arg-type]
