"""What speaking needs and gives: values, ports, long text."""
