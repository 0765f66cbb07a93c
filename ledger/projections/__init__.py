"""Projections: tables that answer fast, drawn from the log alone and thrown away without loss (law 7).

Each stands in `tables/`; here stands what draws, keeps, compares and reads all of them.
"""
