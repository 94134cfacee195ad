"""Files to sentences to ids."""
