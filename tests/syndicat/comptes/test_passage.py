"""The hand-off from the sign-in host to a member's host, and what it refuses."""

import re
import time
from typing import Any
from urllib.parse import parse_qs, urljoin, urlsplit

import pytest
import time_machine
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
)
from django.conf import settings
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from syndicat.comptes.models_sessions import ConnexionCentrale, Passage
from syndicat.comptes.passage import chemin_sur
from syndicat.socle import contexte
from tests.monde import MOT_DE_PASSE

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
HETTANGE = "hettange-grande.localhost"


def code_totp(secret: str = SECRET) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


@pytest.fixture
def pret(compte: Any) -> Any:
    """The account of a name, its e-mail verified, its second factor recorded (unless it is a citizen's)."""

    def faire(local: str, mfa: bool = True) -> Any:
        user = compte(local)
        EmailAddress.objects.get_or_create(
            user=user, email=user.email, defaults={"verified": True, "primary": True}
        )
        if mfa and not Authenticator.objects.filter(user=user).exists():
            TOTP.activate(user, SECRET)
        return user

    return faire


class Navigateur:
    """One browser: a cookie jar per host, redirects followed from host to host, one form posted by hand."""

    def __init__(self) -> None:
        self.bocaux: dict[str, Client] = {}

    def chez(self, hote: str) -> Client:
        return self.bocaux.setdefault(hote, Client(headers={"host": hote}))

    def ouvrir(self, url: str, limite: int = 8) -> tuple[str, Any]:
        reponse: Any = None
        for _ in range(limite):
            lu = urlsplit(url)
            assert lu.hostname
            reponse = self.chez(lu.hostname).get(
                lu.path + (f"?{lu.query}" if lu.query else ""), headers={"host": lu.netloc}
            )
            if reponse.status_code not in (301, 302, 303):
                return url, reponse
            url = urljoin(url, reponse["Location"])
        raise AssertionError(f"boucle de redirections vers {url}")

    def poster(self, url: str, donnees: dict[str, str]) -> tuple[str, Any]:
        lu = urlsplit(url)
        assert lu.hostname
        reponse = self.chez(lu.hostname).post(
            lu.path + (f"?{lu.query}" if lu.query else ""), donnees, headers={"host": lu.netloc}
        )
        if reponse.status_code in (301, 302, 303):
            return self.ouvrir(urljoin(url, reponse["Location"]))
        return url, reponse


PORT = f":{settings.PORT_PUBLIC}" if settings.PORT_PUBLIC else ""


def entrer(nav: Navigateur, user: Any, hote: str, suite: str = "", mfa: bool = True) -> tuple[str, Any]:
    """From the member's host to the page that posts the code (not yet posted)."""
    url, page = nav.ouvrir(f"http://{hote}{PORT}/connexion/" + (f"?suite={suite}" if suite else ""))
    if "/passage/" in url:
        return url, page
    assert "/connexion/?next=" in url
    url, page = nav.poster(
        url, {"login": user.email, "password": MOT_DE_PASSE, "next": parse_qs(urlsplit(url).query)["next"][0]}
    )
    if mfa:
        assert "second-facteur" in url, page.content.decode()[:2000]
        url, page = nav.poster(url, {"code": code_totp()})
    return url, page


def code_de(page: Any) -> tuple[str, str]:
    texte = page.content.decode()
    action = re.search(r'<form id="passage" method="post" action="([^"]+)"', texte)
    code = re.search(r'name="code" value="([^"]+)"', texte)
    assert action, texte[:3000]
    assert code
    return action.group(1), code.group(1)


def signe(nav: Navigateur, hote: str) -> bool:
    return nav.chez(hote).get("/mon-compte/", headers={"host": hote}).status_code == 200


def test_un_agent_entre_par_l_hote_central_et_revient_la_ou_il_allait(pret: Any) -> None:
    nav = Navigateur()
    _, page = entrer(nav, pret("admin"), HETTANGE, "/mon-compte/?x=1")
    action, code = code_de(page)
    assert action == f"http://{HETTANGE}{PORT}/connexion/retour/"
    url, page = nav.poster(action, {"code": code})
    assert url == f"http://{HETTANGE}{PORT}/mon-compte/?x=1"
    assert page.status_code == 200
    assert "Kieffer" in page.content.decode()


