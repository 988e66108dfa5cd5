"""The seam: manifests, checks, facts, protocols, tenancy context. No models, imports nothing of the product."""
