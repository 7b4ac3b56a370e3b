"""Lists from elsewhere: a file is read, its rows are compared with what is there, then applied at once."""
