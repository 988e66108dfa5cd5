"""The register of processings (RGPD, art. 30): what the manifests declare, what the member adds, the proof of purge."""

from dataclasses import dataclass

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from syndicat.comptes.acteur import Acteur
from syndicat.journal.models import Completion, Purge
from syndicat.journal.purge import traitements
from syndicat.journal.service import consigner
from syndicat.socle.manifest import Manifest, Traitement
from syndicat.socle.protocoles import PorteDesServices, demander


@dataclass(frozen=True)
class LigneRegistre:
    """One processing as this member keeps it."""

    code: str
    service: Manifest
    traitement: Traitement
    completion: Completion | None
    purge: Purge | None

    @property
    def conservation(self) -> str:
        """« 3 ans », « 90 jours », « sans durée »."""
        jours = self.traitement.conservation_jours
        if jours <= 0:
            return "sans durée fixée"
        if jours % 365 == 0:
            return f"{jours // 365} an" + ("s" if jours > 365 else "")
        return f"{jours} jours"

    @property
    def destinataires(self) -> str:
        """Declared recipients, then the member's."""
        declares = ", ".join(self.traitement.destinataires)
        ajoutes = self.completion.destinataires.strip() if self.completion else ""
        return " ; ".join(d for d in (declares, ajoutes) if d)

    @property
    def effacement(self) -> str:
        """Last passage of the purge, in words."""
        if self.purge is None:
            return "Pas encore passé."
        le = timezone.localtime(self.purge.le)
        quand = f"{le:%d/%m/%Y} à {le.hour} h {le:%M}"
        if self.purge.erreur:
            return f"En échec le {quand} : il sera retenté."
        if not self.purge.nombre:
            return f"Dernier passage le {quand} : rien à effacer ({self.purge.total} en tout)."
        return f"Dernier passage le {quand} : {self.purge.nombre} ligne(s) effacée(s), {self.purge.total} en tout."

    @property
    def fiche(self) -> list[dict[str, str]]:
        """Terms and values of the sheet; what is empty is left out, save what the law requires."""
        t, c = self.traitement, self.completion
        termes = [
            ("Base légale", t.base_legale),
            ("Données", ", ".join(t.categories)),
            ("Personnes", ", ".join(t.personnes)),
            ("Destinataires", self.destinataires),
            ("Conservation", f"{self.conservation}, à compter de {t.depart}".replace("de le ", "du ")),
            ("Mesures de sécurité", c.mesures if c else ""),
            (
                "Analyse d’impact",
                f"Faite le {c.aipd_le:%d/%m/%Y}" if c and c.aipd_le else "À faire" if t.aipd else "",
            ),
            ("Remarques", c.remarques if c else ""),
            ("Effacement", self.effacement),
        ]
        return [{"terme": terme, "valeur": valeur} for terme, valeur in termes if valeur]

    @property
    def url_completer(self) -> str:
        return reverse("journal:completer", args=[self.code])

    @property
    def aipd_manque(self) -> bool:
        """An impact assessment is required and none is recorded."""
        return self.traitement.aipd and not (self.completion and self.completion.aipd_le)


def lignes() -> list[LigneRegistre]:
    """The register of the collectivité in scope: the core’s processings and those of the services it has."""
    completions = {c.traitement: c for c in Completion.objects.all()}
    purges = {p.traitement: p for p in Purge.objects.all()}
    porte = demander(PorteDesServices)  # type: ignore[type-abstract]
    return [
        LigneRegistre(code, m, t, completions.get(code), purges.get(code))
        for code, m, t in traitements()
        if not m.service or porte is None or porte.est_lisible(m.code)
    ]


def ligne(code: str) -> LigneRegistre | None:
    """One processing, or None when nobody declares it."""
    return next((x for x in lignes() if x.code == code), None)


@transaction.atomic
def completer(*, completion: Completion, by: Acteur) -> Completion:
    """Write what the member adds to one line of its register."""
    completion.save()
    consigner(
        "rgpd.registre.complete",
        by=by,
        objet=("rgpd.traitement", completion.traitement),
        droit="journal.can_complete_registre",
        detail={"aipd_le": completion.aipd_le},
    )
    return completion
