"""The signed links of the mails: made, shown as a task, acted on, revoked."""
