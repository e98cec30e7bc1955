"""Running an instance: its tables, worker, checks, backups, keys and logs."""
