"""Pages where supervisors draft, try and propose policies, and their colleagues look."""
