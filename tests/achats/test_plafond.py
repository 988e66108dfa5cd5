"""The ceiling under concurrency, on real PostgreSQL connections."""

import threading
from decimal import Decimal as D
from functools import partial

import pytest
from django.core.exceptions import ValidationError
from django.db import connections

from apps.achats import actions
from apps.achats.commun.models import Commande, Lot, Marche
from apps.achats.enums import EtatCommande
from syndicat.comptes.acteur import acteur_pour
from syndicat.comptes.models import User
from syndicat.socle import contexte
from tests.achats import etal

FILS, PAR_FIL, MAXIMUM, MONTANT = 8, 12, 5000, 97


def ensemble(hettange, taches):
    """Run each task in its own thread and connection, all starting together; answers what went wrong unforeseen."""
    barriere = threading.Barrier(len(taches))
    imprevus: list[Exception] = []

    def courir(tache):
        barriere.wait()
        try:
            with contexte.dans(hettange):
                tache()
        except Exception as imprevu:
            imprevus.append(imprevu)
        finally:
            connections.close_all()

    fils = [threading.Thread(target=courir, args=(t,)) for t in taches]
    for f in fils:
        f.start()
    for f in fils:
        f.join()
    return imprevus


def essayer(commandes, agir, refus, attendu):
    """Act on each order; collect the refusals of the expected kind."""
    for uuid in commandes:
        commande = Commande.objects.get(uuid=uuid)
        try:
            agir(commande)
        except attendu:
            refus.append(uuid)


@pytest.mark.django_db(transaction=True)
def test_huit_fils_n_engagent_jamais_plus_que_le_maximum_et_une_double_annulation_rend_une_fois(hettange):
    lot = etal.lot(etal.marche(maximum=str(MAXIMUM)), maximum=str(MAXIMUM))
    agent = User.objects.get(email="agent.achats@exemple.fr")
    with contexte.dans(hettange):
        maire = acteur_pour(User.objects.get(email="maire@exemple.fr"))
        uuids = [
            etal.commande_demandee(lot, agent, ht=str(MONTANT), numero=f"C-{i:04d}").uuid
            for i in range(FILS * PAR_FIL)
        ]

    def approuver(c):
        actions.approuver(commande=c, total_vu=c.total_ht, by=maire)

    refus: list[object] = []
    parts = [uuids[i::FILS] for i in range(FILS)]
    assert (
        ensemble(
            hettange, [partial(essayer, part, approuver, refus, actions.PlafondDepasse) for part in parts]
        )
        == []
    )
    lot.refresh_from_db()
    attendues = MAXIMUM // MONTANT
    with contexte.dans(hettange):
        engagees = list(Commande.objects.filter(etat=EtatCommande.EMIS).values_list("uuid", flat=True))
    assert len(engagees) == attendues
    assert len(refus) == FILS * PAR_FIL - attendues
    assert lot.engage_ht == Marche.objects.get().engage_ht == attendues * MONTANT <= MAXIMUM

    def annuler(c):
        actions.annuler(commande=c, motif="Essai", by=maire)

    doubles: list[object] = []
    memes = [partial(essayer, engagees[:10], annuler, doubles, ValidationError)] * 2
    assert ensemble(hettange, memes) == []
    assert sorted(map(str, doubles)) == sorted(map(str, engagees[:10]))
    assert Lot.objects.get().engage_ht == Marche.objects.get().engage_ht == D((attendues - 10) * MONTANT)
