"""The seam as a Django application: its system checks, and the platform's own processes."""

from django.core.checks import Tags, register

from syndicat.socle.controles import verifier_cles_communes, verifier_manifestes
from syndicat.socle.manifest import ConfigAvecManifest, Manifest, Processus


class SocleConfig(ConfigAvecManifest):
    """Declares web, worker and scheduler; registers the checks."""

    name = "syndicat.socle"
    label = "socle"
    manifest = Manifest(
        code="socle",
        label="Socle",
        service=False,
        ordre=0,
        processus=(
            Processus(
                code="web",
                commande="python -m uvicorn syndicat.asgi:application --host 127.0.0.1 --port {port} --no-access-log --lifespan off",
                pret="/sante/pret",
                memoire_max_mo=1536,
            ),
            Processus(
                code="travaux",
                commande="python -m celery --quiet -A syndicat worker --loglevel WARNING --concurrency 2 --max-tasks-per-child 200",
                memoire_max_mo=1536,
            ),
            Processus(
                code="horloge",
                commande="python -m celery --quiet -A syndicat beat --loglevel WARNING",
                memoire_max_mo=256,
            ),
        ),
    )

    def ready(self) -> None:
        register(verifier_manifestes, Tags.compatibility)
        register(verifier_cles_communes, Tags.models)
