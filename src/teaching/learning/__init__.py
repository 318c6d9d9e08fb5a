"""Questions, answers and predictions that are kept, and the report on them. Knows no picture and no widget."""
