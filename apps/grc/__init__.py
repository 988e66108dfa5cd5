"""Relation aux habitants: Signalements, démarches et rendez-vous des habitants."""
