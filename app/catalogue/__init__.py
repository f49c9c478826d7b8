"""Life events, services and the search over services and bodies."""
