"""Backup: the whole instance in one file, written while it runs and read back into either kind of database."""