def test_la_page_de_passage_seule_autorise_l_hote_du_membre(pret: Any) -> None:
    nav = Navigateur()
    _, page = entrer(nav, pret("admin"), HETTANGE)
    csp = {d.split()[0]: d.split()[1:] for d in page["Content-Security-Policy"].split("; ")}
    assert csp["form-action"] == ["'self'", f"http://{HETTANGE}{PORT}"]
    assert csp["script-src"] == ["'self'"]
    ailleurs = nav.chez(settings.HOTE_CONNEXION).get("/", headers={"host": settings.HOTE_CONNEXION + PORT})
    assert "form-action 'self';" in ailleurs["Content-Security-Policy"] + ";"
    chez = nav.chez(HETTANGE).get("/", headers={"host": HETTANGE + PORT})
    assert HETTANGE not in chez["Content-Security-Policy"]


def test_une_fois_entre_on_passe_chez_un_autre_membre_sans_se_reidentifier(
    pret: Any, compte: Any, rodemack: Any
) -> None:
    user = pret("admin")
    with contexte.dans(rodemack):
        from syndicat.comptes.models import Adhesion

        Adhesion.objects.create(user=user, role="agent")
    nav = Navigateur()
    _, page = entrer(nav, user, HETTANGE)
    nav.poster(*_poste(page))
    _, page = nav.ouvrir(f"http://rodemack.localhost{PORT}/connexion/?suite=/mon-compte/")
    action, code = code_de(page)
    url, page = nav.poster(action, {"code": code})
    assert urlsplit(url).hostname == "rodemack.localhost"
    assert page.status_code == 200
    assert ConnexionCentrale.objects.filter(user=user).count() == 1


def _poste(page: Any) -> tuple[str, dict[str, str]]:
    action, code = code_de(page)
    return action, {"code": code}


def test_un_code_ne_sert_qu_une_fois(pret: Any) -> None:
    nav = Navigateur()
    _, page = entrer(nav, pret("admin"), HETTANGE)
    action, code = code_de(page)
    jeton = nav.chez(HETTANGE).cookies["jeton"].value
    nav.poster(action, {"code": code})
    assert signe(nav, HETTANGE)
    rejeu = Navigateur()
    rejeu.chez(HETTANGE).cookies["jeton"] = jeton
    _, page = rejeu.poster(action, {"code": code})
    assert page.status_code == 400
    assert not signe(rejeu, HETTANGE)


def test_un_code_vole_ne_sert_pas_dans_un_autre_navigateur(pret: Any) -> None:
    nav, voleur = Navigateur(), Navigateur()
    _, page = entrer(nav, pret("admin"), HETTANGE)
    voleur.ouvrir(f"http://{HETTANGE}{PORT}/connexion/")  # the thief has a token of its own
    action, code = code_de(page)
    _, reponse = voleur.poster(action, {"code": code})
    assert reponse.status_code == 400
    assert not signe(voleur, HETTANGE)
    _, reponse = nav.poster(action, {"code": code})  # shown by someone else: burnt
    assert reponse.status_code == 400
    assert not signe(nav, HETTANGE)


def test_un_code_ne_sert_pas_chez_un_autre_membre(pret: Any) -> None:
    nav = Navigateur()
    _, page = entrer(nav, pret("admin"), HETTANGE)
    _, code = code_de(page)
    nav.ouvrir(f"http://rodemack.localhost{PORT}/connexion/")
    nav.chez("rodemack.localhost").cookies["jeton"] = nav.chez(HETTANGE).cookies["jeton"].value
    _, reponse = nav.poster(f"http://rodemack.localhost{PORT}/connexion/retour/", {"code": code})
    assert reponse.status_code == 400
    assert not signe(nav, "rodemack.localhost")


def test_un_code_meurt_au_bout_d_une_minute(pret: Any) -> None:
    nav = Navigateur()
    with (
        time_machine.travel(0, tick=False)
        if False
        else time_machine.travel("2026-11-22T10:00:00Z", tick=False) as horloge
    ):
        _, page = entrer(nav, pret("admin"), HETTANGE)
        action, code = code_de(page)
        horloge.shift(61)
        _, reponse = nav.poster(action, {"code": code})
        assert reponse.status_code == 400
        assert not signe(nav, HETTANGE)


