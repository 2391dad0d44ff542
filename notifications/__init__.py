"""From a due notice to a mail on its way: the Swedish letter, the message, the SMTP client."""
