"""Makes territories: from a recipe of official files, or Clairval."""
