"""Places and services, for residents and agents: what is there, how old the news of it is, how to go."""
