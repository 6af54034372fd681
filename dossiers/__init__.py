"""Dossiers: their numbers, statuses, where they are looked up, and who may see them."""
