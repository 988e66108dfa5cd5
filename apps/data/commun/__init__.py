"""The publication index: what harvesters read, in the shared schema."""
