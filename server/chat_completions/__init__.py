"""/v1/chat/completions: the assistant, to OpenAI's clients."""
