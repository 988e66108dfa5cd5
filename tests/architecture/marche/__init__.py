"""The isolation walker: every URL × method × role × foreign tenant."""
