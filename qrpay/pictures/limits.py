"""How large a picture may be, and how long one may take. Without Django: the child reads this too."""

from typing import Final

# A photograph of 12 megapixels is 3 to 6 MiB as JPEG.
MOST_BYTES: Final = 12 * 1024 * 1024
# 12 megapixels as phones count them: 4,032 x 3,024, and a little over.
MOST_PIXELS: Final = 12_600_000
# The longest side at which reading is tried first; larger ones cost more than they find.
FIRST_SIDE: Final = 2_048
# Below this longest side a picture that can't be read is tried at twice its size.
UPSCALE_BELOW: Final = 1_600
MEMORY_BYTES: Final = 640 * 1024 * 1024
# Processor seconds the kernel grants one picture, and seconds on the clock after which the child is replaced.
CPU_SECONDS: Final = 8
WALL_SECONDS: Final = 15.0
