"""Where a job's workers run."""
