"""Working time, deadlines, and moments as a person types them."""
