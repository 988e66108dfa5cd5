"""Row-level security on the announcements."""

from typing import ClassVar

from django.db import migrations

from syndicat.socle.partage import securite_de_ligne


class Migration(migrations.Migration):
    """FORCE ROW LEVEL SECURITY keyed by the collectivité in scope."""

    dependencies: ClassVar = [("web", "0001_initial")]
    operations: ClassVar = [securite_de_ligne("web_annonce")]
