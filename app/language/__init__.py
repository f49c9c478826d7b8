"""Languages: locales, script conversion, folding for search, translated columns, formats."""
