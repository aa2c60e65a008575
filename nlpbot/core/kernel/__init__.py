"""What everything stands on: errors, settings, devices, hashes, tensor files, the console; it imports none of ours."""
