"""Documents for people: self-contained pages made from values, in three languages."""
