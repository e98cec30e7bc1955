"""People exposed by level of any layer of points, lines, areas or cells."""
