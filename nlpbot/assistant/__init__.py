"""The assistant: chat and fraud together, over conversations that are kept."""
