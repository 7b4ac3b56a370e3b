"""Every rule of the product: tables and verbs. Nothing here knows HTTP, a blueprint or a job."""
