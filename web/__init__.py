"""The page that a link in a mail opens: shows the task, and takes the answer."""
