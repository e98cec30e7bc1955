"""Studies: a question of the five engines that place and plan, asked by an organisation and kept."""
