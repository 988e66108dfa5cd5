"""Websockets: the same door as pages, no message from one member to another, closed when the session ends."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import websockets
from asgiref.sync import async_to_sync
from asgiref.testing import ApplicationCommunicator
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.test import Client

from syndicat.comptes import sessions
from syndicat.comptes.models_sessions import ConnexionCentrale, SessionDeMembre
from syndicat.notifications import consommateurs, direct, prises, service
from syndicat.socle import contexte, groupes
from tests.syndicat.notifications.serveur import temoin, uvicorn

CHEMIN = "/ws/notifications"


def _scope(
    client: Client | None, *, slug: str = "hettange-grande", origine: str | None = None, chemin: str = CHEMIN
) -> dict[str, Any]:
    hote = f"{slug}.localhost:8000"
    entetes = [(b"host", hote.encode())]
    if origine != "":
        entetes.append((b"origin", (origine or f"http://{hote}").encode()))
    if client is not None and client.cookies:
        entetes.append((b"cookie", temoin(client).encode()))
    return {"type": "websocket", "path": chemin, "headers": entetes, "query_string": b"", "subprotocols": []}


def _entre(scope: dict[str, Any]) -> bool:
    return prises.entrer(scope) is not None


# --- The door, function by function ------------------------------------------------------------------


def test_la_bonne_page_du_bon_hote_avec_sa_session_entre(
    hettange: Any, visite: Callable[..., Client]
) -> None:
    entree = prises.entrer(_scope(visite("hettange-grande", "agent")))
    assert entree is not None
    assert entree.portee.slug == "hettange-grande"
    assert entree.acteur.est_agent
    assert contexte.portee_courante() is None


@pytest.mark.parametrize(
    "origine",
    [
        "",
        "null",
        "http://rodemack.localhost:8000",
        "http://hettange-grande.localhost",
        "http://hettange-grande.localhost:8001",
        "https://hettange-grande.localhost:8000",
        "http://hettange-grande.localhost:8000.voleur.exemple",
        "http://voleur.exemple@hettange-grande.localhost:8000",
        "http://hettange-grande.localhost:8000/page",
        "http://localhost:8000",
        "file://",
    ],
)
def test_une_origine_etrangere_est_refusee(
    hettange: Any, visite: Callable[..., Client], origine: str
) -> None:
    assert not _entre(_scope(visite("hettange-grande", "agent"), origine=origine))


def test_une_session_d_un_autre_hote_sans_second_facteur_ou_finie_est_refusee(
    hettange: Any, rodemack: Any, compte: Any, visite: Callable[..., Client]
) -> None:
    from tests.connexion import ouvrir_session

    agent = visite("hettange-grande", "agent")
    assert not _entre(_scope(agent, slug="rodemack")), "a cookie of Hettange on Rodemack's host"
    assert not _entre(_scope(agent, slug="connexion"))
    assert not _entre(_scope(agent, slug="data"))
    assert not _entre(_scope(agent, slug="inconnue"))
    assert not _entre(_scope(None))
    sans_mfa = Client()
    ouvrir_session(sans_mfa, compte("agent"), "hettange-grande", mfa=False)
    settings_mfa = settings.MFA_OBLIGATOIRE
    assert settings_mfa is True
    assert not _entre(_scope(sans_mfa))
    assert _entre(_scope(agent))
    with contexte.dans(hettange):
        SessionDeMembre.objects.update(ended_at=ConnexionCentrale.objects.first().created_at)
    sessions._vues.clear()
    assert not _entre(_scope(agent))


def test_un_compte_desactive_ou_un_mot_de_passe_change_ferme_la_porte(
    hettange: Any, compte: Any, visite: Callable[..., Client]
) -> None:
    client = visite("hettange-grande", "agent")
    assert client.session[SESSION_KEY]
    user = compte("agent")
    user.set_password("tout-autre-mot-de-passe")
    user.save()
    assert not _entre(_scope(client))
    autre = visite("hettange-grande", "maire")
    maire = compte("maire")
    maire.is_active = False
    maire.save()
    sessions._vues.clear()
    assert not _entre(_scope(autre))


def test_deux_hotes_ou_deux_origines_dans_une_demande_sont_refuses(
    hettange: Any, visite: Callable[..., Client]
) -> None:
    scope = _scope(visite("hettange-grande", "agent"))
    scope["headers"].append((b"host", b"rodemack.localhost:8000"))
    assert not _entre(scope)


def test_un_groupe_porte_toujours_son_membre(hettange: Any, rodemack: Any) -> None:
    with contexte.dans(hettange):
        ici = groupes.groupe_de_membre("mur.carte")
    with contexte.dans(rodemack):
        assert groupes.groupe_de_membre("mur.carte") != ici
    with pytest.raises(contexte.SansCollectivite):
        groupes.groupe_de_membre("mur.carte")
    with contexte.dans(hettange), pytest.raises(ValueError, match="refusé"):
        groupes.groupe_de_membre("mur carte/../x")


# --- Through channels, in this process ------------------------------------------------------------------


def _jouer(scenario: Callable[[], Awaitable[None]]) -> None:
    async_to_sync(scenario)()


class Prise(ApplicationCommunicator):
    """A socket spoken to in this process (channels' own communicator asks for daphne)."""

    async def ouvrir(self) -> bool:
        await self.send_input({"type": "websocket.connect"})
        return bool((await self.receive_output(5))["type"] == "websocket.accept")

    async def recevoir(self) -> dict[str, Any]:
        sortie = await self.receive_output(5)
        lu: dict[str, Any] = json.loads(sortie["text"]) if sortie["type"] == "websocket.send" else sortie
        return lu

    async def dire(self, texte: str) -> None:
        await self.send_input({"type": "websocket.receive", "text": texte})

    async def partir(self) -> None:
        await self.send_input({"type": "websocket.disconnect", "code": 1000})
        await self.wait(5)


def _prise(scope: dict[str, Any]) -> Prise:
    return Prise(prises.PriseDeMembre(prises.routes()), scope)


@pytest.mark.django_db(transaction=True)
def test_une_adresse_inconnue_et_un_habitant_sont_refuses(
    hettange: Any, visite: Callable[..., Client]
) -> None:
    async def scenario() -> None:
        for scope in (
            _scope(visite_agent, chemin="/ws/inconnu"),
            _scope(visite_agent, chemin="/"),
            _scope(visite_habitant),
            _scope(None),
        ):
            assert not await _prise(scope).ouvrir(), scope["path"]

    visite_agent, visite_habitant = visite("hettange-grande", "agent"), visite("hettange-grande", "habitant")
    _jouer(scenario)


@pytest.mark.django_db(transaction=True)
def test_un_service_ferme_par_convention_n_a_pas_de_prise(
    hettange: Any, visite: Callable[..., Client]
) -> None:
    from syndicat.conventions import porte
    from syndicat.conventions.models import Convention

    recus: list[str] = []

    async def theme(scope: Any, receive: Any, send: Any) -> None:
        recus.append(scope["portee"].slug)
        await prises.refuser(send)

    async def scenario() -> None:
        await _appel(prises.derriere_la_porte("grc", theme), hettange.portee)

    _jouer(scenario)
    assert recus == ["hettange-grande"]
    with contexte.dans(hettange):
        Convention.objects.filter(service="grc").delete()
    porte._memoire.clear()
    _jouer(scenario)
    assert recus == ["hettange-grande"]


async def _appel(app: Any, portee: Any) -> None:
    async def rien(*_: Any) -> None:
        return None

    await app({"portee": portee}, rien, rien)


@pytest.mark.django_db(transaction=True)
def test_trop_de_messages_ou_autre_chose_que_du_json_ferme(
    hettange: Any, visite: Callable[..., Client]
) -> None:
    client = visite("hettange-grande", "agent")

    async def scenario() -> None:
        for envois, code in (
            (["{"], 1003),
            (['{"a":1}'] * (consommateurs.MESSAGES_PAR_SECONDE + 1), consommateurs.TROP_DE_MESSAGES),
        ):
            prise = _prise(_scope(client))
            assert await prise.ouvrir()
            assert (await prise.recevoir())["type"] == "compte"
            for texte in envois:
                await prise.dire(texte)
            sortie = await prise.recevoir()
            assert (sortie["type"], sortie["code"]) == ("websocket.close", code)
            await prise.partir()

    _jouer(scenario)


def test_un_client_qui_ne_lit_pas_est_lache(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(consommateurs, "DELAI_ENVOI", 0.05)
    fermetures: list[int] = []

    class Sourd(consommateurs.ConsommateurDeMembre):
        async def base_send(self, message: Any) -> None:
            if message["type"] == "websocket.close":
                fermetures.append(message["code"])
                return
            await asyncio.sleep(10)

    async def scenario() -> None:
        debut = time.monotonic()
        await Sourd().send_json({"x": 1})
        assert time.monotonic() - debut < 2

    asyncio.run(scenario())
    assert fermetures == [consommateurs.TROP_LENT]


# --- Through a real server ----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def _dossier(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("serveur")


@pytest.fixture
def serveur(transactional_db: None, _dossier: Path) -> Iterator[int]:
    with uvicorn(_dossier) as (port, _):
        yield port


class Navigateur:
    """What a page's script does: open a socket to its own host, with its cookies."""

    def __init__(self, port: int, slug: str, client: Client | None = None, **plus: Any) -> None:
        self.port, self.slug, self.client, self.plus = port, slug, client, plus

    def ouvrir(self, chemin: str = CHEMIN, origine: str = "") -> Any:
        hote = f"{self.slug}.localhost:{self.port}"
        entetes = [("Cookie", temoin(self.client))] if self.client is not None else []
        return websockets.connect(
            f"ws://{hote}{chemin}", host="127.0.0.1", port=self.port, origin=origine or f"http://{hote}",
            additional_headers=entetes, open_timeout=10, **self.plus,
        )  # fmt: skip


async def _message(prise: Any, genre: str, secondes: float = 10) -> dict[str, Any]:
    async with asyncio.timeout(secondes):
        while True:
            lu: dict[str, Any] = json.loads(await prise.recv())
            if lu["type"] == genre:
                return lu


async def _refusee(ouverture: Any) -> bool:
    try:
        async with ouverture:
            return False
    except websockets.InvalidStatus as exc:
        return exc.response.status_code == 403


@pytest.mark.django_db(transaction=True)
def test_sur_un_vrai_serveur_rien_ne_passe_d_un_membre_a_l_autre(
    serveur: int, hettange: Any, rodemack: Any, compte: Any, visite: Callable[..., Client]
) -> None:
    agent, voisin = visite("hettange-grande", "agent"), visite("rodemack", "agent.rodemack")
    nom = direct.groupe_de_personne(compte("agent").pk)

    async def scenario() -> None:
        ici = Navigateur(serveur, "hettange-grande", agent)
        la = Navigateur(serveur, "rodemack", voisin)
        assert await _refusee(ici.ouvrir(origine="http://voleur.exemple"))
        assert await _refusee(ici.ouvrir(origine=f"http://rodemack.localhost:{serveur}"))
        assert await _refusee(Navigateur(serveur, "rodemack", agent).ouvrir()), "a foreign session"
        assert await _refusee(Navigateur(serveur, "hettange-grande").ouvrir()), "no session"
        assert await _refusee(ici.ouvrir("/ws/inconnu"))
        async with ici.ouvrir() as a, ici.ouvrir() as a2, la.ouvrir() as b:
            for prise in (a, a2, b):
                assert (await _message(prise, "compte"))["non_lues"] == 0
            await asyncio.to_thread(notifier, hettange, "agent", "Canari de Hettange")
            for prise in (a, a2):
                assert (await _message(prise, "nouvelle"))["titre"] == "Canari de Hettange"
                assert (await _message(prise, "compte"))["non_lues"] == 1
            # The very same group name, said by the other member: it must reach nobody here.
            await asyncio.to_thread(diffuser, rodemack, nom, "Canari de Rodemack")
            await asyncio.to_thread(notifier, rodemack, "agent.rodemack", "Bonjour Rodemack")
            assert (await _message(b, "nouvelle"))["titre"] == "Bonjour Rodemack"
            for prise in (a, a2):
                with pytest.raises(TimeoutError):
                    await _message(prise, "nouvelle", 1)

    def notifier(membre: Any, local: str, titre: str) -> None:
        with contexte.dans(membre):
            service.notifier(compte(local).pk, titre=titre, url="/bureau/", service="grc", cle=titre)

    def diffuser(membre: Any, groupe: str, titre: str) -> None:
        message = {"type": "notification.nouvelle", "uuid": "x", "titre": titre, "service": "grc"}
        with contexte.dans(membre):
            assert groupes.diffuser(groupe, message)

    asyncio.run(scenario())


@pytest.mark.django_db(transaction=True)
def test_une_session_finie_ferme_ses_prises_en_dix_secondes_meme_sans_annonce(
    serveur: int, hettange: Any, rodemack: Any, compte: Any, visite: Callable[..., Client], monkeypatch: Any
) -> None:
    annoncee, tue, temoin_vivant = (visite("hettange-grande", n) for n in ("agent", "maire", "adjoint"))
    parents = {c: c.session[sessions.PARENT] for c in (annoncee, tue)}

    async def scenario() -> None:
        ouvertures = [
            Navigateur(serveur, "hettange-grande", c).ouvrir() for c in (annoncee, tue, temoin_vivant)
        ]
        async with ouvertures[0] as a, ouvertures[1] as b, ouvertures[2] as c:
            for prise in (a, b, c):
                await _message(prise, "compte")
            debut = time.monotonic()
            await asyncio.to_thread(sessions.fermer_connexions, [parents[annoncee]], motif="sortie")
            assert await _fermee(a) == consommateurs.FIN_DE_SESSION
            assert time.monotonic() - debut < 3, "announced: at once"
            debut = time.monotonic()
            await asyncio.to_thread(couper_sans_rien_dire, parents[tue])
            assert await _fermee(b) == consommateurs.FIN_DE_SESSION
            assert time.monotonic() - debut < 10, "the announcement was lost: the watch sees it"
            await c.ping()
            with pytest.raises(TimeoutError):
                await _message(c, "compte", 1)

    def couper_sans_rien_dire(parent: str) -> None:
        ConnexionCentrale.objects.filter(uuid=parent).update(
            ended_at=ConnexionCentrale.objects.first().created_at
        )

    asyncio.run(scenario())


async def _fermee(prise: Any) -> int:
    async with asyncio.timeout(12):
        try:
            while True:
                await prise.recv()
        except websockets.ConnectionClosed as exc:
            return exc.rcvd.code if exc.rcvd else 0


@pytest.mark.django_db(transaction=True)
def test_une_session_n_ouvre_pas_plus_de_prises_que_permis(
    serveur: int, hettange: Any, visite: Callable[..., Client]
) -> None:
    agent = visite("hettange-grande", "agent")

    async def scenario() -> None:
        navigateur = Navigateur(serveur, "hettange-grande", agent)
        ouvertes = [await navigateur.ouvrir() for _ in range(prises.MAX_PAR_SESSION)]
        for prise in ouvertes:
            await _message(prise, "compte")
        assert await _refusee(navigateur.ouvrir())
        await ouvertes.pop().close()
        await asyncio.sleep(0.5)
        async with navigateur.ouvrir() as prise:
            await _message(prise, "compte")
        for prise in ouvertes:
            await prise.close()

    asyncio.run(scenario())
