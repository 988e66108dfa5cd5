"""REST interface of the theme, at ``/api/v1/grc/``."""
