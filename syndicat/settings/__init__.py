"""Settings: ``dev`` (demo and development), ``test``, ``prod``; ``base`` holds what they share."""
