"""Pictures: `files` reads them and puts drawings into the middle, `shifts` moves them while a network learns."""
