"""EU VAT numbers confirmed by VIES: what is asked, what an answer means, and what stands of each number."""
