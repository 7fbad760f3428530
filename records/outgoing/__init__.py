"""What leaves the portal: e-mail, group robots and SMS gateways, as people and units chose."""
