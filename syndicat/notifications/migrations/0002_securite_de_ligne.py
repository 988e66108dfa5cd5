"""Row-level security on outbox, notifications and preferences."""

from typing import ClassVar

from django.db import migrations

from syndicat.socle.partage import securite_de_ligne


class Migration(migrations.Migration):
    """FORCE ROW LEVEL SECURITY keyed by the collectivité in scope."""

    dependencies: ClassVar = [("notifications", "0001_initial")]
    operations: ClassVar = [
        securite_de_ligne("notifications_envoi"),
        securite_de_ligne("notifications_notification"),
        securite_de_ligne("notifications_preference"),
    ]
