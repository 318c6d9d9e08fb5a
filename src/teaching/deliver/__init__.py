"""What people take away: the app, copies of the lessons, the commands. Stands on every other room."""
