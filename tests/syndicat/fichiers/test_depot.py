"""One way in: the type is what the content says, within limits, in the member's own place."""

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from PIL import Image

from syndicat.fichiers import profils, service, stockage
from syndicat.fichiers.enums import EtatAnalyse, EtatNettoyage
from syndicat.fichiers.models import Fichier
from tests.syndicat.fichiers.conftest import GENRE, UUID, jpeg, televerse


def _deposer(
    acteur: Any, octets: bytes, *, nom: str = "photo.jpg", mime: str = "image/jpeg", **plus: Any
) -> Fichier:
    plus.setdefault("profil", "photo")
    return service.deposer(televerse(octets, nom, mime), rattache=(GENRE, UUID), by=acteur, **plus)


def _message(exc: pytest.ExceptionInfo[ValidationError]) -> str:
    return " ".join(exc.value.messages)


def _zip(**entrees: bytes) -> bytes:
    sortie = io.BytesIO()
    with zipfile.ZipFile(sortie, "w", zipfile.ZIP_DEFLATED) as archive:
        for nom, contenu in entrees.items():
            archive.writestr(nom.replace("__", "/"), contenu)
    return sortie.getvalue()


def _odt(**plus: bytes) -> bytes:
    sortie = io.BytesIO()
    with zipfile.ZipFile(sortie, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        archive.writestr("content.xml", "<office:document/>")
        for nom, contenu in plus.items():
            archive.writestr(nom.replace("__", "/"), contenu)
    return sortie.getvalue()


PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


def test_une_photo_est_rangee_dans_le_dossier_du_seul_membre(
    chez_hettange: Any, compte: Any, acteur: Any
) -> None:
    f = _deposer(acteur("agent", chez_hettange), jpeg(), nom="../../etc/passwd.php")
    assert f.nom == "passwd.jpg"
    assert f.type_mime == "image/jpeg"
    assert (f.etat, f.nettoyage) == (EtatAnalyse.EN_ATTENTE, EtatNettoyage.A_FAIRE)
    chemin = stockage.depot().chemin(f.cle)
    assert chemin.is_relative_to(Path(settings.MEDIA_ROOT) / chez_hettange.ident)
    assert chemin.stat().st_mode & 0o777 == 0o600
    for dossier in list(chemin.parents)[:3]:
        assert dossier.stat().st_mode & 0o777 == 0o700, dossier


@pytest.mark.parametrize(
    ("octets", "nom", "mime"),
    [
        (b"<?php system($_GET['c']); ?>", "photo.jpg", "image/jpeg"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>", "dessin.png", "image/png"),
        (b"MZ\x90\x00" + b"\x00" * 400, "photo.jpg", "image/jpeg"),
        (PDF, "photo.jpg", "image/jpeg"),
        (b"GIF89a" + b"\x01\x00\x01\x00" + b"\x00" * 40, "photo.jpg", "image/jpeg"),
    ],
    ids=["php", "svg", "exe", "pdf", "gif"],
)
def test_ni_le_nom_ni_le_type_annonce_ne_sont_crus(
    chez_hettange: Any, acteur: Any, octets: bytes, nom: str, mime: str
) -> None:
    with pytest.raises(ValidationError) as exc:
        _deposer(acteur("agent", chez_hettange), octets, nom=nom, mime=mime)
    assert "n’est pas d’un type accepté" in _message(exc)
    assert not Fichier.objects.exists()


def test_une_photo_trop_lourde_est_refusee_en_clair(chez_hettange: Any, acteur: Any) -> None:
    with pytest.raises(ValidationError) as exc:
        _deposer(acteur("agent", chez_hettange), jpeg() + b"\x00" * (20 * 1024 * 1024))
    assert _message(exc) == "La photo dépasse 20\u00a0Mo. Choisissez-en une plus légère."


def test_une_photo_vide_ou_tronquee_est_refusee(chez_hettange: Any, acteur: Any) -> None:
    with pytest.raises(ValidationError, match="est vide"):
        _deposer(acteur("agent", chez_hettange), b"")
    with pytest.raises(ValidationError, match="est abîmée"):
        _deposer(acteur("agent", chez_hettange), jpeg()[:30])


def test_une_bombe_de_pixels_est_refusee_sans_etre_decodee(chez_hettange: Any, acteur: Any) -> None:
    sortie = io.BytesIO()
    Image.new("1", (30_000, 30_000)).save(sortie, "PNG")
    assert len(sortie.getvalue()) < 1_000_000
    with pytest.raises(ValidationError, match="trop de pixels"):
        _deposer(acteur("agent", chez_hettange), sortie.getvalue(), nom="carte.png")


def test_une_photo_heic_dit_quoi_faire(chez_hettange: Any, acteur: Any) -> None:
    heic = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00heicmif1" + b"\x00" * 200
    with pytest.raises(ValidationError, match="HEIC"):
        _deposer(acteur("agent", chez_hettange), heic, nom="IMG_1.HEIC")


@pytest.mark.parametrize(
    ("octets", "attendu"),
    [
        (PDF, ("application/pdf", "pdf")),
        (_odt(), ("application/vnd.oasis.opendocument.text", "odt")),
        (
            _zip(**{"[Content_Types].xml": b"<Types/>", "word__document.xml": b"<w/>"}),
            ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx"),
        ),
        ("nom;prix\nchêne;12,50\n".encode(), ("text/csv", "csv")),
        ("Compte rendu de la séance du 3 mars.\n".encode(), ("text/plain", "txt")),
    ],
    ids=["pdf", "odt", "docx", "csv", "texte"],
)
def test_un_document_recoit_le_type_de_son_contenu(
    chez_hettange: Any, acteur: Any, octets: bytes, attendu: tuple[str, str]
) -> None:
    f = _deposer(acteur("agent", chez_hettange), octets, nom="sans-extension.exe", profil="document")
    assert (f.type_mime, f.nom.rpartition(".")[2]) == attendu


@pytest.mark.parametrize(
    ("octets", "motif"),
    [
        (_odt(Basic__Standard__Module1_xml=b"x"), "macros"),
        (
            _zip(**{"[Content_Types].xml": b"", "word__document.xml": b"", "word__vbaProject.bin": b"x"}),
            "macros",
        ),
        (b"%PDF-1.7\n1 0 obj<<>>endobj\n", "incomplet"),
        (_zip(seul=b"x"), "type accepté"),
        (_zip(**{f"z{i}": b"\0" * 30_000_000 for i in range(5)}), "démesuré"),
        (b"PK\x03\x04" + b"\x00" * 200, "abîmée"),
        (b"<!DOCTYPE html><html><script>alert(1)</script></html>", "type accepté"),
        (b"bonjour\n<ScRiPt src=//x></script>", "type accepté"),
    ],
    ids=["macro-odf", "macro-docx", "pdf-coupe", "zip", "bombe", "zip-abime", "html", "script-en-texte"],
)
def test_un_document_dangereux_ou_abime_est_refuse(
    chez_hettange: Any, acteur: Any, octets: bytes, motif: str
) -> None:
    with pytest.raises(ValidationError, match=motif):
        _deposer(acteur("agent", chez_hettange), octets, nom="document.docx", profil="document")


def test_le_quota_du_membre_arrete_les_depots(chez_hettange: Any, acteur: Any, monkeypatch: Any) -> None:
    from syndicat.fichiers import quota

    agent = acteur("agent", chez_hettange)
    photo = jpeg()
    monkeypatch.setattr(quota, "limite", lambda: len(photo) + 10)
    _deposer(agent, photo)
    with pytest.raises(ValidationError, match="espace de stockage de la collectivité"):
        _deposer(agent, photo)


def test_un_membre_en_lecture_seule_ne_recoit_rien(hettange: Any, acteur: Any) -> None:
    from dataclasses import replace

    from syndicat.socle import contexte

    agent = acteur("agent", hettange)
    with (
        contexte.dans(replace(hettange.portee, lecture_seule=True)),
        pytest.raises(ValidationError, match="lecture seule"),
    ):
        _deposer(agent, jpeg())


@pytest.mark.parametrize(
    "cle", ["../x", "ab/../../etc/passwd", "/etc/passwd", "ab/x/original.jpg", "", "ab/..\\x.jpg"]
)
def test_une_cle_que_nous_n_avons_pas_faite_ne_touche_pas_le_disque(chez_hettange: Any, cle: str) -> None:
    for geste in (stockage.depot().ouvrir, stockage.depot().effacer, stockage.depot().chemin):
        with pytest.raises(stockage.CleRefusee):
            geste(cle)


def test_un_prefixe_de_membre_est_un_identifiant(chez_hettange: Any) -> None:
    with pytest.raises(ValueError, match="badly formed"):
        stockage.Depot("../rodemack")


def test_un_fichier_sans_objet_se_rattache_une_fois_par_qui_l_a_depose(
    chez_hettange: Any, acteur: Any
) -> None:
    agent, autre = acteur("agent", chez_hettange), acteur("agent.grc", chez_hettange)
    f = service.deposer(televerse(jpeg()), profil="photo", by=agent)
    assert f.rattache == ("", "")
    with pytest.raises(ValidationError):
        service.rattacher(f, rattache=(GENRE, UUID), by=autre)
    service.rattacher(f, rattache=(GENRE, UUID), by=agent)
    assert list(service.de(GENRE, UUID)) == [f]
    with pytest.raises(ValidationError):
        service.rattacher(f, rattache=(GENRE, "22222222-2222-4222-8222-222222222222"), by=agent)


def test_deux_profils_ne_portent_pas_le_meme_code() -> None:
    with pytest.raises(ValueError, match="déjà déclaré"):
        profils.declarer_profil(profils.Profil("photo", "Le fichier", {}, 1, "rien"))