def test_seules_des_empreintes_sont_gardees(pret: Any, syndicat: Any, hettange: Any) -> None:
    nav = Navigateur()
    _, page = entrer(nav, pret("admin"), HETTANGE)
    _, code = code_de(page)
    with contexte.dans(hettange):
        passage = Passage.objects.get()
    secret = code.split(":")[0]
    for valeur in (passage.empreinte, passage.jeton_navigateur):
        assert re.fullmatch(r"[0-9a-f]{64}", valeur)
    assert secret not in str(passage.__dict__)
    assert nav.chez(HETTANGE).cookies["jeton"].value not in str(passage.__dict__)


@pytest.mark.parametrize("code", ["", "x", "x:y:z", "é" * 300])
def test_un_code_forge_est_refuse(db: None, code: str) -> None:
    nav = Navigateur()
    _, reponse = nav.poster(f"http://{HETTANGE}{PORT}/connexion/retour/", {"code": code})
    assert reponse.status_code == 400
    assert not signe(nav, HETTANGE)


@pytest.mark.parametrize(
    "hote",
    [
        "evil.example",
        "hettange-grande.localhost.evil.example",
        "connexion.localhost",
        "data.localhost",
        "",
        "inconnue.localhost",
        "hettange-grande.localhost:1",
    ],
)
def test_un_hote_forge_est_refuse(pret: Any, hote: str) -> None:
    nav = Navigateur()
    entrer(nav, pret("admin"), HETTANGE)
    central = nav.chez(settings.HOTE_CONNEXION)
    reponse = central.get(
        "/passage/",
        {"hote": hote, "jeton": "a" * 64, "suite": "/"},
        headers={"host": settings.HOTE_CONNEXION + PORT},
    )
    assert reponse.status_code == 400
    assert 'name="code"' not in reponse.content.decode()


def test_un_en_tete_host_forge_ne_mene_nulle_part(db: None) -> None:
    for hote in ("evil.example", "evil.localhost", "localhost.evil.example"):
        assert Client().get("/connexion/", headers={"host": hote}).status_code in (400, 404)


@given(st.text(max_size=40) | st.text(alphabet="/\\:@.?#%\t\n ahtps", max_size=20))
def test_aucune_suite_ne_sort_de_l_hote(texte: str) -> None:
    sur = chemin_sur(texte)
    assert sur in ("", texte)
    if sur:
        base = urlsplit("https://membre.example/connexion/")
        arrivee = urlsplit(urljoin(base.geturl(), sur))
        assert (arrivee.scheme, arrivee.netloc) == (base.scheme, base.netloc)
        assert "\\" not in sur
        assert sur.isprintable() or all(ord(c) > 126 for c in sur if not c.isprintable())


@pytest.mark.parametrize(
    "suite",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil",
        "/\t/evil.example",
        "javascript:alert(1)",
        "bureau/",
        "/connexion/?suite=/",
        "/deconnexion/",
        "/" + "a" * 3000,
    ],
)
def test_une_suite_dangereuse_est_oubliee(db: None, suite: str) -> None:
    assert chemin_sur(suite) == ""
    location = Client().get("/connexion/", {"suite": suite}, headers={"host": HETTANGE})["Location"]
    lu = urlsplit(location)
    assert lu.hostname == settings.HOTE_CONNEXION
    assert "evil" not in location


@pytest.mark.parametrize(
    "suite", ["/", "/bureau/", "/bureau/grc/?etat=recu&tri=-date", "/suivi/AB12#fil", "/é/à"]
)
def test_une_suite_ordinaire_est_gardee(suite: str) -> None:
    assert chemin_sur(suite) == suite


