"""A journal without a line: what the world wrote when its members were onboarded is set aside."""

import pytest

from tests.syndicat.journal.faussaire import faussaire


@pytest.fixture
def journal_vide(transactional_db: None) -> None:
    with faussaire() as admin:
        for table in ("journal_personnel", "journal_ligne", "journal_tete"):
            admin.execute(f"DELETE FROM {table}")
