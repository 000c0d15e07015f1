"""Send messages: by mail, to webhooks, by Apprise. Nothing here decides what is told."""
