"""Messages of this room, handed to ``notifications`` by its Protocol: written in the same transaction, never lost."""

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.urls import reverse

from syndicat.comptes.espaces import adresse_centrale, adresse_d_entree
from syndicat.comptes.models import Adhesion, User
from syndicat.socle.contexte import exiger_portee
from syndicat.socle.protocoles import Courrier, demander


def lien_de_mot_de_passe(user: User) -> str:
    """A link by which that person alone chooses a password: three days, one use, sent to that address only."""
    chemin = reverse(
        "account_reset_password_from_key",
        urlconf=settings.URLCONF_CONNEXION,
        kwargs={"uidb36": user_pk_to_url_str(user), "key": default_token_generator.make_token(user)},
    )
    return adresse_centrale(chemin)


def inviter(adhesion: Adhesion, *, nouveau: bool, par: str) -> None:
    """Tell someone of the role just given here; a new account gets its first password link."""
    courrier = demander(Courrier)  # type: ignore[type-abstract]
    if courrier is None:
        raise ImproperlyConfigured("Les notifications ne sont pas chargées : l’invitation ne partirait pas.")
    portee = exiger_portee()
    courrier.envoyer_courriel(
        a=adhesion.user.email,
        modele="comptes/invitation",
        contexte={
            "nom": adhesion.user.get_full_name(),
            "par": par,
            "collectivite": portee.nom,
            "role": adhesion.libelle_role,
            "lien": lien_de_mot_de_passe(adhesion.user) if nouveau else adresse_d_entree(portee),
            "nouveau": nouveau,
        },
        cle=f"comptes.invitation.{adhesion.uuid}",
        rattache=("adhesion", str(adhesion.uuid)),
    )
