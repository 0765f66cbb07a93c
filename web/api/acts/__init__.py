"""What is sent elsewhere than to `/commands`: each function answers one address by one method."""
