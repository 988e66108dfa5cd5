"""Rights on one object, kept in the member's own schema (django-guardian)."""
