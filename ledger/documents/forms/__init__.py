"""Printed forms: what an office posts, signs and hands over, as PDF (papers §17)."""
