"""What a static site of the register is made from."""
