"""The 3-30-300 rule by building and by resident, and where to plant next."""
