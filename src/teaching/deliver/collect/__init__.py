"""The reports of a class as one table and one page of pictures: `teaching collect`."""
