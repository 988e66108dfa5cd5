"""The description of the API (OpenAPI 3), read by anyone: it says what exists, never what is inside."""

from typing import Any

from drf_spectacular.renderers import OpenApiJsonRenderer, OpenApiYamlRenderer
from drf_spectacular.views import SpectacularAPIView

from syndicat.api.permissions import Ouvert


class Description(SpectacularAPIView):
    """``/api/schema/``: YAML, or JSON by ``Accept`` or ``?format=json``."""

    permission_classes = (Ouvert,)
    authentication_classes = ()
    renderer_classes = [OpenApiYamlRenderer, OpenApiJsonRenderer]


def seulement_les_themes(endpoints: list[Any], **kwargs: Any) -> list[Any]:
    """Preprocessing: only ``/api/v1/``."""
    return [e for e in endpoints if e[0].startswith("/api/v1/")]
