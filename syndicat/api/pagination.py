"""Pages by position in the order (keyset): the thousandth page costs the first, and nothing slips between two."""

from rest_framework.pagination import CursorPagination


class ParCurseur(CursorPagination):
    """``?page_size=`` up to 200; a view orders by ``ordering`` (unique in the end, newest first by default)."""

    page_size = 50
    page_size_query_param = "taille"
    max_page_size = 200
    cursor_query_param = "curseur"
    ordering = ("-created_at", "-pk")
