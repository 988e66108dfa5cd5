"""What the real themes write in their demonstration is exactly what their ``Manifest.suivi`` tells again."""

import random
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.utils.module_loading import import_string

from syndicat.socle import contexte
from syndicat.socle.manifest import manifests

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("code", [m.code for m in manifests() if m.demo and m.suivi])
def test_le_suivi_d_un_theme_se_reconstruit_sans_ecart(hettange: Any, code: str) -> None:
    manifeste = next(m for m in manifests() if m.code == code)
    with contexte.dans(hettange) as portee:
        import_string(manifeste.demo)(portee, random.Random(57))
    sortie = StringIO()
    call_command("rebuild_suivi", "--check", "--membre", "hettange-grande", stdout=sortie)
    assert "0 écart(s)" in sortie.getvalue()
