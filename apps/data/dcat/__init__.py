"""DCAT-AP 3.0.1, written by our own streaming serialisers (a graph library would cost minutes on a full index)."""
