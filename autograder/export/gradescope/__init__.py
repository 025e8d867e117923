"""A Gradescope autograder: the zip that is uploaded, and what runs in Gradescope's container."""
