"""Settings, addresses, job queue: the only place where everything meets."""
