"""The command line `kommunplan`: a module for each command."""
