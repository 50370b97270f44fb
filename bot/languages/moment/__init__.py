"""moment's formats, its lenient reading of times, and the zones that moment-timezone knows."""
