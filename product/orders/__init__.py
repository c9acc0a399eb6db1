"""What customers bought: placing, paying, cancelling and expiring, and the timeline of each order."""
