"""The live figures that staff watch: ``/ws/staff`` and the page that shows them."""
