"""Start, stop and describe the services of one folder, and export their addresses."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from syndicat.embarque.lieu import ErreurEmbarque, Lieu, dossier_par_defaut
from syndicat.embarque.postgres import Postgres
from syndicat.embarque.preparation import APP, PROPRIETAIRE, preparer
from syndicat.embarque.valkey import Valkey

BASE = "syndicat"


@dataclass(frozen=True)
class Services:
    """PostgreSQL and Valkey of one folder; what the environment already gives is not embedded."""

    lieu: Lieu
    postgres: Postgres | None
    valkey: Valkey | None

    @classmethod
    def de(
        cls,
        dossier: Path | None = None,
        *,
        durable: bool = True,
        environnement: Mapping[str, str] = os.environ,
    ) -> "Services":
        """Services of ``dossier``. Raises ErreurEmbarque when only one of the two database roles is given."""
        externe = bool(environnement.get("DATABASE_URL"))
        if externe != bool(environnement.get("DATABASE_URL_PROPRIETAIRE")):
            raise ErreurEmbarque(
                "DATABASE_URL et DATABASE_URL_PROPRIETAIRE vont ensemble : deux rôles d’une même base. "
                "« python -m syndicat.embarque preparer --admin-url … » les crée et les affiche."
            )
        lieu = Lieu((dossier or dossier_par_defaut()).absolute())
        return cls(
            lieu,
            None if externe else Postgres(lieu, durable),
            None if environnement.get("REDIS_URL") else Valkey(lieu, durable),
        )

    def demarrer(self) -> dict[str, str]:
        """Start what is embedded, prepare the database, and return the variables to export."""
        if self.postgres or self.valkey:
            with self.lieu.verrou():
                # The state first, so that both servers find the same passwords.
                self.lieu.donnees  # noqa: B018 - makes the folder
                self.lieu.retenir(self.lieu.etat())
                if self.postgres:
                    self.postgres.demarrer()
                    secrets = self.lieu.etat()["secrets"]
                    preparer(
                        self.postgres.adresse_admin(),
                        base=BASE,
                        mots_de_passe={
                            "postgres": secrets["postgres"],
                            APP: secrets["app"],
                            PROPRIETAIRE: secrets["proprietaire"],
                        },
                    )
                if self.valkey:
                    self.valkey.demarrer()
        return self.environnement()

    def environnement(self) -> dict[str, str]:
        """The variables to export; empty for what comes from outside."""
        variables: dict[str, str] = {}
        secrets = self.lieu.etat()["secrets"] if self.postgres or self.valkey else {}
        if self.postgres:
            hote = f"127.0.0.1:{self.postgres.port}"
            variables["DATABASE_URL"] = f"postgresql://{APP}:{secrets['app']}@{hote}/{BASE}"
            variables["DATABASE_URL_PROPRIETAIRE"] = (
                f"postgresql://{PROPRIETAIRE}:{secrets['proprietaire']}@{hote}/{BASE}"
            )
        if self.valkey:
            variables["REDIS_URL"] = self.valkey.url()
        return variables

    def url_admin(self) -> str:
        """Superuser's address of the embedded cluster: for the tests, which make their own roles and databases."""
        assert self.postgres is not None
        secret = self.lieu.etat()["secrets"]["postgres"]
        return f"postgresql://postgres:{secret}@127.0.0.1:{self.postgres.port}/postgres"

    def arreter(self) -> None:
        """Stop what is embedded; nothing to do otherwise."""
        with self.lieu.verrou():
            if self.valkey:
                self.valkey.arreter()
            if self.postgres:
                self.postgres.arreter()

    def etat(self) -> dict[str, str]:
        """One word a service: ``externe``, ``arrêté``, ``en marche (pid …, port …)``."""
        mots = {}
        for nom, service in (("postgresql", self.postgres), ("valkey", self.valkey)):
            if service is None:
                mots[nom] = "externe"
            elif (pid := service.pid()) is None:
                mots[nom] = "arrêté"
            else:
                mots[nom] = f"en marche (pid {pid}, port {service.port})"
        return mots
