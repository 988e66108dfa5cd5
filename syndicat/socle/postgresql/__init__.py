"""Database engine of the product (``ENGINE = "syndicat.socle.postgresql"``)."""
