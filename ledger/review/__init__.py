"""What a reviewer looks at: histories, explanations, cards, case files, what-ifs."""
