"""What stands in people's calendars: entries with their numbers, the mails and feeds that bring them."""
