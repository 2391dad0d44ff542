"""Starting the installation and keeping it: server, door, watch, measures."""
