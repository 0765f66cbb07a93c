"""The pages that are made from the code, one a file; `docs.generate` writes them."""
