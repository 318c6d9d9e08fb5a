"""What a lecturer carries into a room: handouts, slides and lecturers' copies, all from the lessons' own notebooks."""
