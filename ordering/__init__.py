"""Orders drawn one picture at a time, and photos changed: what pages show."""
