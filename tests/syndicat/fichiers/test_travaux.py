"""The worker: the antivirus speaks first, then the image is made anew; nothing is lost by a kill."""

import io
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from PIL import Image, ImageCms, ImageStat
from PIL.PngImagePlugin import PngInfo

from syndicat.fichiers import antivirus, service, stockage, travaux
from syndicat.fichiers.commun.models import TravailDeFichier
from syndicat.fichiers.enums import EtatAnalyse, EtatNettoyage
from syndicat.fichiers.models import Fichier
from syndicat.socle import contexte
from tests.syndicat.fichiers.conftest import GENRE, UUID, jpeg, televerse
from tests.syndicat.fichiers.doublures import EICAR, clamd

PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


def _deposer(acteur: Any, octets: bytes, profil: str = "photo") -> Fichier:
    return service.deposer(televerse(octets), profil=profil, rattache=(GENRE, UUID), by=acteur)


def _photo_de_telephone(cote: tuple[int, int] = (2000, 1500)) -> bytes:
    """Left half red, right half blue, held sideways, with where it was taken, XMP, a comment and a profile."""
    image = Image.new("RGB", cote, "red")
    image.paste("blue", (cote[0] // 2, 0, *cote))
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned a quarter clockwise
    exif[0x010F] = "CanariFabricant"
    gps = exif.get_ifd(0x8825)
    gps[1], gps[2] = "N", (49.0, 24.0, 3.0)
    profil = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    sortie = io.BytesIO()
    image.save(
        sortie,
        "JPEG",
        exif=exif,
        xmp=b"<x:xmpmeta>CanariXmp</x:xmpmeta>",
        icc_profile=profil,
        comment=b"CanariMot",
    )
    octets = sortie.getvalue()
    assert b"CanariFabricant" in octets
    assert b"CanariXmp" in octets
    assert b"CanariMot" in octets
    return octets


def _forme(f: Fichier, nom: str) -> bytes:
    with service.ouvrir(f, nom) as flux:
        return flux.read()


def test_la_photo_servie_est_droite_et_ne_dit_plus_ou_elle_fut_prise(
    chez_hettange: Any, acteur: Any, django_capture_on_commit_callbacks: Any
) -> None:
    f = _deposer(acteur("agent", chez_hettange), _photo_de_telephone())
    originale = f.cle
    with django_capture_on_commit_callbacks(execute=True):
        assert travaux.faire(str(f.uuid)) == EtatAnalyse.NON_ANALYSE
    f.refresh_from_db()
    assert f.nettoyage == EtatNettoyage.FAIT
    for nom, cote in (("vignette", 320), ("ecran", 1280)):
        octets = _forme(f, nom)
        for canari in (b"Canari", b"Exif", b"EXIF", b"XMP", b"xmp", b"ICCP", b"GPS"):
            assert canari not in octets, (nom, canari)
        with Image.open(io.BytesIO(octets)) as image:
            assert image.format == "WEBP"
            assert image.size == (cote * 3 // 4, cote)
            assert (f.variantes[nom]["largeur"], f.variantes[nom]["hauteur"]) == image.size
            rgb = image.convert("RGB")
            haut, bas = (
                rgb.getpixel((image.width // 2, 10)),
                rgb.getpixel((image.width // 2, image.height - 10)),
            )
        assert haut[0] > 200 > 60 > haut[2], "turned: red above"
        assert bas[2] > 200 > 60 > bas[0], "blue below"
    assert f.cle == ""
    assert not stockage.depot().stockage.exists(originale), "the original is destroyed"
    assert not TravailDeFichier.objects.exists()
    assert f.octets == sum(v["taille"] for v in f.variantes.values())


def test_une_image_large_gamut_garde_ses_couleurs_en_srgb(chez_hettange: Any) -> None:
    from syndicat.fichiers.images import nettoyer
    from syndicat.fichiers.profils import VARIANTES

    sortie = io.BytesIO()
    texte = PngInfo()
    texte.add_text("Comment", "CanariTexte")
    Image.new("RGBA", (50, 40), (10, 200, 30, 128)).save(sortie, "PNG", pnginfo=texte)
    formes = nettoyer(sortie, VARIANTES, pixels_max=10_000)
    assert b"CanariTexte" not in formes["ecran"].octets
    with Image.open(io.BytesIO(formes["ecran"].octets)) as image:
        assert image.mode == "RGBA", "transparency is kept"
        assert image.size == (50, 40), "never enlarged"
        assert abs(ImageStat.Stat(image).mean[1] - 200) < 12


def test_sans_antivirus_un_document_reste_non_analyse_et_ne_va_qu_aux_agents(
    chez_hettange: Any, acteur: Any
) -> None:
    f = _deposer(acteur("agent", chez_hettange), PDF, "document")
    assert service.url(f) == "", "nothing leaves before the worker has looked"
    assert travaux.faire(str(f.uuid)) == EtatAnalyse.NON_ANALYSE
    f.refresh_from_db()
    assert service.servable(f, "document", agent=True) is not None
    assert service.servable(f, "document", agent=False) is None
    assert service.servable(f, "ecran", agent=True) is None
    assert service.servable(f, "original", agent=True) is None


def test_avec_clamav_un_fichier_sain_est_servi_et_un_infecte_jamais(
    chez_hettange: Any, acteur: Any, settings: Any
) -> None:
    agent = acteur("agent", chez_hettange)
    gros = PDF[:-6] + b"A" * 300_000 + b"\n%%EOF\n"
    with clamd(settings) as demon:
        assert antivirus.sante() == (True, "PONG")
        sain, infecte = _deposer(agent, gros, "document"), _deposer(agent, EICAR, "document")
        image = _deposer(agent, jpeg() + EICAR)
        assert travaux.faire(str(sain.uuid)) == EtatAnalyse.SAIN
        assert travaux.faire(str(infecte.uuid)) == EtatAnalyse.INFECTE
        assert travaux.faire(str(image.uuid)) == EtatAnalyse.INFECTE
        assert demon.recus == [gros, EICAR, jpeg() + EICAR]
        assert demon.plus_gros <= 64 * 1024, "sent by pieces"
    for f in (sain, infecte, image):
        f.refresh_from_db()
    assert service.servable(sain, "document", agent=False) is not None
    assert infecte.signature == "Eicar-Test-Signature"
    assert service.servable(infecte, "document", agent=True) is None
    assert image.variantes == {}, "an infected image is not even decoded"


def test_antivirus_muet_le_fichier_attend_et_revient(chez_hettange: Any, acteur: Any, settings: Any) -> None:
    with clamd(settings) as demon:
        f = _deposer(acteur("agent", chez_hettange), PDF, "document")
        demon.en_panne = True
        assert travaux.faire(str(f.uuid)) == EtatAnalyse.EN_ATTENTE
        travail = TravailDeFichier.objects.get()
        assert travail.essais == 1
        assert travail.a_faire_at > timezone.now()
        assert service.url(f) == ""
        assert travaux.en_retard() == []
        TravailDeFichier.objects.update(a_faire_at=timezone.now())
        demon.en_panne = False
        assert travaux.en_retard() == [(chez_hettange.collectivite_id, str(f.uuid))]
        assert travaux.faire(str(f.uuid)) == EtatAnalyse.SAIN
    settings.CLAMAV_URL = "tcp://127.0.0.1:9"
    g = _deposer(acteur("agent", chez_hettange), PDF, "document")
    assert travaux.faire(str(g.uuid)) == EtatAnalyse.EN_ATTENTE
    assert antivirus.sante()[0] is False


def test_un_flux_trop_long_pour_clamd_n_est_pas_dit_sain(settings: Any) -> None:
    with clamd(settings) as demon:
        demon.taille_max = 1000
        with pytest.raises(antivirus.AntivirusInjoignable):
            antivirus.analyser(io.BytesIO(b"A" * 5000))


def test_le_travail_est_demande_apres_commit_et_balaye_s_il_est_perdu(
    hettange: Any,
    rodemack: Any,
    acteur: Any,
    demandes: list[str],
    django_capture_on_commit_callbacks: Any,
) -> None:
    agents = {m.pk: acteur(n, m) for n, m in (("agent", hettange), ("agent.rodemack", rodemack))}
    attendus = []
    for membre in (hettange, rodemack):
        with contexte.dans(membre), django_capture_on_commit_callbacks(execute=True):
            attendus.append((membre.pk, str(_deposer(agents[membre.pk], jpeg()).uuid)))
            assert demandes == [u for _, u in attendus[:-1]], "nothing before commit"
    assert demandes == [u for _, u in attendus]
    assert travaux.en_retard() == [], "the worker gets a minute first"
    for membre in (hettange, rodemack):
        with contexte.dans(membre):
            TravailDeFichier.objects.update(a_faire_at=timezone.now() - timedelta(seconds=1))
    assert sorted(travaux.en_retard()) == sorted(attendus)
    assert travaux.en_retard() == [], "taken: a second sweep does not send them again"


def test_un_nettoyage_coupe_recommence_et_finit(chez_hettange: Any, acteur: Any, monkeypatch: Any) -> None:
    f = _deposer(acteur("agent", chez_hettange), jpeg())
    ecrire = stockage.Depot.ecrire

    def coupe(self: Any, cle: str, flux: Any) -> None:
        ecrire(self, cle, flux)
        if "ecran" in cle:
            raise KeyboardInterrupt

    with monkeypatch.context() as m:
        m.setattr(stockage.Depot, "ecrire", coupe)
        with pytest.raises(KeyboardInterrupt):
            travaux.faire(str(f.uuid))
    f.refresh_from_db()
    assert f.nettoyage == EtatNettoyage.A_FAIRE
    assert travaux.faire(str(f.uuid)) == EtatAnalyse.NON_ANALYSE
    f.refresh_from_db()
    assert set(f.variantes) == {"vignette", "ecran"}


def test_le_travail_d_un_fichier_disparu_s_oublie(chez_hettange: Any, acteur: Any) -> None:
    f = _deposer(acteur("agent", chez_hettange), jpeg())
    Fichier.objects.all().delete()
    assert travaux.faire(str(f.uuid)) == "absent"
    assert not TravailDeFichier.objects.exists()
