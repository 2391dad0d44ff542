"""Starting the installation and keeping it: what runs it, who may reach it, watch, measures."""
