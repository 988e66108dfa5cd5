"""``typo`` on text or on HTML: tags, attributes and entities are left alone."""

import re
from typing import Any

from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

from syndicat.web.francais import typo

_BALISE = re.compile(r"(<[^>]*>|&(?:#\d+|#x[0-9a-fA-F]+|\w+);)")


def typo_html(texte: Any) -> SafeString:
    """Typography applied, escaped unless already safe. None gives an empty text."""
    if texte is None:
        return SafeString("")
    if isinstance(texte, str) and not hasattr(texte, "__html__"):
        return conditional_escape(typo(texte))
    morceaux = _BALISE.split(str(conditional_escape(texte)))
    return mark_safe("".join(m if i % 2 else typo(m) for i, m in enumerate(morceaux)))  # noqa: S308