@pytest.mark.django_db(transaction=True)
def test_un_agent_sans_second_facteur_doit_d_abord_en_enregistrer_un(pret: Any) -> None:
    nav = Navigateur()
    user = pret("agent.grc", mfa=False)
    url, page = entrer(nav, user, HETTANGE, mfa=False)
    assert urlsplit(url).path == "/securite-requise/"
    assert 'name="code"' not in page.content.decode()
    url, page = nav.ouvrir(f"http://{settings.HOTE_CONNEXION}{PORT}/securite/application/activer/")
    secret = re.search(r"<code>([A-Z2-7]+)</code>", page.content.decode())
    assert secret, (url, page.status_code, page.content.decode()[-3000:])
    url, page = nav.poster(url, {"code": code_totp(secret.group(1))})
    assert page.status_code == 200
    assert "Continuer" in page.content.decode(), (url, page.content.decode()[:3000])
    url, page = nav.ouvrir(f"http://{settings.HOTE_CONNEXION}{PORT}/")
    nav.poster(*_poste(page))
    assert signe(nav, HETTANGE)


def test_qui_s_est_identifie_avant_que_le_second_facteur_existe_recommence(pret: Any) -> None:
    nav = Navigateur()
    user = pret("agent.grc", mfa=False)
    entrer(nav, user, HETTANGE, mfa=False)
    TOTP.activate(user, generate_totp_secret())  # recorded from another browser
    url, _ = nav.ouvrir(f"http://{HETTANGE}{PORT}/connexion/")
    assert urlsplit(url).path == "/connexion/"
    assert urlsplit(url).hostname == settings.HOTE_CONNEXION
    assert ConnexionCentrale.objects.get(user=user).ended_at is not None


def test_un_habitant_entre_sans_second_facteur(pret: Any) -> None:
    nav = Navigateur()
    _, page = entrer(nav, pret("habitant", mfa=False), HETTANGE, mfa=False)
    url, _ = nav.poster(*_poste(page))
    assert urlsplit(url).path == "/"
    assert signe(nav, HETTANGE)


def test_une_adresse_non_verifiee_n_entre_pas(compte: Any) -> None:
    nav = Navigateur()
    url, _ = entrer(nav, compte("habitant"), HETTANGE, mfa=False)
    assert urlsplit(url).path == "/adresse/a-verifier/"
    assert not signe(nav, HETTANGE)


def test_les_essais_de_mot_de_passe_sont_limites(pret: Any) -> None:
    user = pret("habitant", mfa=False)
    client = Client(headers={"host": settings.HOTE_CONNEXION})
    for _ in range(6):
        reponse = client.post("/connexion/", {"login": user.email, "password": "faux-faux-faux"})
    assert "Trop d’essais" in reponse.content.decode()
    reponse = client.post("/connexion/", {"login": user.email, "password": MOT_DE_PASSE})
    assert reponse.status_code == 200  # refused even with the right one


def test_revenir_sur_la_page_de_retour_une_fois_entre_ne_fait_pas_d_erreur(pret: Any) -> None:
    nav = Navigateur()
    _, page = entrer(nav, pret("admin"), HETTANGE)
    action, donnees = _poste(page)
    nav.poster(action, donnees)
    nav.poster(action, donnees)  # the browser's « back », then the form again
    assert signe(nav, HETTANGE)
    assert nav.chez(HETTANGE).get("/connexion/retour/")["Location"] == "/bureau/"


@pytest.mark.django_db(transaction=True)
def test_un_code_presente_huit_fois_a_la_fois_n_ouvre_qu_une_session(compte: Any, hettange: Any) -> None:
    from concurrent.futures import ThreadPoolExecutor
    from datetime import timedelta

    from django.db import connections
    from django.utils import timezone

    from syndicat.comptes import passage, sessions

    parent = ConnexionCentrale.objects.create(
        user=compte("admin"), mfa=True, expire_at=timezone.now() + timedelta(hours=1)
    )
    jeton = passage.nouveau_jeton()
    hote = HETTANGE + PORT
    code = passage.emettre(
        passage.lire_demande(hote=hote, jeton=sessions.empreinte(jeton), suite="/"), parent
    )

    def presenter(_: int) -> bool:
        try:
            with contexte.dans(hettange.portee):
                passage.consommer(code, hote=HETTANGE, jeton=jeton)
        except passage.PassageRefuse:
            return False
        finally:
            connections.close_all()
        return True

    with ThreadPoolExecutor(8) as fils:
        assert sum(fils.map(presenter, range(8))) == 1
