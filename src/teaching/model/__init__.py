"""The science that moves: lineage, therapies, equations, courses and what is measured on them. Knows no picture."""
